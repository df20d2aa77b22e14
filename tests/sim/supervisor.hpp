#pragma once
/// A supervisor's process, wired as in the daemon: core::agent_step runs the election,
/// core::supervisor_step decides, and the election turns the deciding on and off.

#include <functional>

#include "jobflip/core/supervisor.hpp"
#include "sim/agent.hpp"
#include "sim/queue.hpp"

namespace jobflip::sim {

class Supervisor final : public ports::WorkerHost {
 public:
  Supervisor(World& world, Host& host, Store& store, Queue& queue,
             std::function<void(const core::WakeHint&)> wake);

  void start();
  void crash();
  Process& process() { return process_; }
  Agent& election() { return election_; }
  const NodeName& name() const { return name_; }
  /// It can act now: it runs, and believes that it leads.
  bool leads() const;

  Result<void> prepare(const core::LeaseTimings& timings) override;
  Result<void> start(Epoch epoch, Instant deadline) override;
  void extend(Instant deadline) noexcept override;
  void stop(Millis grace) noexcept override;
  core::WorkerStatus status() override;
  int event_descriptor() const noexcept override { return -1; }

 private:
  void feed(const core::SupervisorEvent& event);
  void act(const core::SupervisorAction& action);
  void sample(const core::SampleQueue& wanted);
  void become(core::WorkerPhase phase);
  void tell_if_quiet();
  template <class Reply>
  void call(std::function<Result<Reply>()> statement, std::function<void(Result<Reply>)> answer);

  World& world_;
  Process process_;
  Store& store_;
  Queue& queue_;
  NodeName name_;
  std::function<void(const core::WakeHint&)> wake_;
  Agent election_;
  core::SupervisorState state_;
  core::WorkerStatus status_{.phase = core::WorkerPhase::absent};
  std::int64_t timer_{0};
  int changing_{0};
};

}  // namespace jobflip::sim

#pragma once
/// The guard of one host and the workers under it: what S2 promises, and what workers do to break
/// it (hang, ignore SIGTERM, end by themselves). It outlives its agent and dies with its host.

#include <functional>

#include "jobflip/ports/worker_host.hpp"
#include "sim/process.hpp"

namespace jobflip::sim {

class Checker;

class Guard final : public ports::WorkerHost {
 public:
  Guard(World& world, Host& host, Checker& checker);

  Result<void> prepare(const core::LeaseTimings& timings) override;
  Result<void> start(Epoch epoch, Instant deadline) override;
  void extend(Instant deadline) noexcept override;
  void stop(Millis grace) noexcept override;
  core::WorkerStatus status() override;
  int event_descriptor() const noexcept override { return -1; }

  void on_change(std::function<void()> told) { told_ = std::move(told); }
  Host& host() { return process_.host(); }
  void host_died();
  /// After a pause of the host it is the first to run.
  void host_woke();
  void hang_workers();
  void crash_workers();
  /// The guard's own death takes its workers with it.
  void crash();

  /// The truth, whatever anybody believes: a process of the pool's workers can run now.
  bool workers_run() const;
  /// A process of them is left, able to run or not: what the guard sees of its cgroup.
  bool populated() const;
  /// The host itself was away when the guard should have acted; no guard can help that (S3 does).
  bool host_was_away() const { return host_was_away_; }
  bool workers_hang() const { return hang_; }
  bool workers_work() const;  // run, do not hang, were not told to end
  Epoch epoch() const { return status_.epoch; }
  Instant deadline() const { return status_.deadline; }
  Instant local() const { return process_.local(); }

 private:
  void become(core::WorkerPhase phase, std::string sentence);
  void watch_deadline();
  void check_deadline();
  void terminate();
  void kill();
  void end_after(Nanos delay, std::string sentence);

  World& world_;
  Process process_;  // the guard and its workers: one fate
  Checker& checker_;
  std::function<void()> told_;
  core::WorkerStatus status_{.phase = core::WorkerPhase::absent};
  core::LeaseTimings timings_;
  bool told_empty_early_{false};  // the mutant that releases before the workers are gone
  bool hang_{false};
  bool ignores_term_{false};
  bool slow_to_end_{false};
  bool unkillable_{false};
  bool stuck_{false};  // killed, but in uninterruptible sleep: there, and never to run again
  bool killed_{false};
  bool host_was_away_{false};
  int start_{0};  // number of the running start: what was meant for another one is void
};

}  // namespace jobflip::sim

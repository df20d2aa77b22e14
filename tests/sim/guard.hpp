#pragma once
/// The guard of one host and the workers under it: what S2 promises, and how workers can break it
/// (they hang, ignore SIGTERM, exit on their own). The guard outlives its agent and dies with its
/// host.

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

  void tell_agent() {
    if (on_change_) on_change_();
  }
  void on_change(std::function<void()> call) { on_change_ = std::move(call); }
  Host& host() { return process_.host(); }
  /// A guard that is only armed ends together with the agent that armed it.
  void agent_died();
  void host_died();
  /// After a pause of the host the guard runs first.
  void host_woke();
  void hang_workers();
  void hang_workers_until(Nanos until) { hangs_until_ = until; }  // those that start, too
  void crash_workers();
  /// The guard dies and takes its workers with it.
  void crash();
  /// The same, except that one process survives: it left its session and cleared its environment.
  void crash_with_escape();
  /// Until then, workers die soon after each start.
  void crash_loop(Nanos until) { crash_loop_until_ = until; }

  /// The truth, regardless of what anybody believes: a process of the pool's workers can run now.
  bool workers_run() const;
  /// A worker process is left, able to run or not: what the guard sees in its cgroup.
  bool populated() const;
  /// The guard is armed and waits for a start.
  bool armed() const { return status_.phase == core::WorkerPhase::armed; }
  /// A process that outlived its guard; the guard's page does not show it.
  bool escaped() const { return escaped_; }
  bool escapee_runs() const { return escaped_ && process_.can_run(); }
  bool being_killed() const { return being_killed_; }
  void kill_escaped(Nanos within);
  void end_escaped();
  bool has_process_of(Epoch epoch) {
    // A process that nobody could see or end may outlive the lease as its guard knew it: a limit
    // (docs/safety.md).
    const bool counts = escaped_ && local() <= status_.deadline;
    return (populated() && status_.epoch == epoch) || (counts && escaped_epoch_ == epoch);
  }
  bool is_told_to_end() const { return status_.phase == core::WorkerPhase::stopping; }
  /// True if the agent runs and must not keep workers past their right.
  bool agent_let_go() const { return agent_let_go_ && agent_let_go_(); }
  void ask_agent(std::function<bool()> let_go) { agent_let_go_ = std::move(let_go); }
  /// The whole host was paused when the guard should have acted. No guard can help then; S3 still
  /// holds.
  bool host_was_away() const { return host_was_away_; }
  bool workers_hang() const { return hang_; }
  bool workers_work() const;  // they run, don't hang, and have not been told to end
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
  Process process_;  // the guard and its workers live and die together
  Checker& checker_;
  std::function<void()> on_change_;
  std::function<bool()> agent_let_go_;
  core::WorkerStatus status_{.phase = core::WorkerPhase::absent};
  core::LeaseTimings timings_;
  bool shows_empty_early_{false};  // the mutant that releases before the workers are gone
  bool hang_{false};
  Nanos hangs_until_{};
  bool ignores_term_{false};
  bool slow_to_end_{false};
  bool unkillable_{false};
  bool stuck_{false};  // killed, but in uninterruptible sleep: it exists and will never run again
  bool killed_{false};
  bool escaped_{false};
  bool being_killed_{false};
  Epoch escaped_epoch_;
  Nanos crash_loop_until_{};
  bool host_was_away_{false};
  int start_{0};  // number of the current start; calls for an earlier one have no effect
};

}  // namespace jobflip::sim

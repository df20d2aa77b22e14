#pragma once
/// The "workers" of the pool in which supervisors elect their leader: the SupervisorLoop of this
/// process. The lease code that keeps two nodes from working at once also keeps two supervisors
/// from deciding at once.
///
/// Invariants: the loop decides only between start() and the deadline; `empty` is reported only
/// when no call that changes anything is in flight. For the loop's thread only.

#include "jobflip/daemon/supervisor_loop.hpp"
#include "jobflip/ports/worker_host.hpp"

namespace jobflip::daemon {

class ElectedSupervisor : public ports::WorkerHost {
 public:
  explicit ElectedSupervisor(SupervisorLoop& supervisor);
  ~ElectedSupervisor() override;
  ElectedSupervisor(const ElectedSupervisor&) = delete;
  ElectedSupervisor& operator=(const ElectedSupervisor&) = delete;

  Result<void> prepare(const core::LeaseTimings& timings) override;
  Result<void> start(Epoch epoch, Instant deadline) override;
  // What can throw here is a lack of memory: the process ends, and its lease runs out.
  // NOLINTBEGIN(bugprone-exception-escape)
  void extend(Instant deadline) noexcept override;
  void stop(Millis grace) noexcept override;
  // NOLINTEND(bugprone-exception-escape)
  core::WorkerStatus status() override;
  int event_descriptor() const noexcept override { return event_; }

 private:
  void become(core::WorkerPhase phase, std::string sentence);
  void now_quiet();

  SupervisorLoop& supervisor_;
  core::WorkerStatus status_{.phase = core::WorkerPhase::absent};
  int event_{-1};
};

}  // namespace jobflip::daemon

#pragma once
/// The workers of one pool on this machine, and their guard. No call waits: it starts an operation,
/// `status` reports the progress, and `event_descriptor` becomes readable when the status may have
/// changed.
///
/// Invariants (S2), even if the caller hangs or dies:
///  - workers run only under a guard, and a guard starts them only before their deadline;
///  - the guard ends all workers before `deadline` on its own: first SIGTERM, then SIGKILL;
///  - the phase is `empty` only after a check from outside found no process of the pool;
///  - a failed call proves nothing: workers that cannot be inspected are `unknown`. So is a start
///    with an unknown outcome, until its workers are seen running or gone;
///  - a guard outlives its agent: the next agent finds it by `status` and continues.

#include "jobflip/base/result.hpp"
#include "jobflip/core/settings.hpp"
#include "jobflip/core/worker.hpp"

namespace jobflip::ports {

class WorkerHost {
 public:
  virtual ~WorkerHost() = default;
  /// absent, empty or broken -> armed. Fails, and names what is missing, if workers could not be
  /// started. If the phase is `unknown` it checks again, and fails until it sees that none is left.
  virtual Result<void> prepare(const core::LeaseTimings& timings) = 0;
  /// armed -> running, once the guard has started them.
  virtual Result<void> start(Epoch epoch, Instant deadline) = 0;
  /// Moves the deadline of running workers forward; an earlier deadline is ignored.
  virtual void extend(Instant deadline) noexcept = 0;
  /// running -> stopping -> empty: SIGTERM now, SIGKILL after `grace` (0: at once). If the phase is
  /// `unknown` it signals every worker that it can reach.
  virtual void stop(Millis grace) noexcept = 0;
  virtual core::WorkerStatus status() = 0;
  virtual int event_descriptor() const noexcept = 0;
};

}  // namespace jobflip::ports

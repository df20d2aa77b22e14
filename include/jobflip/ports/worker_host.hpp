#pragma once
/// The workers of one pool on this machine, behind their guard. Nothing here waits: calls begin
/// something, `status` says how far it is, and `event_descriptor` becomes readable when it may have
/// changed.
///
/// Invariants, whatever the caller does or dies of (S2):
///  - workers run only under a guard, and a guard starts them only under a live deadline;
///  - at `deadline` the guard has ended them all by itself, with SIGTERM before and SIGKILL in
///  time;
///  - `empty` is said only after no process of the pool was seen left, from outside of them;
///  - a failed call proves nothing: what cannot be looked at is `unknown`, and so is a start whose
///    outcome is not known, until it is seen to run or to be gone;
///  - a guard outlives its agent: a new agent finds it by `status` and goes on.

#include "jobflip/base/result.hpp"
#include "jobflip/core/settings.hpp"
#include "jobflip/core/worker.hpp"

namespace jobflip::ports {

class WorkerHost {
 public:
  virtual ~WorkerHost() = default;
  /// absent, empty or broken -> armed. Says what is missing where the workers could not be started.
  /// Of unknown workers it looks again, and is refused while it can't see that there is none.
  virtual Result<void> prepare(const core::LeaseTimings& timings) = 0;
  /// armed -> running, once the guard has started them.
  virtual Result<void> start(Epoch epoch, Instant deadline) = 0;
  /// Moves the deadline of running workers; never back.
  virtual void extend(Instant deadline) noexcept = 0;
  /// running -> stopping -> empty: SIGTERM now, SIGKILL after `grace` (0: at once). Of unknown
  /// workers it tells whatever it can reach.
  virtual void stop(Millis grace) noexcept = 0;
  virtual core::WorkerStatus status() = 0;
  virtual int event_descriptor() const noexcept = 0;
};

}  // namespace jobflip::ports

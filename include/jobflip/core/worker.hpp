#pragma once
/// The state of a pool's workers on one machine (ports/worker_host.hpp has the calls).

#include <string>
#include <string_view>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::core {

/// Every phase except `unknown` is the result of a successful check. If the host cannot check, or
/// does not know the outcome of a start, the phase is `unknown`. A host never reports `absent`,
/// `empty` or `broken` by default or because it got no answer.
enum class WorkerPhase {
  unknown,   // workers may be running: no check succeeded, or the outcome of a start is unknown
  absent,    // no guard, no worker
  armed,     // a guard is ready to start workers at once; no worker
  running,   // workers run under `epoch` until `deadline`
  stopping,  // being stopped, by a call or before the deadline; not all of them are gone
  empty,     // workers ran under `epoch` and all of them are gone; prepare() arms the guard again
  broken,    // no worker, and none can start: the last start or prepare() failed
};
std::string_view name_of(WorkerPhase phase) noexcept;

/// How the workers of an epoch ended.
enum class WorkersEnd {
  unknown,
  drained,  // all of them exited by themselves
  killed,   // a signal ended some: what they had in hand is cut off
};
std::string_view name_of(WorkersEnd end) noexcept;  // "unknown", "drained", "killed"
/// `unknown` for any other name.
WorkersEnd parse_workers_end(std::string_view name) noexcept;

/// A check found no worker. Only then may a lease be released; `unknown` is not enough.
bool is_known_empty(WorkerPhase phase) noexcept;

struct WorkerStatus {
  WorkerPhase phase{WorkerPhase::unknown};
  Epoch epoch{};            // of the workers that run or ran; 0: unknown, or none
  Instant deadline{};       // of `running` and `stopping`
  std::string sentence{};   // for people: "exited with 3 after 0.2 s", why a check failed, ...
  bool at_deadline{false};  // stopping, empty: only because the deadline was near
  bool configured{true};    // false: the agent's file does not name the pool; its workers drain
  bool end_unseen{false};   // empty: only because the lease ran out; the end was not seen
  std::string warning{};    // for people: a fault that does not stop the workers
  WorkersEnd end{WorkersEnd::unknown};  // empty: as the host saw it
  bool operator==(const WorkerStatus&) const = default;
};

/// The status after a failed call. The failure proves nothing about workers: the phase becomes
/// `broken` only if a check had found none, and workers that were seen still count.
WorkerStatus after_failed_call(WorkerStatus seen, const std::string& why);

}  // namespace jobflip::core

#pragma once
/// How far the workers of a pool are on one machine (ports/worker_host.hpp has the calls).

#include <string>
#include <string_view>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::core {

/// Every phase but `unknown` is the result of a look that succeeded. A host that cannot look, or
/// does not know how a start ended, says `unknown`. It never says `absent`, `empty` or `broken` by
/// default or for lack of an answer.
enum class WorkerPhase {
  unknown,   // workers may be running: no look succeeded, or the outcome of a start is not known
  absent,    // no guard, no worker
  armed,     // a guard waits; no worker: a start takes a moment
  running,   // workers run under `epoch` until `deadline`
  stopping,  // told to end, or the deadline came near; not all gone yet
  empty,     // they ran under `epoch` and are all gone; prepare() makes it armed again
  broken,    // no worker, and none can start: the last start or prepare() failed
};
std::string_view name_of(WorkerPhase phase) noexcept;

/// A look found no worker. Only this lets a lease be released; `unknown` is no evidence.
bool is_known_empty(WorkerPhase phase) noexcept;

struct WorkerStatus {
  WorkerPhase phase{WorkerPhase::unknown};
  Epoch epoch{};            // that they run or ran under; 0: not known, or none
  Instant deadline{};       // of `running` and `stopping`
  std::string sentence{};   // for people: "exited with 3 after 0.2 s", why nothing can be seen, ...
  bool at_deadline{false};  // stopping, empty: since their right was ending, of no other cause
  bool configured{true};    // false: the agent's file does not name the pool. What runs is drained
  bool end_unseen{false};   // empty only because their lease has run out: nobody saw them end
  std::string warning{};    // for people: something is wrong, and the workers go on all the same
  bool operator==(const WorkerStatus&) const = default;
};

/// After a call that failed. The failure proves nothing about workers: only a look that found none
/// makes it `broken`, and workers that were seen are still there.
WorkerStatus after_failed_call(WorkerStatus seen, const std::string& why);

}  // namespace jobflip::core

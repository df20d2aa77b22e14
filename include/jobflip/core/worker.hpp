#pragma once
/// How far the workers of a pool are on one machine (ports/worker_host.hpp has the calls).

#include <string>
#include <string_view>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::core {

enum class WorkerPhase {
  absent,    // no guard, no worker
  armed,     // a guard waits; no worker: a start takes a moment
  running,   // workers run under `epoch` until `deadline`
  stopping,  // told to end, or the deadline came near; not all gone yet
  empty,     // they ran under `epoch` and are all gone; prepare() makes it armed again
  broken,    // the last start failed, or nothing could be started; `sentence` says why
};
std::string_view name_of(WorkerPhase phase) noexcept;

struct WorkerStatus {
  WorkerPhase phase{WorkerPhase::absent};
  Epoch epoch;
  Instant deadline;
  std::string sentence;  // for people: "exited with 3 after 0.2 s", "fenced at its deadline", ...
  bool at_deadline{false};  // stopping, empty: since their right was ending, of no other cause
  bool operator==(const WorkerStatus&) const = default;
};

}  // namespace jobflip::core

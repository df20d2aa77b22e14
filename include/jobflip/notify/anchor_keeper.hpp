#pragma once
/// Gives heads of audit chains to a file and to a URL, on a thread of its own: a full disk or a
/// server that hangs delays nothing but the next heads.
///
/// Invariants: of each chain the newest head that was not delivered waits, and no other: memory is
/// bounded by the number of chains, and an attempt a minute catches up. A failure is reported once,
/// and so is its end.

#include <functional>
#include <memory>
#include <string>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/ports/anchor_sink.hpp"

namespace jobflip::notify {

struct AnchorSettings {
  NodeName supervisor;
  std::string file;  // "": none
  std::string url;   // "": none; http or https
  Millis retry_every{60'000};
};

/// Called on the keeper's thread. `is_failure`: else a failure is over.
using Report = std::function<void(bool is_failure, const std::string& sentence)>;

/// Its destructor ends an attempt that is under way.
std::unique_ptr<ports::AnchorSink> open_anchor_keeper(const AnchorSettings& settings,
                                                      Report report);

}  // namespace jobflip::notify

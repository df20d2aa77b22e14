#pragma once
/// Where notes go with their fields: the systemd journal. Writing never waits and never fails the
/// caller.

#include "jobflip/core/note.hpp"

namespace jobflip::ports {

class NoteSink {
 public:
  virtual ~NoteSink() = default;
  /// False: there is no journal, and the caller writes a line of text instead. `repeats`: how often
  /// the same was told before and not written.
  virtual bool write(const NodeName& node, const core::Note& note, int repeats) noexcept = 0;
};

}  // namespace jobflip::ports

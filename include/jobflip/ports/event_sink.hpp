#pragma once
/// The systemd journal, for log events with their fields. Writing never blocks and never throws.

#include "jobflip/core/log_event.hpp"

namespace jobflip::ports {

class EventSink {
 public:
  virtual ~EventSink() = default;
  /// False if there is no journal: the caller writes a line of text instead. `repeats` is how many
  /// times the same event was suppressed since it was last written.
  virtual bool write(const NodeName& node, const core::LogEvent& log_event,
                     int repeats) noexcept = 0;
};

}  // namespace jobflip::ports

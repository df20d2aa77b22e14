#pragma once
/// Where log events go with their fields: the systemd journal. Writing never waits and never fails
/// the caller.

#include "jobflip/core/log_event.hpp"

namespace jobflip::ports {

class EventSink {
 public:
  virtual ~EventSink() = default;
  /// False: there is no journal, and the caller writes a line of text instead. `repeats`: how often
  /// the same was told before and not written.
  virtual bool write(const NodeName& node, const core::LogEvent& log_event,
                     int repeats) noexcept = 0;
};

}  // namespace jobflip::ports

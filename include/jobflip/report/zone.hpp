#pragma once
/// The clock that the readers of a page live by, beside UTC: its offset from UTC over the time that
/// the page is about. Whoever gathers the facts asks the host's time zone database for it.

#include <chrono>
#include <string>
#include <vector>

#include "jobflip/base/time.hpp"

namespace jobflip::report {

/// A time zone, from some moment on.
struct ZoneSpan {
  WallTime from;
  std::chrono::seconds ahead{};  // of UTC
  std::string abbreviation;      // "CET"
};

struct Zone {
  std::string name;             // "Europe/Zurich"; "": only UTC is shown
  std::vector<ZoneSpan> spans;  // by time; empty if `name` is
};

/// The span that the moment is in; before the first one, the first one. nullptr: there is none.
const ZoneSpan* span_at(const Zone& zone, WallTime at);

}  // namespace jobflip::report

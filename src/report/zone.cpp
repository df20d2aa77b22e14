#include "jobflip/report/zone.hpp"

namespace jobflip::report {

const ZoneSpan* span_at(const Zone& zone, WallTime at) {
  const ZoneSpan* found = nullptr;
  for (const ZoneSpan& span : zone.spans)
    if (found == nullptr || span.from <= at) found = &span;
  return found;
}

}  // namespace jobflip::report

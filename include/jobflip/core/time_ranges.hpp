#pragma once
/// Sets of moments, as ranges: what was down, what was known, what was maintenance.
///
/// Invariant: the result of each function is sorted, and no two of its ranges overlap or touch.

#include <vector>

#include "jobflip/base/time.hpp"

namespace jobflip::core {

struct TimeRange {
  WallTime from;
  WallTime to;
  bool operator==(const TimeRange&) const = default;
};

using TimeRanges = std::vector<TimeRange>;

/// Any ranges, overlapping or not, as such a set. A range that ends before it begins is none.
TimeRanges united(TimeRanges ranges);
/// What is in both. Requires: sets.
TimeRanges common(const TimeRanges& a, const TimeRanges& b);
/// What is in `a` and not in `b`. Requires: sets.
TimeRanges without(const TimeRanges& a, const TimeRanges& b);
Micros exact_length_of(const TimeRanges& ranges);
Millis length_of(const TimeRanges& ranges);  // the same, cut

}  // namespace jobflip::core

#pragma once
/// Sets of moments, as ranges: what was down, what was known.
///
/// Invariant: the result of each function is sorted, and no two of its ranges overlap or touch.

#include <vector>

#include "jobflip/report/month_facts.hpp"

namespace jobflip::report {

using TimeRanges = std::vector<TimeRange>;

/// Any ranges, overlapping or not, as such a set. A range that ends before it begins is none.
TimeRanges united(TimeRanges ranges);
/// What is in both. Requires: sets.
TimeRanges common(const TimeRanges& a, const TimeRanges& b);
/// What is in `a` and not in `b`. Requires: sets.
TimeRanges without(const TimeRanges& a, const TimeRanges& b);
Millis length_of(const TimeRanges& ranges);

}  // namespace jobflip::report

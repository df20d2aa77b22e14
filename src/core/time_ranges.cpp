#include "jobflip/core/time_ranges.hpp"

#include <algorithm>

namespace jobflip::core {

TimeRanges united(TimeRanges ranges) {
  std::ranges::sort(ranges, {}, &TimeRange::from);
  TimeRanges out;
  for (const TimeRange& one : ranges) {
    if (one.to <= one.from) continue;
    if (!out.empty() && one.from <= out.back().to)
      out.back().to = std::max(out.back().to, one.to);
    else
      out.push_back(one);
  }
  return out;
}

TimeRanges common(const TimeRanges& a, const TimeRanges& b) {
  TimeRanges out;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const TimeRange both{std::max(a[i].from, b[j].from), std::min(a[i].to, b[j].to)};
    if (both.from < both.to) out.push_back(both);
    if (a[i].to < b[j].to)
      ++i;
    else
      ++j;
  }
  return out;
}

TimeRanges without(const TimeRanges& a, const TimeRanges& b) {
  TimeRanges out;
  std::size_t j = 0;
  for (TimeRange rest : a) {
    while (j < b.size() && b[j].to <= rest.from) ++j;
    for (std::size_t k = j; k < b.size() && b[k].from < rest.to; ++k) {
      if (rest.from < b[k].from) out.push_back({rest.from, b[k].from});
      rest.from = std::max(rest.from, b[k].to);
    }
    if (rest.from < rest.to) out.push_back(rest);
  }
  return out;
}

Micros exact_length_of(const TimeRanges& ranges) {
  Micros sum{};
  for (const TimeRange& one : ranges) sum += one.to - one.from;
  return sum;
}

Millis length_of(const TimeRanges& ranges) {
  return std::chrono::duration_cast<Millis>(exact_length_of(ranges));
}

}  // namespace jobflip::core

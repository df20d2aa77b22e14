#pragma once
/// From facts to the page that people read: which sections, in which order, and every sentence.

#include "jobflip/report/facts.hpp"
#include "jobflip/report/page.hpp"

namespace jobflip::report {

/// Charts are drawn of so many queues; a table has the others.
inline constexpr std::size_t kMostCharts = 6;

Page assemble(const Facts& facts);

}  // namespace jobflip::report

#pragma once
/// From the facts of a month to the page that people read.

#include "jobflip/report/month_facts.hpp"
#include "jobflip/report/page.hpp"

namespace jobflip::report {

Page month_page(const MonthFacts& facts);

}  // namespace jobflip::report

#pragma once
/// Gathers the facts of a month's report from the store. Every call is bounded
/// (report/month_facts.hpp has the limits): what does not fit is counted. What can't be read costs
/// its part of the report, and a remark on it says so.

#include "cli/wanted_zone.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/ports/reader_store.hpp"
#include "jobflip/report/month_facts.hpp"

namespace jobflip::cli {

struct WantedMonth {
  std::optional<report::Month> month;  // empty: the last one that is over
  PoolName pool;                       // empty: all
  double pool_target{report::kUsualTarget};
};

/// An Error if the month has not begun.
Result<report::MonthFacts> facts_of_month(ports::ReaderStore& store, const WantedMonth& wanted,
                                          const WantedZone& zone);

}  // namespace jobflip::cli

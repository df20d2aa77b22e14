#pragma once
/// Gathers what a month's report says of watched services: their targets, their spells, and the
/// maintenance that counts for them. Bounded: spells that do not fit are counted.

#include "jobflip/base/result.hpp"
#include "jobflip/ports/reader_store.hpp"
#include "jobflip/report/month_facts.hpp"

namespace jobflip::cli {

/// Adds services, maintenance and what was left out of them, of both months of `facts`. A service
/// that was removed since is among them, with the usual target. After an Error `facts` has no
/// services.
Result<void> read_services(ports::ReaderStore& store, report::MonthFacts& facts);

}  // namespace jobflip::cli

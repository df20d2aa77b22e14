#pragma once
/// When a pool was there, as its audit log says: from its first event until it was removed, and
/// again from when it was applied again.

#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/ports/reader_store.hpp"
#include "jobflip/report/month_facts.hpp"

namespace jobflip::cli {

/// Every pool that is there or has events, by name.
Result<std::vector<PoolName>> pools_of_log(ports::ReaderStore& store,
                                           const core::Snapshot& snapshot);

/// Of a pool whose old events were exported and removed, nothing is known before those that are
/// left. Of the newest 100 times only.
Result<report::MonthPool> times_of(ports::ReaderStore& store, const core::Snapshot& snapshot,
                                   const PoolName& pool);

}  // namespace jobflip::cli

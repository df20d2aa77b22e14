#pragma once
/// The outages of a pool that its flips show: what jobs waited and ran for then is not normal.

#include <vector>

#include "cli/session.hpp"
#include "jobflip/core/job_history.hpp"

namespace jobflip::cli {

/// From when the stall of each flip began, as its evidence shows, until the new workers ran, or
/// until the flip ended if it did not help. Of the newest 200 flips.
Result<std::vector<core::Outage>> outages_of(Session& session, const PoolName& pool);

}  // namespace jobflip::cli

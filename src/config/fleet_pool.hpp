#pragma once
/// One [[pool]] of a fleet file.

#include <set>

#include "config/reader.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::config {

/// `reader` is on a table with the keys of pool.timings; the sums are checked here, too.
core::LeaseTimings read_timings(const toml::table& table, const std::string& path, Faults& faults);

core::PoolSettings read_pool(const toml::table& table, std::size_t place,
                             const std::set<NodeName>& nodes, Faults& faults);

}  // namespace jobflip::config

#pragma once
/// What `apply` changes, as a person reads it: in the keys and units of the pool file. The store's
/// own lines name the keys of its documents, and are what JSON and TSV show.

#include <string>
#include <vector>

#include "jobflip/core/settings.hpp"
#include "jobflip/core/snapshot.hpp"

namespace jobflip::cli {

/// "~ pools mail drain_timeout_ms: 30000 -> 60000" is {"~ pool mail drain_timeout: 30s -> 1m"}. A
/// query that changed is followed by its lines that are gone and those that are new. What is only
/// about the supervisors' own pool is left out: the lines of the supervisors say it.
/// `before`: the store before the change.
std::vector<std::string> shown_changes(const std::vector<std::string>& changes,
                                       const core::Snapshot& before, const core::Fleet& wanted);

}  // namespace jobflip::cli

#pragma once
/// Workers of a pool that the agent's file does not name (any more), but that the runtime folder
/// knows: they are watched, go on or end as core decides, and no new ones start.

#include <memory>
#include <string>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/ports/worker_host.hpp"

namespace jobflip::host {

std::unique_ptr<ports::WorkerHost> make_unconfigured_host(const std::string& runtime_dir,
                                                          const PoolName& pool);

/// Pools that this runtime folder knows: by a file of theirs, or by a guard whose page was there.
/// After an error that is unknown, so no agent may start here.
Result<std::vector<PoolName>> pools_known_to(const std::string& runtime_dir);

}  // namespace jobflip::host

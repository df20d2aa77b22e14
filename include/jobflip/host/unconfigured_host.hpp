#pragma once
/// Workers of a pool that the agent's file does not name (any more), but that the runtime folder
/// knows: they are seen, go on or end as core says, and none starts.

#include <memory>
#include <string>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/ports/worker_host.hpp"

namespace jobflip::host {

std::unique_ptr<ports::WorkerHost> make_unconfigured_host(const std::string& runtime_dir,
                                                          const PoolName& pool);

/// Pools that this runtime folder knows: by a file of theirs, or by a guard whose page lay there.
/// An error: it cannot be told, so no agent may start here.
Result<std::vector<PoolName>> pools_known_to(const std::string& runtime_dir);

}  // namespace jobflip::host

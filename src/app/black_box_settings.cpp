#include "app/black_box_settings.hpp"

#include <algorithm>

namespace jobflip::app {

std::optional<blackbox::BlackBoxSettings> black_box_settings(const config::AgentFile& file,
                                                             const PoolName& pool) {
  const auto workers = std::ranges::find(file.workers, pool, &config::WorkerSettings::pool);
  if (workers == file.workers.end()) return std::nullopt;
  return blackbox::BlackBoxSettings{.pool = pool,
                                    .runtime_dir = file.runtime_dir,
                                    .unit = workers->unit,
                                    .output = workers->output,
                                    .command = workers->black_box_command};
}

}  // namespace jobflip::app

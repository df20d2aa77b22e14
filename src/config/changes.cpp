#include "jobflip/config/changes.hpp"

#include <algorithm>

namespace jobflip::config {
namespace {

const WorkerSettings* find(const std::vector<WorkerSettings>& workers, const PoolName& pool) {
  const auto found = std::ranges::find(workers, pool, &WorkerSettings::pool);
  return found == workers.end() ? nullptr : &*found;
}

}  // namespace

AgentChanges changes(const AgentFile& in_force, const AgentFile& wanted) {
  AgentChanges out;
  out.store = in_force.conninfo != wanted.conninfo;
  for (const auto& worker : wanted.workers) {
    const auto* before = find(in_force.workers, worker.pool);
    if (before == nullptr) {
      out.added.push_back(worker);
    } else if (*before != worker) {
      out.changed.push_back(worker);
    }
  }
  for (const auto& worker : in_force.workers)
    if (find(wanted.workers, worker.pool) == nullptr) out.removed.push_back(worker.pool);
  if (in_force.node != wanted.node) out.need_restart.emplace_back("node");
  if (in_force.runtime_dir != wanted.runtime_dir) out.need_restart.emplace_back("runtime_dir");
  return out;
}

SupervisorChanges changes(const SupervisorFile& in_force, const SupervisorFile& wanted) {
  SupervisorChanges out;
  out.store = in_force.conninfo != wanted.conninfo;
  for (const auto& [name, conninfo] : wanted.databases) {
    const auto before = in_force.databases.find(name);
    if (before == in_force.databases.end() || before->second != conninfo)
      out.databases.push_back(name);
  }
  for (const auto& [name, conninfo] : in_force.databases)
    if (!wanted.databases.contains(name)) out.databases.push_back(name);
  std::ranges::sort(out.databases);
  out.commands = in_force.commands != wanted.commands;
  if (in_force.anchor_file != wanted.anchor_file) out.need_restart.emplace_back("anchor_file");
  if (in_force.anchor_url != wanted.anchor_url) out.need_restart.emplace_back("anchor_url");
  if (in_force.supervisor != wanted.supervisor) out.need_restart.emplace_back("supervisor");
  if (in_force.runtime_dir != wanted.runtime_dir) out.need_restart.emplace_back("runtime_dir");
  return out;
}

}  // namespace jobflip::config

#pragma once
/// Compares a file that was read again with the current settings: the changes that a running daemon
/// can apply, and those that need a restart, by name. Pure; the wiring in `app` carries it out.

#include <string>
#include <vector>

#include "jobflip/config/files.hpp"

namespace jobflip::config {

struct AgentChanges {
  bool store{false};
  std::vector<WorkerSettings> added;
  std::vector<WorkerSettings> changed;
  std::vector<PoolName> removed;
  std::vector<std::string> need_restart;  // keys of the file
};
AgentChanges changes(const AgentFile& in_force, const AgentFile& wanted);

struct SupervisorChanges {
  bool store{false};
  std::vector<std::string> databases;  // added, changed or removed, by name
  bool commands{false};
  std::vector<std::string> need_restart;
};
SupervisorChanges changes(const SupervisorFile& in_force, const SupervisorFile& wanted);

}  // namespace jobflip::config

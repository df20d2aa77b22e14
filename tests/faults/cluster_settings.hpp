#pragma once
/// The configuration of a campaign's cluster: the pool file, the daemons' files, the workers'
/// tables.

#include <string>

namespace jobflip::faults {

/// The workers' own tables: the items to do, and what was committed under which epoch.
extern const char* const kWorkersTables;

std::string fleet_text();
/// `mark` identifies the run's guards and workers, which inherit nothing from the agent's
/// environment.
std::string agent_text(const std::string& node, const std::string& runtime,
                       const std::string& conninfo, const std::string& worker_command,
                       const std::string& log, const std::string& mark);
std::string supervisor_text(const std::string& name, const std::string& runtime,
                            const std::string& conninfo, const std::string& probe);

/// How late the pool's guards may be, in ns.
inline constexpr long kGuardMarginNs = 500'000'000;

}  // namespace jobflip::faults

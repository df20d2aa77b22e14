#pragma once
/// The texts that a campaign's cluster is made of: the pool file, the daemons' files, the workers'
/// tables.

#include <string>

namespace jobflip::faults {

/// The workers' own tables: items to be done, and what was committed under which epoch.
extern const char* const kWorkersTables;

std::string fleet_text();
/// `mark`: by which guards and workers are found; they inherit nothing of the agent's environment.
std::string agent_text(const std::string& node, const std::string& runtime,
                       const std::string& conninfo, const std::string& worker_command,
                       const std::string& log, const std::string& mark);
std::string supervisor_text(const std::string& name, const std::string& runtime,
                            const std::string& conninfo, const std::string& probe);

/// Of the pool, in ns: what its guards may be late by.
inline constexpr long kGuardMarginNs = 500'000'000;

}  // namespace jobflip::faults

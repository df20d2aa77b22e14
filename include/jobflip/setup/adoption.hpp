#pragma once
/// Puts a unit behind its guard: makes the drop-in that does it, or says why that is impossible.
///
/// Invariants:
///  - the unit's own command line follows `--` byte for byte, so that systemd splits, unquotes and
///    expands it as before;
///  - if the unit has a User=, the guard is root ("!") and the worker is that user, so that it can
///    neither signal nor trace its guard;
///  - a hung guard is killed within `watchdog`, which must be at most graceful_stop + guard_margin
///    of the pool (docs/safety.md): the default fits the default timings, `jobflip doctor` compares
///    it with the real ones.

#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/setup/unit_text.hpp"

namespace jobflip::setup {

inline constexpr Millis kWatchdogDefault{3000};
inline constexpr const char* kAgentUnit = "jobflip-agent.service";
inline constexpr const char* kAgentUser = "jobflip";
/// The runtime folder that the agent's unit makes.
inline constexpr const char* kAgentRuntimeDir = "/run/jobflip-agent";
inline constexpr const char* kDropInName = "50-jobflip.conf";
inline constexpr const char* kPolkitPath = "/etc/polkit-1/rules.d/50-jobflip.rules";

struct AdoptionRequest {
  std::string pool;
  std::string node;
  std::string page;        // <runtime folder>/<pool>.lease
  std::string guard;       // the guard's program
  std::string agent_file;  // for the texts
  Millis watchdog{kWatchdogDefault};
};

struct Adoption {
  std::string text;                // of the drop-in
  std::vector<std::string> notes;  // changes for the unit, one sentence each
};

Result<Adoption> plan_adoption(const UnitSource& unit, const AdoptionRequest& request);

/// "/etc/systemd/system/email-worker.service.d/50-jobflip.conf"
std::string drop_in_path(const std::string& unit);
/// Whether this text is one of ours.
bool is_our_drop_in(std::string_view text);

/// The unit as systemd reads it together with our drop-in of this text.
UnitSource with_our_drop_in(UnitSource unit, std::string_view text);

/// The rule that lets the agent's user start and stop these units, and nothing else.
/// Requires: they are names of units.
std::string polkit_rule(const std::vector<std::string>& units, const std::string& agent_file);

}  // namespace jobflip::setup

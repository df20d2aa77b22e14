#pragma once
/// Rule violations in an installation, including those that would show only in an emergency: facts
/// go in, findings come out. Each finding says what was found with its value, and what to type.
/// docs/doctor.md lists them by name.
///
/// An error breaks one of S1 to S4, or keeps a pool from moving at all; a warning is something that
/// a person should know. A fact that was not available is not a finding here: the caller that
/// gathers the facts says so.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/time.hpp"
#include "jobflip/core/history.hpp"
#include "jobflip/core/settings.hpp"
#include "jobflip/core/snapshot.hpp"
#include "jobflip/setup/unit_text.hpp"

namespace jobflip::setup {

enum class Severity { warning, error };

struct Finding {
  std::string name;  // "unit-kill-mode"; never changes its meaning
  Severity severity{Severity::error};
  std::string where;  // the unit, login, node, pool
  std::string found;
  std::string fix;

  bool operator==(const Finding&) const = default;
};
using Findings = std::vector<Finding>;

// the store --------------------------------------------------------------------------------------

/// One row of jobflip.installation_facts().
struct StoreFact {
  std::string fact;
  std::string subject;
  std::string value;
};
Findings judge_store(const std::vector<StoreFact>& facts);

/// Pools with too few ready nodes, and daemons of several versions; `own` is this program's
/// version.
Findings judge_pools(const core::Snapshot& snapshot, const std::string& own);

/// `ahead`: this host's clock minus the store's; `unsure`: half of the round trip.
Findings judge_clock(Micros ahead, Micros unsure);

/// `anchored`: chains whose head was verified against a place outside the store.
Findings judge_anchors(const std::vector<core::ChainHead>& heads,
                       const std::vector<std::string>& anchored);

// this host --------------------------------------------------------------------------------------

/// Properties of a service by systemd's names; "" for an empty list.
using UnitProperties = std::map<std::string, std::string>;

/// For a unit that has not been started, as on every standby, systemd reports WatchdogUSec as
/// infinity. Then this is the value in its files.
UnitProperties with_watchdog_of(UnitProperties properties, const UnitSource& files);

struct WorkerUnitName {
  std::string unit;
  std::string pool;
};
/// Judges a worker's unit. `timings`: of its pool, if they are known.
Findings judge_worker_unit(const WorkerUnitName& unit, const UnitProperties& properties,
                           const std::optional<core::LeaseTimings>& timings);

/// The agent's own unit, against the tightest of its pools.
Findings judge_agent_unit(const UnitProperties& properties,
                          const std::vector<core::LeaseTimings>& pools);

/// A process with the mark of a guard in its environment.
struct MarkedProcess {
  long pid{};
  std::string pool;
  std::string command;
  std::string cgroup;  // "/system.slice/email-worker.service/jobflip-mail-0123"
  std::string page{};  // the lease page of its guard; "": an older guard's
};
/// `groups`: the cgroup where the processes of each pool belong: that of its unit, or the one in
/// which its guard keeps its command. A pool that is not in it gets no finding: its guard has no
/// cgroup that a process could leave.
Findings judge_processes(const std::vector<MarkedProcess>& processes,
                         const std::map<std::string, std::string>& groups);

/// Compares the installed rule with the one that the agent's file makes.
Findings judge_polkit(const std::string& there, const std::string& wanted);

/// "tmpfs", another kind, or "" if the folder is missing.
Findings judge_runtime_dir(const std::string& path, const std::string& filesystem);

/// Judges what a command of the agent's file can do if it runs as the agent's own user or as root,
/// and a user that the agent can't start it as. `agent_user`: of the agent's unit, "" if unknown.
Findings judge_command_user(const std::string& pool, const std::string& user,
                            const std::string& agent_user);

/// How a daemon reaches a database, with the settings of a service file; "" means libpq's default.
struct StoreRoute {
  std::string host;
  std::string sslmode;
  std::string service;
  std::string hostaddr;  // where libpq connects to, regardless of `host`
};
Findings judge_route(const std::string& who, const StoreRoute& route);

}  // namespace jobflip::setup

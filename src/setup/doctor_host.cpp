// Judges the facts of this host.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>

#include "jobflip/base/escape.hpp"
#include "jobflip/setup/adoption.hpp"
#include "jobflip/setup/doctor.hpp"

namespace jobflip::setup {
namespace {

std::string text_of(const UnitProperties& properties, const std::string& name) {
  const auto found = properties.find(name);
  return found == properties.end() ? "" : found->second;
}

/// A property in microseconds; systemd writes "infinity" as the largest number.
Millis millis_of(const UnitProperties& properties, const std::string& name) {
  const auto text = text_of(properties, name);
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  constexpr std::uint64_t kLongest = std::uint64_t{365} * 86'400'000;
  return Millis{static_cast<std::int64_t>(std::min(number / 1000, kLongest))};
}

struct Must {
  const char* name;
  const char* property;
  const char* value;
  const char* why;
  Severity severity;
};

// a setting that an agent refuses is an error here; one that only misleads people is a warning
constexpr std::array kMust{
    Must{"unit-kill-mode", "KillMode", "mixed", "workers would outlive a dead guard",
         Severity::error},
    Must{"unit-send-sigkill", "SendSIGKILL", "yes", "workers would outlive a dead guard",
         Severity::error},
    Must{"unit-delegate", "Delegate", "yes", "the guard can't keep its workers in a cgroup",
         Severity::error},
    Must{"unit-restart", "Restart", "no", "starts again by itself, which the guard only refuses",
         Severity::warning},
    Must{"unit-remain", "RemainAfterExit", "no", "looks active after its workers have ended",
         Severity::error},
};

std::string adopt(const WorkerUnitName& unit) {
  return "jobflip adopt " + unit.unit + " --pool " + unit.pool + " --yes";
}

void judge_watchdog(const WorkerUnitName& unit, const UnitProperties& properties,
                    const std::optional<core::LeaseTimings>& timings, Findings& out) {
  const auto watchdog = millis_of(properties, "WatchdogUSec");
  if (watchdog == Millis{0}) {
    out.push_back({"unit-watchdog", Severity::error, unit.unit,
                   "WatchdogSec= is not set: a guard that hangs keeps its workers past the lease",
                   adopt(unit)});
    return;
  }
  if (text_of(properties, "WatchdogSignal") != "9")
    out.push_back({"unit-watchdog-signal", Severity::error, unit.unit,
                   "WatchdogSignal= is " + text_of(properties, "WatchdogSignal") +
                       ", not SIGKILL: a stopped guard does not end by it",
                   adopt(unit)});
  if (!timings) return;
  const auto room = timings->graceful_stop + timings->guard_margin;
  const auto sum = " > graceful_stop " + short_duration(timings->graceful_stop) +
                   " + guard_margin " + short_duration(timings->guard_margin);
  if (watchdog > room)
    out.push_back({"unit-watchdog", Severity::error, unit.unit,
                   "WatchdogSec=" + short_duration(watchdog) + sum +
                       ": a guard that hangs keeps its workers past the lease",
                   adopt(unit) + " --watchdog " + std::to_string(room.count()) + "ms"});
  const auto stop = millis_of(properties, "TimeoutStopUSec");
  if (stop > room)
    out.push_back(
        {"unit-stop-timeout", Severity::error, unit.unit,
         "TimeoutStopSec=" + short_duration(stop) + sum + ": no watchdog runs while a unit stops",
         adopt(unit) + " --watchdog " + std::to_string(room.count()) + "ms"});
}

void judge_hooks(const WorkerUnitName& unit, const UnitProperties& properties, Findings& out) {
  if (!text_of(properties, "ExecStop").empty())
    out.push_back({"unit-hook", Severity::error, unit.unit,
                   "ExecStop= runs before the guard is told: it may hang", adopt(unit)});
  for (const auto* key : {"ExecStartPre", "ExecStartPost", "ExecStopPost"})
    if (!text_of(properties, key).empty())
      out.push_back(
          {"unit-hook", Severity::warning, unit.unit,
           std::string{key} + "= runs with no lease: none of the pool's work may be in it",
           "look at it; systemctl cat " + unit.unit});
}

bool is_local(const std::string& host) {
  return host.empty() || host.starts_with('/') || host.starts_with('@') || host == "localhost" ||
         host.starts_with("127.") || host == "::1";
}

std::vector<std::string> parts_of(const std::string& list) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= list.size();) {
    const auto end = std::min(list.find(',', at), list.size());
    out.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

/// The first address on another machine that libpq would connect to; "" if there is none.
std::string far_host(const StoreRoute& route) {
  const auto hosts = parts_of(route.host);
  const auto addresses = parts_of(route.hostaddr);
  for (std::size_t i = 0; i < std::max(hosts.size(), addresses.size()); ++i) {
    const auto address = i < addresses.size() ? addresses[i] : "";
    const auto host = i < hosts.size() ? hosts[i] : "";
    const auto& target = address.empty() ? host : address;
    if (!is_local(target)) return target;
  }
  return "";
}

}  // namespace

Findings judge_worker_unit(const WorkerUnitName& unit, const UnitProperties& properties,
                           const std::optional<core::LeaseTimings>& timings) {
  Findings out;
  for (const auto& must : kMust) {
    const auto value = text_of(properties, must.property);
    if (value != must.value)
      out.push_back({must.name, must.severity, unit.unit,
                     std::string{must.property} + "=" + printable(value, 60) + ": " + must.why,
                     adopt(unit)});
  }
  judge_watchdog(unit, properties, timings, out);
  judge_hooks(unit, properties, out);
  return out;
}

UnitProperties with_watchdog_of(UnitProperties properties, const UnitSource& files) {
  constexpr const char* kName = "WatchdogUSec";
  constexpr auto kInfinity = std::numeric_limits<std::uint64_t>::max();
  if (text_of(properties, kName) != std::to_string(kInfinity)) return properties;
  const auto written = value_of(files, "Service", "WatchdogSec");
  const auto length = written.empty() ? std::uint64_t{0} : time_span_us(written);
  properties[kName] = std::to_string(length.value_or(kInfinity));
  return properties;
}

Findings judge_agent_unit(const UnitProperties& properties,
                          const std::vector<core::LeaseTimings>& pools) {
  Findings out;
  if (text_of(properties, "KillMode") != "process")
    out.push_back({"agent-kill-mode", Severity::warning, kAgentUnit,
                   "KillMode=" + printable(text_of(properties, "KillMode"), 40) +
                       ": workers that it starts as commands end with every restart of the agent",
                   "install the unit that comes with jobflip"});
  const auto watchdog = millis_of(properties, "WatchdogUSec");
  if (watchdog == Millis{0})
    out.push_back({"agent-watchdog", Severity::warning, kAgentUnit,
                   "WatchdogSec= is not set: an agent that hangs costs its workers the lease",
                   "install the unit that comes with jobflip"});
  auto least = Millis::max();
  for (const auto& one : pools)
    least = std::min(least, one.lease - one.graceful_stop - one.kill_to_empty - one.guard_margin -
                                one.beat_every);
  if (watchdog >= least)
    out.push_back(
        {"agent-watchdog", Severity::warning, kAgentUnit,
         "WatchdogSec=" + short_duration(watchdog) + " is not below the " + short_duration(least) +
             " that a lease leaves for it: an agent that hangs costs its workers",
         "systemctl edit " + std::string{kAgentUnit} + ", and set WatchdogSec= below that"});
  return out;
}

Findings judge_processes(const std::vector<MarkedProcess>& processes,
                         const std::map<std::string, std::string>& groups) {
  Findings out;
  for (const auto& one : processes) {
    const auto group = groups.find(one.pool);
    if (group == groups.end()) continue;
    const bool below_group =
        !group->second.empty() && (one.cgroup + "/").starts_with(group->second + "/");
    const bool below_guard = one.cgroup.find("/jobflip-" + one.pool + "-") != std::string::npos;
    if (below_group || below_guard) continue;
    out.push_back({"process-outside", Severity::error, printable(one.pool, 63),
                   "process " + std::to_string(one.pid) + " (" + printable(one.command, 80) +
                       ") has left the cgroup of its guard; it is in " + printable(one.cgroup, 150),
                   "end it, and have the worker start nothing by su, at, systemd-run or a "
                   "container's daemon"});
  }
  return out;
}

Findings judge_polkit(const std::string& there, const std::string& wanted) {
  if (there == wanted) return {};
  return {{"polkit-rule", Severity::error, kPolkitPath,
           there.empty() ? "it is not there: the agent may start no unit"
                         : "it is not what the agent's file makes: units are missing or too many",
           "jobflip adopt --polkit --yes"}};
}

Findings judge_runtime_dir(const std::string& path, const std::string& filesystem) {
  if (filesystem.empty() || filesystem == "tmpfs" || filesystem == "ramfs") return {};
  return {{"runtime-dir", Severity::warning, printable(path, 200),
           "it is on " + printable(filesystem, 40) +
               ": writing to its disk may hold the agent up, and pages outlive a boot",
           "have it below /run: RuntimeDirectory= in the agent's unit"}};
}

Findings judge_command_user(const std::string& pool, const std::string& user,
                            const std::string& agent_user) {
  const auto where = "workers." + printable(pool, 63);
  const bool agent_is_root = agent_user == "root" || agent_user == "0";
  if (!user.empty() && user != agent_user && !agent_user.empty() && !agent_is_root)
    return {{"command-user", Severity::error, where,
             "user = \"" + printable(user, 40) + "\", and the agent is user " +
                 printable(agent_user, 40) + ", not root: it can't start its command as another",
             "make the worker a unit with User=, and driver = \"systemd\" (jobflip adopt)"}};
  if (user.empty() && agent_is_root)
    return {{"command-user", Severity::error, where,
             "the agent is root and its command has no user: it is not started",
             "set user = \"NAME\" beside command"}};
  if (!user.empty() && user != "root" && user != agent_user) return {};
  const auto who = user == "root" ? std::string{"root"} : std::string{"the agent's own user"};
  return {{"command-user", Severity::warning, where,
           "its command is " + who +
               ": it can read the agent's password file, set the deadline of its own lease, and "
               "kill its guard",
           "make the worker a unit with a User= of its own, and driver = \"systemd\" (jobflip "
           "adopt); or run the agent as root, with user = \"NAME\" beside command"}};
}

Findings judge_route(const std::string& who, const StoreRoute& route) {
  const auto far = far_host(route);
  if (far.empty() || route.sslmode == "verify-full") return {};
  const auto where = route.service.empty()
                         ? std::string{"its conninfo"}
                         : "its conninfo or service " + printable(route.service, 60);
  return {
      {"sslmode", Severity::warning, who,
       "sslmode=" + (route.sslmode.empty() ? std::string{"prefer"} : printable(route.sslmode, 40)) +
           " to " + printable(far, 100) + ": who answers is not verified",
       "write sslmode=verify-full and sslrootcert= into " + where}};
}

}  // namespace jobflip::setup

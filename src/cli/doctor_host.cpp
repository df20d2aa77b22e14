// `doctor`: the checks of this host.

#include <algorithm>
#include <map>
#include <set>

#include "cli/doctor_visit.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/files.hpp"
#include "jobflip/setup/adoption.hpp"

namespace jobflip::cli {
namespace {

using setup::Severity;

std::optional<core::LeaseTimings> timings_of(const Visit& visit, const PoolName& pool) {
  if (!visit.snapshot) return std::nullopt;
  for (const auto& one : visit.snapshot->pools)
    if (one.settings.name == pool) return one.settings.timings;
  return std::nullopt;
}

/// If a file can't be read, the values that systemd reported are used.
setup::UnitProperties with_watchdog(setup::UnitProperties properties, ports::UnitFiles& files,
                                    const std::string& unit) {
  const auto source = files.read(unit);
  const auto ours = files.text_of(setup::drop_in_path(unit));
  if (!source || !ours) return properties;
  return setup::with_watchdog_of(std::move(properties), setup::with_our_drop_in(*source, *ours));
}

/// The unit's cgroup, if it could be read.
std::string look_at_unit(Visit& visit, ports::HostInspector& look, ports::UnitFiles& files,
                         const config::AgentFile& agent, const config::WorkerSettings& worker) {
  const auto page = agent.runtime_dir + "/" + worker.pool.str() + ".lease";
  const auto fit = files.check({worker.unit, worker.pool, agent.node, page, setup::kAgentUser});
  if (!fit && fit.error().code == ErrorCode::refused)
    visit.add({{"unit", Severity::error, worker.unit, fit.error().text, fit.error().hint}});
  if (!fit && fit.error().code != ErrorCode::refused) visit.could_not(worker.unit, fit.error());
  if (const auto source = files.read(worker.unit))
    for (const auto& one : source->writable)
      visit.add({{"unit-writable", Severity::error, worker.unit, one,
                  "chown root and chmod go-w it and the folders above it"}});
  const auto properties = look.unit(worker.unit);
  if (!properties || properties->count("KillMode") == 0) return "";
  visit.add(setup::judge_worker_unit({worker.unit, worker.pool.str()},
                                     with_watchdog(*properties, files, worker.unit),
                                     timings_of(visit, worker.pool)));
  visit.checked.push_back(worker.unit);
  const auto group = properties->find("ControlGroup");
  return group == properties->end() ? "" : group->second;
}

void look_at_agent_unit(Visit& visit, ports::HostInspector& look, ports::UnitFiles& files,
                        const config::AgentFile& agent) {
  const auto properties = look.unit(setup::kAgentUnit);
  if (!properties) return visit.could_not(setup::kAgentUnit, properties.error());
  const auto loaded = properties->find("LoadState");
  if (loaded == properties->end() || loaded->second != "loaded") {
    visit.left.push_back(std::string{setup::kAgentUnit} + ": it is not installed here");
    return;
  }
  std::vector<core::LeaseTimings> pools;
  for (const auto& worker : agent.workers)
    if (const auto timings = timings_of(visit, worker.pool)) pools.push_back(*timings);
  visit.add(setup::judge_agent_unit(with_watchdog(*properties, files, setup::kAgentUnit), pools));
  visit.checked.emplace_back(setup::kAgentUnit);
}

void look_at_route(Session& session, Visit& visit, const std::string& who,
                   const std::string& conninfo) {
  const auto route = session.stores().route_of(conninfo);
  if (!route) return visit.could_not(who, route.error());
  visit.add(setup::judge_route(who, *route));
}

/// The user of the agent's unit: a command without `user` runs as this user, too.
std::string user_of_agent(ports::HostInspector& look) {
  const auto properties = look.unit(setup::kAgentUnit);
  if (!properties) return "";
  const auto loaded = properties->find("LoadState");
  if (loaded == properties->end() || loaded->second != "loaded") return "";
  const auto user = properties->find("User");
  return user == properties->end() || user->second.empty() ? "root" : user->second;
}

void look_at_command(Visit& visit, ports::HostInspector& look, const config::AgentFile& agent,
                     const config::WorkerSettings& worker, const std::string& agent_user,
                     std::map<std::string, std::string>& groups) {
  const auto pool = worker.pool.str();
  visit.add(setup::judge_command_user(pool, worker.user, agent_user));
  const auto group = look.guard_cgroup(agent.runtime_dir + "/" + pool + ".lease");
  if (!group.empty()) groups[pool] = group;
}

/// A process outside every known cgroup is reported, but not called astray.
void look_at_processes(Visit& visit, ports::HostInspector& look, const config::AgentFile& agent,
                       const std::map<std::string, std::string>& groups) {
  auto processes = look.processes();
  if (!processes) return visit.could_not("processes", processes.error());
  // another installation on this host may have a pool of the same name
  std::erase_if(*processes, [&](const auto& one) {
    return !one.page.empty() && one.page != agent.runtime_dir + "/" + one.pool + ".lease";
  });
  visit.add(setup::judge_processes(*processes, groups));
  visit.checked.emplace_back("processes");
  std::set<std::string> unknown;
  for (const auto& one : *processes)
    if (!groups.contains(one.pool)) unknown.insert(one.pool);
  for (const auto& pool : unknown)
    visit.left.push_back("processes of pool " + printable(pool, 63) +
                         ": their guard has no cgroup of its own that one of them could have left");
}

void look_at_units(Session& session, Visit& visit, const config::AgentFile& agent,
                   const std::string& agent_path) {
  auto look = session.host().open_inspector();
  auto files = session.host().open_unit_files();
  std::map<std::string, std::string> groups;
  std::vector<std::string> units;
  const auto agent_user = user_of_agent(*look);
  for (const auto& worker : agent.workers) {
    if (worker.driver == config::WorkerDriver::command) {
      look_at_command(visit, *look, agent, worker, agent_user, groups);
      continue;
    }
    if (std::ranges::find(units, worker.unit) == units.end()) units.push_back(worker.unit);
    groups[worker.pool.str()] = look_at_unit(visit, *look, *files, agent, worker);
  }
  look_at_agent_unit(visit, *look, *files, agent);
  look_at_processes(visit, *look, agent, groups);
  if (!units.empty()) {
    const auto rule = files->text_of(setup::kPolkitPath);
    if (rule) {
      visit.add(setup::judge_polkit(*rule, setup::polkit_rule(units, agent_path)));
      visit.checked.emplace_back("polkit");
    } else {
      visit.could_not("polkit", rule.error());
    }
  }
  visit.add(setup::judge_runtime_dir(agent.runtime_dir, look->filesystem_of(agent.runtime_dir)));
}

/// The one error is about the file as a whole: it is missing, can't be read, or is not a file.
bool is_unreadable(const config::ConfigErrors& errors) {
  return errors.errors.size() == 1 && errors.errors.front().line == 0 &&
         errors.errors.front().field.empty();
}

/// Errors in a file are findings. A file that can't be read is a usage error if it was named on the
/// command line; otherwise this host may have no agent, which is not an error.
std::optional<ExitCode> judge_file(Session& session, Visit& visit, const std::string& what,
                                   bool named, const config::ConfigErrors& errors) {
  const auto& first = errors.errors.front();
  if (named && is_unreadable(errors))
    return session.error(ExitCode::usage, to_text(first), "", first.hint);
  if (is_unreadable(errors)) {
    visit.left.push_back(what + ": " + to_text(first));
    return std::nullopt;
  }
  for (const auto& error : errors.errors)
    visit.add({{"config", Severity::error, what, to_text(error), error.hint}});
  return std::nullopt;
}

}  // namespace

std::optional<ExitCode> look_at_host(Session& session, Visit& visit) {
  const auto& options = session.options();
  const auto path = options.path.empty() ? std::string{config::kAgentFile} : options.path;
  const auto agent = config::parse_agent_file(path, setup::kAgentRuntimeDir);
  if (agent) {
    look_at_units(session, visit, *agent, path);
    look_at_route(session, visit, "the agent", agent->conninfo);
  } else {
    const bool named = !options.path.empty();
    const auto wrong = judge_file(session, visit, "this host", named, agent.error());
    if (wrong) return wrong;
  }
  if (options.supervisor_path.empty()) return std::nullopt;
  const auto supervisor = config::parse_supervisor_file(options.supervisor_path);
  if (!supervisor) return judge_file(session, visit, "the supervisor", true, supervisor.error());
  look_at_route(session, visit, "the supervisor", supervisor->conninfo);
  for (const auto& [name, conninfo] : supervisor->databases)
    look_at_route(session, visit, "the supervisor, databases." + name, conninfo);
  return std::nullopt;
}

}  // namespace jobflip::cli

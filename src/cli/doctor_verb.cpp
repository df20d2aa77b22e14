// `doctor`: gathers what core/doctor.hpp judges, of the store and of this host.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/anchors.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/files.hpp"
#include "jobflip/core/adoption.hpp"
#include "jobflip/core/doctor.hpp"

namespace jobflip::cli {
namespace {

using Json = nlohmann::ordered_json;
using core::Finding;
using core::Severity;

constexpr const char* kAgentFile = "/etc/jobflip/agent.toml";

struct Visit {
  core::Findings findings;
  std::vector<std::string> checked;  // what was looked at
  std::vector<std::string> left;     // and what was not, with why
  std::optional<core::Snapshot> snapshot;
  bool store_reached{false};

  void add(core::Findings more) {
    findings.insert(findings.end(), std::make_move_iterator(more.begin()),
                    std::make_move_iterator(more.end()));
  }
  void could_not(const std::string& what, const Error& why) {
    left.push_back(what + ": " + why.text + (why.hint.empty() ? "" : " (" + why.hint + ")"));
  }
};

bool is_schema(ErrorCode code) {
  return code == ErrorCode::schema_missing || code == ErrorCode::schema_old ||
         code == ErrorCode::schema_new;
}

/// False where nothing more can be asked of the store.
bool look_at_pools(Session& session, Visit& visit, ports::ReaderStore& store) {
  auto snapshot = store.snapshot();
  if (!snapshot && is_schema(snapshot.error().code)) {
    visit.store_reached = true;
    visit.add(
        {{"schema", Severity::error, "the store", snapshot.error().text, snapshot.error().hint}});
    return false;
  }
  if (!snapshot) {
    visit.could_not("the store", snapshot.error());
    return false;
  }
  visit.store_reached = true;
  visit.snapshot = std::move(*snapshot);
  visit.add(core::judge_pools(*visit.snapshot, session.world().version));
  visit.checked.insert(visit.checked.end(), {"schema", "pools", "versions"});
  return true;
}

void look_at_audit(Session& session, Visit& visit, ports::ReaderStore& store) {
  const auto heads = store.audit_heads();
  if (!heads) return visit.could_not("audit", heads.error());
  std::vector<std::string> anchored;
  if (!session.options().anchors.empty()) {
    const auto anchors = read_anchors(session.options().anchors, *session.world().in);
    if (!anchors) return visit.could_not("audit", anchors.error());
    const auto flaws = flaws_of_anchors(store, *anchors);
    if (!flaws) return visit.could_not("audit", flaws.error());
    for (const auto& anchor : *anchors) anchored.push_back(anchor.chain);
    for (const auto& flaw : *flaws)
      visit.add({{"audit-broken", Severity::error, printable(flaw.chain, 63),
                  fmt::format("event {}: {}", flaw.seq, flaw.why), "jobflip audit verify"}});
  }
  visit.add(core::judge_anchors(*heads, anchored));
  visit.checked.emplace_back("audit");
}

/// Of three answers the one that came quickest: the clock was read in the middle of it, give or
/// take half of the round trip.
Result<core::Findings> look_at_clock(World& world, ports::DoctorStore& store) {
  std::optional<Micros> quickest;
  Micros ahead{0};
  for (int i = 0; i < 3; ++i) {
    const auto before = world.wall();
    const auto at = store.clock();
    const auto after = world.wall();
    if (!at) return at.error();
    const auto trip = after - before;
    if (quickest && trip >= *quickest) continue;
    quickest = trip;
    ahead = before + trip / 2 - *at;
  }
  return core::judge_clock(ahead, *quickest / 2);
}

void look_at_roles(Session& session, Visit& visit) {
  auto store = session.world().open_doctor(session.conninfo());
  if (!store) return visit.could_not("roles", store.error());
  const auto facts = (*store)->facts();
  if (facts) {
    visit.add(core::judge_store(*facts));
    visit.checked.emplace_back("roles");
  } else {
    visit.could_not("roles", facts.error());
  }
  auto clock = look_at_clock(session.world(), **store);
  if (!clock) return visit.could_not("clock", clock.error());
  visit.add(std::move(*clock));
  visit.checked.emplace_back("clock");
}

void look_at_store(Session& session, Visit& visit) {
  auto reader = session.reader();
  if (!reader) return visit.could_not("the store", reader.error());
  if (!look_at_pools(session, visit, **reader)) return;
  look_at_audit(session, visit, **reader);
  look_at_roles(session, visit);
}

std::optional<core::LeaseTimings> timings_of(const Visit& visit, const PoolName& pool) {
  if (!visit.snapshot) return std::nullopt;
  for (const auto& one : visit.snapshot->pools)
    if (one.settings.name == pool) return one.settings.timings;
  return std::nullopt;
}

/// Where a file can't be read, what systemd told stands.
core::UnitProperties with_watchdog(core::UnitProperties properties, ports::UnitFiles& files,
                                   const std::string& unit) {
  const auto source = files.read(unit);
  const auto ours = files.text_of(core::drop_in_path(unit));
  if (!source || !ours) return properties;
  return core::with_watchdog_of(std::move(properties), core::with_our_drop_in(*source, *ours));
}

/// The control group of the unit, where it could be read.
std::string look_at_unit(Visit& visit, ports::HostLook& look, ports::UnitFiles& files,
                         const config::AgentFile& agent, const config::WorkerSettings& worker) {
  const auto page = agent.runtime_dir + "/" + worker.pool.str() + ".lease";
  const auto fit = files.check({worker.unit, worker.pool, agent.node, page, core::kAgentUser});
  if (!fit && fit.error().code == ErrorCode::refused)
    visit.add({{"unit", Severity::error, worker.unit, fit.error().text, fit.error().hint}});
  if (!fit && fit.error().code != ErrorCode::refused) visit.could_not(worker.unit, fit.error());
  const auto properties = look.unit(worker.unit);
  if (!properties || properties->count("KillMode") == 0) return "";
  visit.add(core::judge_worker_unit({worker.unit, worker.pool.str()},
                                    with_watchdog(*properties, files, worker.unit),
                                    timings_of(visit, worker.pool)));
  visit.checked.push_back(worker.unit);
  const auto group = properties->find("ControlGroup");
  return group == properties->end() ? "" : group->second;
}

void look_at_agent_unit(Visit& visit, ports::HostLook& look, ports::UnitFiles& files,
                        const config::AgentFile& agent) {
  const auto properties = look.unit(core::kAgentUnit);
  if (!properties) return visit.could_not(core::kAgentUnit, properties.error());
  const auto loaded = properties->find("LoadState");
  if (loaded == properties->end() || loaded->second != "loaded") {
    visit.left.push_back(std::string{core::kAgentUnit} + ": it is not installed here");
    return;
  }
  std::vector<core::LeaseTimings> pools;
  for (const auto& worker : agent.workers)
    if (const auto timings = timings_of(visit, worker.pool)) pools.push_back(*timings);
  visit.add(core::judge_agent_unit(with_watchdog(*properties, files, core::kAgentUnit), pools));
  visit.checked.emplace_back(core::kAgentUnit);
}

void look_at_route(Session& session, Visit& visit, const std::string& who,
                   const std::string& conninfo) {
  const auto route = session.world().route_of(conninfo);
  if (!route) return visit.could_not(who, route.error());
  visit.add(core::judge_route(who, *route));
}

void look_at_units(Session& session, Visit& visit, const config::AgentFile& agent,
                   const std::string& agent_path) {
  auto look = session.world().open_host_look();
  auto files = session.world().open_unit_files();
  std::map<std::string, std::string> groups;
  std::vector<std::string> units;
  for (const auto& worker : agent.workers) {
    if (worker.driver != config::WorkerDriver::systemd) continue;
    if (std::ranges::find(units, worker.unit) == units.end()) units.push_back(worker.unit);
    groups[worker.pool.str()] = look_at_unit(visit, *look, *files, agent, worker);
  }
  look_at_agent_unit(visit, *look, *files, agent);
  if (const auto processes = look->processes(); !processes) {
    visit.could_not("processes", processes.error());
  } else {
    visit.add(core::judge_processes(*processes, groups));
    visit.checked.emplace_back("processes");
  }
  if (!units.empty()) {
    const auto rule = files->text_of(core::kPolkitPath);
    if (rule) {
      visit.add(core::judge_polkit(*rule, core::polkit_rule(units, agent_path)));
      visit.checked.emplace_back("polkit");
    } else {
      visit.could_not("polkit", rule.error());
    }
  }
  visit.add(core::judge_runtime_dir(agent.runtime_dir, look->filesystem_of(agent.runtime_dir)));
}

void say_unreadable(Visit& visit, const std::string& what, const config::ConfigErrors& errors) {
  for (const auto& error : errors.errors) visit.left.push_back(what + ": " + to_text(error));
}

void look_at_host(Session& session, Visit& visit) {
  const auto& options = session.options();
  const auto path = options.path.empty() ? std::string{kAgentFile} : options.path;
  const auto agent = config::parse_agent_file(path, core::kAgentRuntimeDir);
  if (agent) {
    look_at_units(session, visit, *agent, path);
    look_at_route(session, visit, "the agent", agent->conninfo);
  } else {
    say_unreadable(visit, "this host", agent.error());
  }
  if (options.supervisor_path.empty()) return;
  const auto supervisor = config::parse_supervisor_file(options.supervisor_path);
  if (!supervisor) return say_unreadable(visit, "the supervisor", supervisor.error());
  look_at_route(session, visit, "the supervisor", supervisor->conninfo);
}

std::string_view word_of(Severity severity) {
  return severity == Severity::error ? "error" : "warning";
}

void show_json(Session& session, const Visit& visit) {
  Json list = Json::array();
  for (const auto& one : visit.findings)
    list.push_back(Json{{"name", one.name},
                        {"severity", word_of(one.severity)},
                        {"where", one.where},
                        {"found", one.found},
                        {"mend", one.mend}});
  session.print(Json{{"schema", 1},
                     {"store_reached", visit.store_reached},
                     {"findings", std::move(list)},
                     {"checked", visit.checked},
                     {"not_checked", visit.left}});
}

void show(Session& session, const Visit& visit) {
  if (session.format() == Format::json) return show_json(session, visit);
  if (session.format() == Format::tsv) {
    Table table{{"severity", "name", "where", "found", "mend"}, {}};
    for (const auto& one : visit.findings)
      table.rows.push_back({std::string{word_of(one.severity)}, one.name, printable(one.where),
                            printable(one.found), printable(one.mend)});
    session.print(table);
    return;
  }
  for (const auto& one : visit.findings) {
    const auto style = one.severity == Severity::error ? Style::bad : Style::warn;
    session.out() << session.paint()(style, word_of(one.severity))
                  << fmt::format(" {}: {}: {}\n", one.name, printable(one.where),
                                 printable(one.found));
    if (!one.mend.empty()) session.out() << "  type: " << printable(one.mend) << '\n';
  }
  session.out() << fmt::format("checked: {}\n", fmt::join(visit.checked, ", "));
}

}  // namespace

ExitCode perform_doctor(Session& session) {
  Visit visit;
  look_at_store(session, visit);
  look_at_host(session, visit);
  std::ranges::stable_sort(visit.findings, std::ranges::greater{}, &Finding::severity);
  show(session, visit);
  for (const auto& one : visit.left) session.warning("not checked: " + printable(one));
  const auto errors = std::ranges::count(visit.findings, Severity::error, &Finding::severity);
  const auto warnings = static_cast<std::ptrdiff_t>(visit.findings.size()) - errors;
  session.notice(fmt::format("{} error{}, {} warning{}", errors, errors == 1 ? "" : "s", warnings,
                             warnings == 1 ? "" : "s"));
  if (!visit.store_reached) return ExitCode::store_unreachable;
  return errors > 0 ? ExitCode::failed : ExitCode::done;
}

}  // namespace jobflip::cli

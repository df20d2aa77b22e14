// `adopt`: puts a unit of this host behind the guard, and lets the agent start and stop it.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/duration.hpp"
#include "jobflip/config/files.hpp"
#include "jobflip/setup/adoption.hpp"

namespace jobflip::cli {
namespace {

using Json = nlohmann::ordered_json;

/// The intended content of a file of this host: written with --yes, only shown without.
struct WantedAdoption {
  std::string path;
  std::string text;  // "": removed
  bool changed{true};
};

/// What one run of the verb works on.
struct Adopting {
  std::unique_ptr<ports::UnitFiles> files;
  config::AgentFile agent;
  std::string agent_path;
  std::vector<WantedAdoption> wanted;
  std::vector<std::string> notes;
};

std::vector<std::string> units_of(const config::AgentFile& agent) {
  std::vector<std::string> units;
  for (const auto& worker : agent.workers)
    if (worker.driver == config::WorkerDriver::systemd &&
        std::ranges::find(units, worker.unit) == units.end())
      units.push_back(worker.unit);
  return units;
}

/// The agent's file must name the unit under the same pool: otherwise nobody would start it.
Result<void> check_agent_file(const Adopting& adopting, const std::string& unit,
                              const std::string& pool) {
  const auto& workers = adopting.agent.workers;
  const auto lines = fmt::format("[workers.{}]\ndriver = \"systemd\"\nunit = \"{}\"", pool, unit);
  const auto found =
      std::ranges::find_if(workers, [&](const auto& w) { return w.pool.str() == pool; });
  if (found == workers.end())
    return Error{
        ErrorCode::refused,
        fmt::format("{} has no workers of pool \"{}\"", adopting.agent_path, printable(pool, 60)),
        "add to it:\n" + lines};
  if (found->driver != config::WorkerDriver::systemd)
    return Error{
        ErrorCode::refused,
        fmt::format("{} runs the workers of pool \"{}\" as a command", adopting.agent_path, pool),
        "write instead:\n" + lines};
  if (found->unit != unit)
    return Error{ErrorCode::refused,
                 fmt::format("in {} the workers of pool \"{}\" are {}, not {}", adopting.agent_path,
                             pool, found->unit, unit),
                 fmt::format("adopt that one, or write unit = \"{}\"", unit)};
  for (const auto& other : workers)
    if (other.unit == unit && other.pool != found->pool)
      return Error{ErrorCode::refused,
                   fmt::format("in {} {} is the workers of pool \"{}\", too", adopting.agent_path,
                               unit, other.pool.str()),
                   "one unit a pool"};
  return {};
}

Result<void> want(Adopting& adopting, const std::string& path, std::string text) {
  const auto now = adopting.files->text_of(path);
  if (!now) return now.error();
  const bool changed = *now != text;
  adopting.wanted.push_back({path, std::move(text), changed});
  return {};
}

Result<void> want_polkit(Adopting& adopting) {
  return want(adopting, setup::kPolkitPath,
              setup::polkit_rule(units_of(adopting.agent), adopting.agent_path));
}

Result<Millis> watchdog_of(const Options& options) {
  if (options.watchdog.empty()) return setup::kWatchdogDefault;
  const auto length = config::parse_duration(options.watchdog);
  if (!length)
    return Error{ErrorCode::usage, "--watchdog: " + length.error().text, length.error().hint};
  if (*length < Millis{100} || *length > Millis{60'000})
    return Error{ErrorCode::usage, "--watchdog is not from 100ms to 60s", ""};
  return *length;
}

ports::WorkerUnit worker_unit(const Adopting& adopting, const Options& options) {
  return {options.unit, PoolName::of(options.pool), adopting.agent.node,
          adopting.agent.runtime_dir + "/" + options.pool + ".lease", setup::kAgentUser};
}

Result<void> want_drop_in(Session& session, Adopting& adopting) {
  const auto& options = session.options();
  if (auto known = check_agent_file(adopting, options.unit, options.pool); !known) return known;
  const auto watchdog = watchdog_of(options);
  if (!watchdog) return watchdog.error();
  const auto guard = session.host().find_guard();
  if (!guard) return guard.error();
  const auto source = adopting.files->read(options.unit);
  if (!source) return source.error();
  const auto plan = setup::plan_adoption(
      *source, {.pool = options.pool,
                .node = adopting.agent.node.str(),
                .page = worker_unit(adopting, options).page,
                .guard = std::filesystem::path{*guard}.lexically_normal().string(),
                .agent_file = adopting.agent_path,
                .watchdog = *watchdog});
  if (!plan) return plan.error();
  adopting.notes = plan->notes;
  adopting.notes.push_back(
      "a start by hand, at boot or by another unit finds no lease: the guard refuses, and the unit "
      "shows as failed until the agent starts it; `systemctl disable " +
      options.unit + "` keeps the boot clean");
  return want(adopting, setup::drop_in_path(options.unit), plan->text);
}

Result<void> want_no_drop_in(Session& session, Adopting& adopting) {
  const auto path = setup::drop_in_path(session.options().unit);
  const auto now = adopting.files->text_of(path);
  if (!now) return now.error();
  if (now->empty())
    return Error{ErrorCode::not_found, "there is no " + path, "the unit was not adopted here"};
  if (!setup::is_our_drop_in(*now))
    return Error{ErrorCode::refused, path + " was not written by `jobflip adopt`",
                 "remove it by hand"};
  adopting.wanted.push_back({path, "", true});
  adopting.notes.emplace_back(
      "the unit starts without a lease from then on: take it out of the agent's file, and do not "
      "run it on two nodes at once");
  return {};
}

void show(Session& session, const Adopting& adopting, bool written) {
  if (session.format() == Format::json) {
    Json files = Json::array();
    for (const auto& one : adopting.wanted)
      files.push_back({{"path", one.path},
                       {"text", one.text},
                       {"changed", one.changed},
                       {"written", written && one.changed}});
    session.print(Json{{"schema", 1}, {"files", files}, {"notes", adopting.notes}});
    return;
  }
  if (session.format() == Format::tsv) {
    Table table{{"path", "changed", "written"}, {}};
    for (const auto& one : adopting.wanted)
      table.rows.push_back(
          {one.path, one.changed ? "yes" : "no", written && one.changed ? "yes" : "no"});
    session.print(table);
    return;
  }
  for (const auto& one : adopting.wanted) {
    const bool removed = one.text.empty();
    const auto what = !one.changed ? "is so already"
                      : removed    ? (written ? "removed" : "would be removed")
                                   : (written ? "written" : "would be written");
    session.out() << fmt::format("{}: {}\n", one.path, what);
    if (!written && !removed) session.out() << '\n' << one.text << '\n';
  }
}

Result<void> write_changed(Adopting& adopting) {
  for (const auto& one : adopting.wanted) {
    if (!one.changed) continue;
    auto done = one.text.empty() ? adopting.files->remove(one.path)
                                 : adopting.files->write(one.path, one.text);
    if (!done) return done;
  }
  return {};
}

/// Runs daemon-reload, and checks how systemd reads the unit then.
ExitCode put_in_force(Session& session, Adopting& adopting) {
  const auto& options = session.options();
  if (auto reloaded = adopting.files->reload(); !reloaded)
    return session.error(ExitCode::incomplete, reloaded.error().text,
                         "the files are written, and not in force yet", reloaded.error().hint);
  if (options.undo) return ExitCode::done;
  if (auto fit = adopting.files->check(worker_unit(adopting, options)); !fit)
    return session.error(ExitCode::incomplete, fit.error().text,
                         "the files are written, and an agent would not take the unit",
                         fit.error().hint);
  session.notice(fmt::format("{} is behind the guard; the agent of {} starts it under a lease",
                             options.unit, adopting.agent.node.str()));
  return ExitCode::done;
}

ExitCode carry_out(Session& session, Adopting& adopting) {
  const bool yes = session.options().yes;
  if (yes) {
    if (auto written = write_changed(adopting); !written) return session.fail(written.error());
  }
  show(session, adopting, yes);
  for (const auto& note : adopting.notes) session.notice(note);
  if (!yes) {
    session.notice("nothing was written: --yes, as root, writes it");
    return ExitCode::done;
  }
  return session.options().polkit ? ExitCode::done : put_in_force(session, adopting);
}

}  // namespace

ExitCode perform_adopt(Session& session) {
  const auto& options = session.options();
  if (options.unit.empty() && !options.polkit)
    return session.usage("UNIT is missing",
                         "such as: jobflip adopt email-worker.service --pool mail");
  if (options.pool.empty() && !options.polkit && !options.undo)
    return session.usage("--pool is missing", "the pool that the unit works for");
  Adopting adopting;
  adopting.files = session.host().open_unit_files();
  adopting.agent_path = options.path.empty() ? config::kAgentFile : options.path;
  if (options.undo) {
    if (auto wanted = want_no_drop_in(session, adopting); !wanted)
      return session.fail(wanted.error());
    return carry_out(session, adopting);
  }
  auto agent = config::parse_agent_file(adopting.agent_path, setup::kAgentRuntimeDir);
  if (!agent) return show_errors(session, agent.error());
  adopting.agent = std::move(*agent);
  if (!options.polkit) {
    if (auto wanted = want_drop_in(session, adopting); !wanted) return session.fail(wanted.error());
  }
  if (auto wanted = want_polkit(adopting); !wanted) return session.fail(wanted.error());
  return carry_out(session, adopting);
}

}  // namespace jobflip::cli

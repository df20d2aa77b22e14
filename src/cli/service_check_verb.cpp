/// service check: checks services once, from this host.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/service_lines.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/files.hpp"

namespace jobflip::cli {
namespace {

using Outcome = core::CheckResult::Outcome;
using Commands = std::map<std::string, std::vector<std::string>>;

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "passed";
    case Outcome::failed:
      return "failed";
    case Outcome::impossible:
      break;
  }
  return "impossible";
}

struct Trial {
  core::ServiceSettings settings;
  core::CheckResult result{};
};

/// All, or the one that was named.
Result<std::vector<Trial>> chosen(std::vector<core::ServiceSettings> services,
                                  const std::string& name) {
  std::vector<Trial> out;
  std::vector<std::string> names;
  for (auto& one : services) {
    names.push_back(one.name.str());
    if (name.empty() || name == names.back()) out.push_back({.settings = std::move(one)});
  }
  if (!out.empty() || name.empty()) return out;
  return no_such_service(name, names);
}

Result<std::vector<Trial>> trials_of_store(Session& session) {
  auto store = session.reader();
  if (!store) return store.error();
  auto services = (*store)->services();
  if (!services) return services.error();
  std::vector<core::ServiceSettings> settings;
  for (auto& one : *services) settings.push_back(std::move(one.settings));
  return chosen(std::move(settings), session.options().service);
}

void show(Session& session, const std::vector<Trial>& trials) {
  if (session.format() == Format::json) {
    auto list = view::Json::array();
    for (const auto& t : trials)
      list.push_back(view::Json{{"service", t.settings.name.str()},
                                {"result", name_of(t.result.outcome)},
                                {"took_ms", t.result.latency.count()},
                                {"sentence", t.result.sentence}});
    return session.print(view::Json{{"schema", 1}, {"checks", std::move(list)}});
  }
  const bool is_tsv = session.format() == Format::tsv;
  Table table{{"SERVICE", "RESULT", "TOOK", "WHAT"}, {}};
  if (is_tsv) table.header = {"service", "result", "took_ms", "sentence"};
  for (const auto& t : trials)
    table.rows.push_back(
        {t.settings.name.str(),
         Cell{std::string{name_of(t.result.outcome)},
              t.result.outcome == Outcome::passed ? Style::good : Style::bad},
         is_tsv ? std::to_string(t.result.latency.count()) : short_duration(t.result.latency),
         printable(t.result.sentence)});
  session.print(table);
}

}  // namespace

ExitCode perform_service_check(Session& session) {
  const auto& o = session.options();
  auto trials = std::vector<Trial>{};
  if (o.path.empty()) {
    auto found = trials_of_store(session);
    if (!found) return session.fail(found.error());
    trials = std::move(*found);
  } else {
    auto fleet = config::parse_fleet_file(o.path);
    if (!fleet) return show_errors(session, fleet.error());
    auto found = chosen(std::move(fleet->services), o.service);
    if (!found) return session.fail(found.error());
    trials = std::move(*found);
  }
  if (trials.empty()) {
    session.notice("there is no service: add a [[service]] to the pool file");
    return ExitCode::done;
  }
  Commands commands;
  const bool runs_commands = std::ranges::any_of(
      trials, [](const Trial& t) { return t.settings.check == core::CheckKind::exec; });
  if (runs_commands) {
    const auto file = config::parse_supervisor_file(
        o.supervisor_path.empty() ? config::kSupervisorFile : o.supervisor_path);
    if (!file) return show_errors(session, file.error());
    commands = file->commands;
  }
  const auto checker = session.stores().open_checker(commands);
  bool all_passed = true;
  for (auto& one : trials) {
    if (session.host().interrupted()) return ExitCode::failed;
    one.result = checker->open()->run(one.settings);
    all_passed = all_passed && one.result.outcome == Outcome::passed;
  }
  show(session, trials);
  return all_passed ? ExitCode::done : ExitCode::failed;
}

}  // namespace jobflip::cli

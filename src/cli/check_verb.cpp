/// check: the plugin for monitoring.

#include <fmt/format.h>

#include <ostream>

#include "cli/plugin_output.hpp"
#include "cli/status_view.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/duration.hpp"
#include "jobflip/config/suggest.hpp"

namespace jobflip::cli {
namespace {

Result<std::optional<Millis>> age_limit(std::string_view option, const std::string& text) {
  if (text.empty()) return std::optional<Millis>{};
  const auto age = config::parse_duration(text);
  if (!age)
    return Error{ErrorCode::usage, fmt::format("{}: {}", option, age.error().text),
                 age.error().hint};
  if (*age == Millis{0})
    return Error{ErrorCode::usage, fmt::format("{} is 0: every job would be too old", option),
                 "give it a length of time, such as 5m"};
  return std::optional{*age};
}

Result<std::set<core::AlarmKind>> conditions_named(const std::vector<std::string>& names) {
  std::set<core::AlarmKind> out;
  for (const auto& name : names) {
    const auto kind = core::parse_alarm_kind(name);
    if (kind) {
      out.insert(*kind);
      continue;
    }
    const auto all = core::alarm_kind_names();
    const auto near = config::nearest_word(name, all);
    return Error{ErrorCode::usage,
                 fmt::format("--ignore: there is no condition \"{}\"", printable(name, 60)),
                 near.empty() ? fmt::format("it is one of: {}", fmt::join(all, ", "))
                              : fmt::format("did you mean \"{}\"?", near)};
  }
  return out;
}

Result<view::PluginRules> rules_of(const Options& options) {
  const auto warning = age_limit("--warning", options.warning_age);
  if (!warning) return warning.error();
  const auto critical = age_limit("--critical", options.critical_age);
  if (!critical) return critical.error();
  const auto ignored = conditions_named(options.ignored);
  if (!ignored) return ignored.error();
  if (*warning && *critical && **warning > **critical)
    return Error{ErrorCode::usage,
                 fmt::format("--warning {} is above --critical {}", options.warning_age,
                             options.critical_age),
                 "a job gets older: the warning comes first"};
  return view::PluginRules{*warning, *critical, *ignored};
}

Table problem_rows(const view::PluginReport& report) {
  Table table{{"level", "pool", "condition", "text", "command"}, {}};
  for (const auto& one : report.problems)
    table.rows.push_back(
        {std::string{core::name_of(one.level)}, one.pool, one.condition, one.text, one.command});
  return table;
}

}  // namespace

ExitCode perform_check(Session& session) {
  const auto rules = rules_of(session.options());
  if (!rules) return session.fail(rules.error());
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  const auto snapshot = (*store)->snapshot();
  if (!snapshot) return session.fail(snapshot.error());
  const auto pools = chosen_pools(*snapshot, session.options().pool);
  if (!pools) return session.fail(pools.error());
  const auto report = view::plugin_report(*snapshot, *pools, *rules);
  switch (session.format()) {
    case Format::json:
      session.print(view::plugin_json(report));
      break;
    case Format::tsv:
      session.print(problem_rows(report));
      break;
    case Format::table:
      session.out() << view::plugin_text(report);
  }
  return exit_code_of(report.state);
}

}  // namespace jobflip::cli

#pragma once
/// The state of some pools as a monitoring plugin reports it: a state, one line for the pager, a
/// line for each thing that is wrong, and figures for graphs. The form is that of the Monitoring
/// Plugins Development Guidelines; Nagios, Icinga, Naemon and Checkmk parse it.
///
/// Invariants: plugin_text() prints no '|' within a text, and no line break: either would end it. A
/// figure's label needs no quotes, since names hold neither spaces nor '='.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/core/alarms.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::view {

/// The exit codes of a plugin.
enum class PluginState : int { ok = 0, warning = 1, critical = 2, unknown = 3 };

std::string_view name_of(PluginState state) noexcept;  // "WARNING"

struct PluginRules {
  /// Limits on the age of a queue's oldest waiting job, in addition to the verdicts.
  std::optional<Millis> warning_age{};
  std::optional<Millis> critical_age{};
  /// Conditions that do not count and are not shown.
  std::set<core::AlarmKind> ignored{};
};

struct PluginProblem {
  core::AlarmLevel level{core::AlarmLevel::warning};
  std::string pool;       // "" if it is the fleet's
  std::string condition;  // name_of(AlarmKind), "queue-age", "store-unreachable", "not-checked"
  std::string text;
  std::string command;  // what to type; "" if nothing
};

struct PluginFigure {
  std::string label;  // "mail/email_oldest"
  std::int64_t value{};
  bool is_time{false};  // then the value and the limits are milliseconds, printed as seconds
  std::optional<std::int64_t> warning{};
  std::optional<std::int64_t> critical{};
  std::optional<std::int64_t> most{};
};

struct PluginReport {
  PluginState state{PluginState::unknown};
  std::string summary;  // "mail: STALLED 45.0s, 99 waiting, HELD by pause: jobflip resume mail"
  std::vector<PluginProblem> problems;  // the most serious first
  std::vector<PluginFigure> figures;
};

/// No pools at all is `unknown`: nothing is looked after.
PluginReport plugin_report(const core::Snapshot& snapshot,
                           const std::vector<const core::PoolView*>& pools,
                           const PluginRules& rules);

/// A report of what kept the plugin from looking.
PluginReport plugin_failure(PluginState state, std::string_view summary);

/// "JOBFLIP CRITICAL - <summary> | <figures>", then a line for each problem.
std::string plugin_text(const PluginReport& report);
/// {"schema", "state", "exit_code", "summary", "problems", "figures"}
Json plugin_json(const PluginReport& report);

}  // namespace jobflip::view

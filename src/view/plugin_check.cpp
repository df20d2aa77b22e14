#include "jobflip/view/plugin_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "jobflip/base/escape.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/freshness.hpp"
#include "jobflip/view/alarms.hpp"
#include "jobflip/view/headline.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::view {
namespace {

using core::AlarmLevel;

constexpr std::size_t kMostInSummary = 3;  // pools; a pager shows one line

bool counts(const core::Alarm& alarm, const PluginRules& rules) {
  return core::level_of(alarm.kind) != AlarmLevel::note && !rules.ignored.contains(alarm.kind);
}

void add_problem(const Alarm& alarm, const std::string& pool, PluginReport& report) {
  report.problems.push_back({core::level_of(alarm.fact.kind), pool,
                             std::string{core::name_of(alarm.fact.kind)}, alarm.text,
                             alarm.command});
}

std::optional<AlarmLevel> level_of_age(Millis age, const PluginRules& rules) {
  if (rules.critical_age && age >= *rules.critical_age) return AlarmLevel::critical;
  if (rules.warning_age && age >= *rules.warning_age) return AlarmLevel::warning;
  return std::nullopt;
}

/// A queue that is not read now has no age to judge: that is an alarm of its own.
std::vector<PluginProblem> old_jobs(const core::PoolView& pool, const PluginRules& rules) {
  std::vector<PluginProblem> out;
  for (const auto& queue : pool.queues) {
    if (!queue.sample || !queue.sample->oldest_runnable || core::is_stale(pool, queue)) continue;
    const Millis age = *queue.sample->oldest_runnable;
    const auto level = level_of_age(age, rules);
    if (!level) continue;
    const auto limit = *level == AlarmLevel::critical ? rules.critical_age : rules.warning_age;
    out.push_back({*level, pool.settings.name.str(), "queue-age",
                   fmt::format("queue {}: its oldest waiting job is {} old, and the limit is {}",
                               queue.queue.str(), short_duration(age), short_duration(*limit)),
                   "jobflip explain " + pool.settings.name.str()});
  }
  return out;
}

struct ShortText {
  AlarmLevel level{};
  std::string text;
};

/// The pool's line in the summary; empty if nothing is wrong with it.
std::optional<ShortText> judge_pool(const core::Snapshot& snapshot, const core::PoolView& pool,
                                    const PluginRules& rules, PluginReport& report) {
  std::vector<core::Alarm> facts;
  for (const Alarm& alarm : pool_alarms(snapshot, pool)) {
    if (!counts(alarm.fact, rules)) continue;
    facts.push_back(alarm.fact);
    add_problem(alarm, pool.settings.name.str(), report);
  }
  Headline headline = headline_of(facts, pool);
  for (auto& old : old_jobs(pool, rules)) {
    if (old.level > headline.level) headline = {old.level, old.text, old.command};
    report.problems.push_back(std::move(old));
  }
  if (headline.level == AlarmLevel::note) return std::nullopt;
  auto text = pool.settings.name.str() + ": " + headline.state;
  if (!headline.command.empty()) text += ": " + headline.command;
  return ShortText{headline.level, std::move(text)};
}

void add_figures(const core::PoolView& pool, const PluginRules& rules, PluginReport& report) {
  const auto limit = [](const std::optional<Millis>& age) {
    return age ? std::optional{age->count()} : std::nullopt;
  };
  const auto name = pool.settings.name.str();
  if (pool.owner.beat_age)
    report.figures.push_back({name + "_renewed", pool.owner.beat_age->count(), true});
  for (const auto& queue : pool.queues) {
    if (!queue.sample || core::is_stale(pool, queue)) continue;
    const auto label = name + "/" + queue.queue.str();
    report.figures.push_back({label + "_waiting", queue.sample->runnable});
    report.figures.push_back({label + "_running", queue.sample->running});
    const auto& sample = *queue.sample;
    if (sample.oldest_runnable || sample.runnable == 0)  // a graph has no gap where nothing waits
      report.figures.push_back({label + "_oldest",
                                sample.oldest_runnable.value_or(Millis{0}).count(), true,
                                limit(rules.warning_age), limit(rules.critical_age)});
  }
}

std::string all_well(const std::vector<const core::PoolView*>& pools) {
  if (pools.size() == 1)
    return fmt::format("{}: {}", pools[0]->settings.name.str(), holder_text(*pools[0]));
  return fmt::format("{} pools, nothing wrong", pools.size());
}

std::string summary_of(std::vector<ShortText> texts,
                       const std::vector<const core::PoolView*>& pools) {
  if (texts.empty()) return all_well(pools);
  std::ranges::stable_sort(texts, std::greater{}, &ShortText::level);
  std::string out;
  for (std::size_t i = 0; i < std::min(texts.size(), kMostInSummary); ++i)
    out += (i == 0 ? "" : "; ") + texts[i].text;
  if (texts.size() > kMostInSummary)
    out += fmt::format("; and {} more", texts.size() - kMostInSummary);
  return out;
}

PluginState state_of(const std::vector<PluginProblem>& problems) {
  if (problems.empty()) return PluginState::ok;
  return problems.front().level == AlarmLevel::critical ? PluginState::critical
                                                        : PluginState::warning;
}

std::string figure_text(const PluginFigure& figure) {
  const auto number = [&](std::int64_t value) {
    return figure.is_time ? fmt::format("{:.3f}", static_cast<double>(value) / 1000)
                          : std::to_string(value);
  };
  const auto or_nothing = [&](const std::optional<std::int64_t>& value) {
    return value ? number(*value) : std::string{};
  };
  auto text = fmt::format("{}={}{};{};{};0;{}", figure.label, number(figure.value),
                          figure.is_time ? "s" : "", or_nothing(figure.warning),
                          or_nothing(figure.critical), or_nothing(figure.most));
  text.erase(text.find_last_not_of(';') + 1);
  return text;
}

/// '|' begins the figures.
std::string plugin_line(std::string text) {
  std::ranges::replace(text, '|', '/');
  return text;
}

}  // namespace

std::string_view name_of(PluginState state) noexcept {
  switch (state) {
    case PluginState::ok:
      return "OK";
    case PluginState::warning:
      return "WARNING";
    case PluginState::critical:
      return "CRITICAL";
    case PluginState::unknown:
      break;
  }
  return "UNKNOWN";
}

PluginReport plugin_report(const core::Snapshot& snapshot,
                           const std::vector<const core::PoolView*>& pools,
                           const PluginRules& rules) {
  if (pools.empty())
    return plugin_failure(PluginState::unknown,
                          "there are no pools: create them with jobflip apply FILE");
  PluginReport report;
  std::vector<ShortText> texts;
  for (const Alarm& alarm : fleet_alarms(snapshot)) {
    if (!counts(alarm.fact, rules)) continue;
    texts.push_back({core::level_of(alarm.fact.kind), alarm.text});
    add_problem(alarm, "", report);
  }
  std::int64_t wrong = 0;
  for (const auto* pool : pools) {
    auto text = judge_pool(snapshot, *pool, rules, report);
    if (!text) continue;
    ++wrong;
    texts.push_back(std::move(*text));
  }
  std::ranges::stable_sort(report.problems, std::greater{}, &PluginProblem::level);
  report.state = state_of(report.problems);
  report.summary = summary_of(std::move(texts), pools);
  const auto count = static_cast<std::int64_t>(pools.size());
  report.figures.push_back({"pools_with_problems", wrong, false, {}, {}, count});
  report.figures.push_back(
      {"flips_in_budget", snapshot.budget.used, false, {}, {}, snapshot.budget.settings.flips});
  for (const auto* pool : pools) add_figures(*pool, rules, report);
  return report;
}

PluginReport plugin_failure(PluginState state, std::string_view summary) {
  PluginReport report;
  report.state = state;
  report.summary = printable(summary);
  const bool critical = state == PluginState::critical;
  report.problems.push_back({critical ? AlarmLevel::critical : AlarmLevel::warning, "",
                             critical ? "store-unreachable" : "not-checked", report.summary, ""});
  return report;
}

std::string plugin_text(const PluginReport& report) {
  auto out = fmt::format("JOBFLIP {} - {}", name_of(report.state), plugin_line(report.summary));
  for (std::size_t i = 0; i < report.figures.size(); ++i)
    out += (i == 0 ? " | " : " ") + figure_text(report.figures[i]);
  out += '\n';
  for (const auto& problem : report.problems) {
    if (problem.text == report.summary) continue;  // it is all there is
    auto line = fmt::format("{}{}{}", problem.pool, problem.pool.empty() ? "" : ": ", problem.text);
    if (!problem.command.empty()) line += ": " + problem.command;
    out += plugin_line(std::move(line)) + '\n';
  }
  return out;
}

Json plugin_json(const PluginReport& report) {
  Json problems = Json::array();
  for (const auto& one : report.problems)
    problems.push_back(Json{{"level", core::name_of(one.level)},
                            {"pool", text_json(one.pool)},
                            {"condition", one.condition},
                            {"text", one.text},
                            {"command", text_json(one.command)}});
  Json figures = Json::array();
  for (const auto& one : report.figures)
    figures.push_back(Json{{"label", one.label},
                           {"value", one.value},
                           {"unit", one.is_time ? Json("ms") : Json{}},
                           {"warning", or_null(one.warning)},
                           {"critical", or_null(one.critical)},
                           {"max", or_null(one.most)}});
  return Json{{"schema", 1},
              {"state", name_of(report.state)},
              {"exit_code", static_cast<int>(report.state)},
              {"summary", report.summary},
              {"problems", std::move(problems)},
              {"figures", std::move(figures)}};
}

}  // namespace jobflip::view

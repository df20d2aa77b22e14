/// Uptime, downtime and what is left of the error budget, of services and of pools.
#include <fmt/format.h>

#include <algorithm>

#include "jobflip/base/escape.hpp"
#include "report/month_sections.hpp"
#include "report/sections.hpp"

namespace jobflip::report {
namespace {

constexpr std::size_t kMostBars = 6;  // so many have a colour of their own
constexpr std::size_t kMostWatchedRows = 200;
constexpr double kMinute = 60'000;

Cell plain(std::string text) {
  return {std::move(text), Tone::plain};
}

std::string left_of_budget(const Watched& one) {
  if (!one.month.uptime()) return "-";
  return fmt::format("{} of {}", budget_text(one.budget_left()), budget_text(one.budget));
}

std::vector<Cell> uptime_row(const Watched& one, bool is_service) {
  const auto uptime = one.month.uptime();
  const auto tone = !uptime ? Tone::muted : one.is_met() ? Tone::plain : Tone::bad;
  std::vector<Cell> row{
      plain(one.name),
      {percent_text(uptime), tone},
      plain(target_text(one.target)),
      plain(points_text(uptime, one.before.uptime())),
      plain(minutes_text(one.month.down)),
      plain(minutes_text(one.before.down)),
      {left_of_budget(one), one.budget_left() < Millis{} ? Tone::bad : Tone::plain}};
  if (is_service) {
    row.push_back(plain(minutes_text(one.month.slow)));
    row.push_back(plain(minutes_text(one.month.maintenance)));
  }
  row.push_back(plain(minutes_text(one.month.unwatched)));
  return row;
}

/// Those that missed their target first, then by downtime.
std::vector<const Watched*> worst_first(const std::vector<Watched>& all) {
  std::vector<const Watched*> out;
  for (const Watched& one : all) out.push_back(&one);
  std::ranges::stable_sort(out, [](const Watched* a, const Watched* b) {
    if (a->is_met() != b->is_met()) return b->is_met();
    return a->month.down > b->month.down;
  });
  return out;
}

void add_table(const std::vector<Watched>& all, bool is_service, Section& section) {
  Table table{is_service ? "Services: minutes, and percentage points against the month before"
                         : "Pools: minutes, and percentage points against the month before",
              {is_service ? "Service" : "Pool", "Uptime", "Target", "Change", "Downtime",
               "Downtime before", "Budget left"},
              {}};
  if (is_service) {
    table.header.emplace_back("Slow");
    table.header.emplace_back("Maintenance");
  }
  table.header.emplace_back("Not watched");
  for (const Watched* one : worst_first(all)) {
    if (table.rows.size() == kMostWatchedRows) break;
    table.rows.push_back(uptime_row(*one, is_service));
  }
  const auto left_out = all.size() - table.rows.size();
  section.blocks.emplace_back(std::move(table));
  if (left_out > 0)
    section.blocks.emplace_back(Paragraph{
        fmt::format("{} more, each with no more downtime than these, are not listed.", left_out),
        Tone::muted});
}

void add_overall_rows(const char* what, const Overall& month, const Overall& before, Table& table) {
  const auto row = [&](const char* formula, const std::optional<double>& share,
                       const std::optional<double>& then) {
    table.rows.push_back({plain(std::string{what} + ", " + formula), plain(percent_text(share)),
                          plain(percent_text(then)), plain(points_text(share, then))});
  };
  row("share of time: all time up / all time watched", month.of_time, before.of_time);
  row("average: each one's uptime counts the same", month.average, before.average);
  row("all up at once: share of the watched time in which none was down", month.all_up,
      before.all_up);
}

/// Each with the most downtime has bars of its own; the others are one.
BarChart downtime_chart(const MonthFacts& facts, const MonthReview& review) {
  BarChart chart{"Downtime per day", "", "minutes", {}, {}, true};
  const auto days = facts.month.days.count();
  for (std::size_t i = 1; i <= days; ++i) chart.names.push_back(std::to_string(i));
  std::vector<std::pair<const Watched*, const char*>> all;
  for (const Watched& one : review.services) all.emplace_back(&one, "service ");
  for (const Watched& one : review.pools) all.emplace_back(&one, "pool ");
  std::erase_if(all, [](const auto& one) { return one.first->month.down == Millis{}; });
  std::ranges::stable_sort(all, std::greater{},
                           [](const auto& one) { return one.first->month.down; });
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i < kMostBars)
      chart.series.push_back({all[i].second + all[i].first->name, std::vector<double>(days, 0)});
    else if (i == kMostBars)
      chart.series.push_back({"others", std::vector<double>(days, 0)});
    auto& values = chart.series.back().values;
    for (std::size_t day = 0; day < days; ++day)
      values[day] += static_cast<double>(all[i].first->down_by_day[day].count()) / kMinute;
  }
  return chart;
}

std::string chart_sentence(const BarChart& chart) {
  if (chart.series.empty()) return "No downtime was seen.";
  double worst = 0;
  std::size_t worst_day = 0, days_with = 0;
  for (std::size_t day = 0; day < chart.names.size(); ++day) {
    double sum = 0;
    for (const auto& one : chart.series) sum += one.values[day];
    if (sum > 0) ++days_with;
    if (sum > worst) {
      worst = sum;
      worst_day = day + 1;
    }
  }
  return fmt::format(
      "{} had downtime. The worst was day {}, with {} minutes in all; what was down at the same "
      "time counts for each.",
      counted(static_cast<std::int64_t>(days_with), "day", "days"), worst_day,
      minutes_text(Millis{static_cast<std::int64_t>(worst * kMinute)}));
}

}  // namespace

Section month_uptime_section(const MonthFacts& facts, const MonthReview& review, Page& page) {
  Section out{"uptime", "Uptime", {}};
  Table overall{"In all", {"What", "Uptime", "Month before", "Change"}, {}};
  if (!review.services.empty())
    add_overall_rows("Services", review.services_all, review.services_before, overall);
  if (!review.pools.empty())
    add_overall_rows("Pools", review.pools_all, review.pools_before, overall);
  if (!overall.rows.empty()) out.blocks.emplace_back(std::move(overall));
  if (!review.services.empty()) add_table(review.services, true, out);
  if (!review.pools.empty()) add_table(review.pools, false, out);
  if (review.so_far)
    out.blocks.emplace_back(Paragraph{
        "The month is not over: uptime and downtime are of the time that has passed, and the error "
        "budget covers the time watched so far and the rest of the month.",
        Tone::muted});
  if (review.services.empty() && review.pools.empty()) return out;
  auto chart = downtime_chart(facts, review);
  chart.alternative = chart_sentence(chart);
  if (chart.series.empty()) {
    out.blocks.emplace_back(Paragraph{chart.alternative, Tone::plain});
    return out;
  }
  out.blocks.emplace_back(Bars{page.bars.size()});
  page.bars.push_back(std::move(chart));
  return out;
}

}  // namespace jobflip::report

/// Uptime of pools and services: what was known of them, and what of that was down.
#include <algorithm>
#include <cmath>

#include "report/month_review.hpp"

namespace jobflip::report {
namespace {

constexpr double kPercent = 100;

TimeRanges within(const MonthDays& days, WallTime now) {
  return united({{days.from(), std::min(days.to(), now)}});
}

/// Of a pool, which is up or down whenever something is known of it.
core::ServiceMinutes minutes_of(const TimeRanges& month, const TimeRanges& watched,
                                const TimeRanges& down) {
  core::ServiceMinutes out;
  out.down = length_of(down);
  out.up = length_of(watched) - out.down;
  out.unwatched = length_of(month) - length_of(watched);
  return out;
}

Millis watched_time(const core::ServiceMinutes& minutes) {
  return minutes.up + minutes.slow + minutes.down;
}

void set_budget(const MonthFacts& facts, bool goes_on, Watched& one) {
  const auto rest = facts.month.days.to() - facts.now;
  auto time = watched_time(one.month);
  if (goes_on && rest > rest.zero()) time += std::chrono::duration_cast<Millis>(rest);
  const double share = (kPercent - one.target) / kPercent;
  one.budget = Millis{std::llround(static_cast<double>(time.count()) * share)};
}

/// The downtimes of each pool, in both months and around them.
std::map<PoolName, TimeRanges> downtimes_of(const MonthFacts& facts, MonthReview& review) {
  std::map<PoolName, TimeRanges> out;
  for (const auto* list : {&facts.month.incidents, &facts.before.incidents, &facts.around})
    for (const auto& incident : *list) {
      if (!incident.service.empty()) continue;  // its spells are counted
      const auto down = downtime_of(incident, facts.now);
      if (!down) continue;
      if (down->to < down->from) {
        if (list == &facts.month.incidents) ++review.set_back;
        continue;
      }
      out[incident.pool].push_back(*down);
    }
  for (auto& [pool, ranges] : out) ranges = united(std::move(ranges));
  return out;
}

Watched watched_pool(const MonthFacts& facts, const MonthPool& pool, const TimeRanges& downtimes) {
  Watched one;
  one.name = pool.pool.str();
  one.target = facts.pool_target;
  auto known = united(pool.known);
  if (facts.incidents_kept_since)
    known = common(known, united({{*facts.incidents_kept_since, facts.now}}));
  const std::array<const MonthRecord*, 2> months{&facts.month, &facts.before};
  for (std::size_t i = 0; i < months.size(); ++i) {
    const auto month = within(months.at(i)->days, facts.now);
    one.watched_ranges[i] = common(known, month);
    one.down_ranges[i] = common(downtimes, one.watched_ranges[i]);
    (i == 0 ? one.month : one.before) =
        minutes_of(month, one.watched_ranges[i], one.down_ranges[i]);
  }
  const auto& begins = facts.month.days.begins;
  for (std::size_t i = 0; i + 1 < begins.size(); ++i)
    one.down_by_day.push_back(length_of(common(one.down_ranges[0], {{begins[i], begins[i + 1]}})));
  set_budget(facts, pool.exists, one);
  return one;
}

TimeRanges ranges_in(const std::vector<core::ServiceSpell>& spells,
                     const std::optional<core::ServiceState>& state) {
  TimeRanges out;
  for (const auto& spell : spells)
    if (!state || spell.state == *state) out.push_back({spell.from, spell.to});
  return united(std::move(out));
}

Watched watched_service(const MonthFacts& facts, const MonthService& service) {
  Watched one;
  one.name = service.service;
  one.target = service.target;
  const auto windows = core::maintenance_of(facts.maintenance, service.service);
  TimeRanges maintenance;
  for (const auto& window : windows) maintenance.push_back({window.from, window.to});
  maintenance = united(std::move(maintenance));
  const auto seen = ranges_in(service.spells, std::nullopt);
  const auto down = ranges_in(service.spells, core::ServiceState::down);
  const auto minutes = [&](WallTime from, WallTime to) {
    return core::service_minutes(service.spells, windows, from, std::min(to, facts.now));
  };
  const std::array<const MonthRecord*, 2> months{&facts.month, &facts.before};
  for (std::size_t i = 0; i < months.size(); ++i) {
    const auto& days = months.at(i)->days;
    one.watched_ranges[i] = without(common(seen, within(days, facts.now)), maintenance);
    one.down_ranges[i] = common(down, one.watched_ranges[i]);
    (i == 0 ? one.month : one.before) = minutes(days.from(), days.to());
  }
  const auto& begins = facts.month.days.begins;
  for (std::size_t i = 0; i + 1 < begins.size(); ++i)
    one.down_by_day.push_back(minutes(begins[i], begins[i + 1]).down);
  set_budget(facts, service.exists, one);
  return one;
}

Overall overall_of(const std::vector<Watched>& all, std::size_t month) {
  Overall out;
  core::ServiceMinutes sum;
  double uptimes = 0;
  int known = 0;
  TimeRanges watched, down;
  for (const Watched& one : all) {
    const auto& minutes = month == 0 ? one.month : one.before;
    const auto uptime = minutes.uptime();
    if (!uptime) continue;
    sum.up += minutes.up + minutes.slow;
    sum.down += minutes.down;
    uptimes += *uptime;
    ++known;
    std::ranges::copy(one.watched_ranges[month], std::back_inserter(watched));
    std::ranges::copy(one.down_ranges[month], std::back_inserter(down));
  }
  if (known == 0) return out;
  out.of_time = sum.uptime();
  out.average = uptimes / known;
  core::ServiceMinutes any;
  any.down = length_of(united(std::move(down)));
  any.up = length_of(united(std::move(watched))) - any.down;
  out.all_up = any.uptime();
  return out;
}

}  // namespace

bool Watched::is_met() const {
  return !month.uptime() || budget_left() >= Millis{};
}

std::optional<TimeRange> downtime_of(const core::Incident& incident, WallTime now) {
  if (!incident.downtime.value) return std::nullopt;
  const auto begin = reached(incident, core::IncidentStage::onset).value_or(incident.opened_at);
  auto end = reached(incident, core::IncidentStage::first_job);
  if (!end) end = reached(incident, core::IncidentStage::recovered);
  return TimeRange{begin, end.value_or(incident.closed_at.value_or(now))};
}

void review_uptime(const MonthFacts& facts, MonthReview& review) {
  const auto downtimes = downtimes_of(facts, review);
  for (const MonthPool& pool : facts.pools) {
    const auto found = downtimes.find(pool.pool);
    review.pools.push_back(
        watched_pool(facts, pool, found == downtimes.end() ? TimeRanges{} : found->second));
  }
  for (const MonthService& service : facts.services)
    review.services.push_back(watched_service(facts, service));
  review.pools_all = overall_of(review.pools, 0);
  review.pools_before = overall_of(review.pools, 1);
  review.services_all = overall_of(review.services, 0);
  review.services_before = overall_of(review.services, 1);
}

}  // namespace jobflip::report

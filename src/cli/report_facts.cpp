#include "cli/report_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/month_pages.hpp"
#include "cli/pool_times.hpp"
#include "cli/report_services.hpp"
#include "jobflip/core/audit_kinds.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::cli {
namespace {

using report::MonthFacts;
using report::MonthRecord;

/// An incident that began just before the month's end may have been opened after it.
constexpr std::chrono::days kOpenedLater{1};

void remark(MonthFacts& facts, const char* what, const Error& error) {
  facts.remarks.push_back(fmt::format("{} can't be read: {}", what, error.text));
}

/// The newest first. Requires: the query has an end. Texts that the report has no place for are
/// dropped: there may be many.
Result<std::int64_t> read_incidents(ports::ReaderStore& store, core::IncidentQuery query,
                                    std::size_t most, std::vector<core::Incident>& out) {
  query.limit = kRowsOfCall;
  auto left_out = read_newest(
      *query.until, most,
      [&](WallTime until) {
        query.until = until;
        auto rows = store.incidents(query);
        if (rows)
          for (auto& incident : *rows) {
            incident.labels.clear();
            incident.notes.clear();
          }
        return rows;
      },
      [](const core::Incident& incident) { return incident.opened_at; }, out);
  return left_out;
}

void read_around(ports::ReaderStore& store, const PoolName& pool, MonthFacts& facts) {
  const auto from = facts.before.days.from();
  const auto to = facts.month.days.to();
  for (const auto& query :
       {core::IncidentQuery{.pool = pool, .until = from, .not_over_before = from},
        core::IncidentQuery{.pool = pool, .since = to, .until = to + kOpenedLater}}) {
    const auto left_out = read_incidents(store, query, report::kMostAroundMonth, facts.around);
    if (!left_out)
      return remark(facts, "Incidents that were opened before or after", left_out.error());
    facts.around_left_out += *left_out;
  }
}

Result<std::int64_t> read_entries(ports::ReaderStore& store, const PoolName& pool,
                                  core::HistoryKind kind, MonthRecord& record) {
  core::HistoryQuery query{pool, kRowsOfCall, {}};
  query.filter.kind = name_of(kind);
  query.filter.since = record.days.from();
  return read_newest(
      record.days.to(), report::kMostMonthEntries,
      [&](WallTime until) {
        query.filter.until = until;
        auto rows = store.history(query);
        if (rows)
          for (auto& entry : *rows) entry.reason.clear();
        return rows;
      },
      [](const core::HistoryEntry& entry) { return entry.at; }, record.entries);
}

void read_record(ports::ReaderStore& store, const PoolName& pool, MonthRecord& record,
                 MonthFacts& facts) {
  const auto incidents =
      read_incidents(store, {.pool = pool, .since = record.days.from(), .until = record.days.to()},
                     report::kMostMonthIncidents, record.incidents);
  if (incidents)
    record.incidents_left_out = *incidents;
  else
    remark(facts, "Incidents", incidents.error());
  for (const auto kind : {core::HistoryKind::flip, core::HistoryKind::takeover,
                          core::HistoryKind::hold, core::HistoryKind::refused}) {
    const auto entries = read_entries(store, pool, kind, record);
    if (!entries) return remark(facts, "Flips and holds", entries.error());
    record.entries_left_out += *entries;
  }
  const auto damaged = std::erase_if(record.entries, [](const core::HistoryEntry& entry) {
    return entry.kind == core::HistoryKind::damaged;
  });
  if (damaged > 0)
    facts.remarks.push_back(fmt::format("{} rows of flips and holds can't be read.", damaged));
}

void read_deployments(ports::ReaderStore& store, const PoolName& pool, MonthRecord& record,
                      MonthFacts& facts) {
  core::DeploymentQuery query{pool, record.days.from(), record.days.to(), kRowsOfCall};
  const auto left_out = read_newest(
      record.days.to(), report::kMostMonthDeployments,
      [&](WallTime until) {
        query.until = until;
        auto rows = store.deployments(query);
        if (rows)
          for (auto& deployment : *rows) deployment.reason.clear();
        return rows;
      },
      [](const core::Deployment& deployment) { return deployment.started_at; }, record.deployments);
  if (!left_out) return remark(facts, "Deployments", left_out.error());
  record.deployments_left_out = *left_out;
}

bool has_incidents(const core::AuditEvent& event) {
  constexpr int kMigrationOfIncidents = 4;
  const auto payload = view::parse_json(event.payload);
  if (!payload || !payload->is_object() || !payload->contains("migrations")) return false;
  const auto& list = (*payload)["migrations"];
  return list.is_array() && std::ranges::any_of(list, [](const auto& one) {
           return one.is_number_integer() && one == kMigrationOfIncidents;
         });
}

/// When the store learned to keep incidents.
void read_upgrade(ports::ReaderStore& store, MonthFacts& facts) {
  constexpr std::int64_t kMost = 1'000;
  core::AuditQuery query{std::string{core::kStoreChain}, 0, kMost, false, {}};
  query.filter.kind = core::name_of(core::AuditKind::schema_upgraded);
  const auto events = store.audit(query);
  if (!events) return remark(facts, "Upgrades of the store", events.error());
  const auto found = std::ranges::find_if(*events, has_incidents);
  if (found != events->end()) facts.incidents_kept_since = found->at;
}

void read_pools(ports::ReaderStore& store, const core::Snapshot& snapshot, const PoolName& only,
                MonthFacts& facts) {
  auto names = pools_of_log(store, snapshot);
  if (!names) return remark(facts, "The list of pools", names.error());
  for (const auto& name : *names) {
    if (!only.empty() && name != only) continue;
    if (facts.pools.size() == report::kMostMonthPools) {
      ++facts.pools_left_out;
      continue;
    }
    auto times = times_of(store, snapshot, name);
    if (!times) return remark(facts, "When pools were there", times.error());
    if (times->pruned && !times->known.empty())
      facts.log_since = std::max(facts.log_since.value_or(WallTime{}), times->known.front().from);
    if (!times->known.empty())
      facts.pools_since =
          std::min(facts.pools_since.value_or(facts.now), times->known.front().from);
    const auto is_in = [&](const report::TimeRange& one) {
      return one.from < facts.month.days.to() && one.to > facts.before.days.from();
    };
    if (std::ranges::any_of(times->known, is_in) || times->pruned)
      facts.pools.push_back(std::move(*times));
  }
}

/// The zone over the month, the month before and days around them.
report::Zone zone_around(const WantedZone& zone, report::Month month) {
  return zone_between(zone, days_of(month_before(month), {}).from() - report::kAroundMonth,
                      days_of(month, {}).to() + report::kAroundMonth);
}

Result<report::Month> checked_month(const WantedMonth& wanted, const WantedZone& zone,
                                    WallTime now) {
  const auto around = zone_between(zone, now - report::kAroundMonth, now + report::kAroundMonth);
  const auto running = month_at(now, around);
  const auto month = wanted.month.value_or(month_before(running));
  if (month <= running) return month;
  return Error{ErrorCode::usage,
               fmt::format("--month {}: that month has not begun", month_text(month)),
               fmt::format("the newest is {}, which is not over", month_text(running))};
}

}  // namespace

Result<MonthFacts> facts_of_month(ports::ReaderStore& store, const WantedMonth& wanted,
                                  const WantedZone& zone) {
  const auto snapshot = store.snapshot();
  if (!snapshot) return snapshot.error();
  MonthFacts facts;
  facts.now = snapshot->store_time;
  const auto month = checked_month(wanted, zone, facts.now);
  if (!month) return month.error();
  facts.only = wanted.pool;
  facts.pool_target = wanted.pool_target;
  facts.zone = zone_around(zone, *month);
  facts.month.days = days_of(*month, facts.zone);
  facts.before.days = days_of(month_before(*month), facts.zone);
  for (MonthRecord* record : {&facts.month, &facts.before}) {
    read_record(store, wanted.pool, *record, facts);
    read_deployments(store, wanted.pool, *record, facts);
  }
  read_around(store, wanted.pool, facts);
  read_upgrade(store, facts);
  read_pools(store, *snapshot, wanted.pool, facts);
  if (wanted.pool.empty()) {
    const auto read = read_services(store, facts);
    if (!read) remark(facts, "Services", read.error());
  }
  return facts;
}

}  // namespace jobflip::cli

#include "cli/pool_times.hpp"

#include <algorithm>
#include <set>

#include "jobflip/core/audit_kinds.hpp"

namespace jobflip::cli {
namespace {

constexpr std::int64_t kMostRemovals = 100;

Result<std::vector<core::AuditEvent>> events_of(ports::ReaderStore& store, const PoolName& pool,
                                                std::int64_t after,
                                                std::optional<core::AuditKind> kind,
                                                std::int64_t most, bool newest_first) {
  core::AuditQuery query{pool.str(), after, most, newest_first, {}};
  if (kind) query.filter.kind = core::name_of(*kind);
  return store.audit(query);
}

bool is_there(const core::Snapshot& snapshot, const PoolName& pool) {
  return std::ranges::any_of(snapshot.pools,
                             [&](const auto& one) { return one.settings.name == pool; });
}

}  // namespace

Result<std::vector<PoolName>> pools_of_log(ports::ReaderStore& store,
                                           const core::Snapshot& snapshot) {
  const auto heads = store.audit_heads();
  if (!heads) return heads.error();
  std::set<PoolName> names;
  for (const auto& one : snapshot.pools) names.insert(one.settings.name);
  const std::string shared{core::kStoreChain};
  for (const auto& head : *heads) {
    // the chains of no pool, and that of the supervisors
    if (head.chain == shared || head.chain.starts_with(shared + ".")) continue;
    if (auto name = PoolName::parse(head.chain, "pool name")) names.insert(std::move(*name));
  }
  return std::vector<PoolName>{names.begin(), names.end()};
}

Result<report::MonthPool> times_of(ports::ReaderStore& store, const core::Snapshot& snapshot,
                                   const PoolName& pool) {
  report::MonthPool out{pool, {}, is_there(snapshot, pool), false};
  const auto first = events_of(store, pool, 0, std::nullopt, 1, false);
  if (!first) return first.error();
  if (first->empty()) return out;
  out.pruned = first->front().seq > 1;
  auto removals = events_of(store, pool, 0, core::AuditKind::pool_removed, kMostRemovals, true);
  if (!removals) return removals.error();
  std::ranges::reverse(*removals);
  std::optional<WallTime> begin;
  if (std::ssize(*removals) < kMostRemovals) begin = first->front().at;
  for (const auto& removal : *removals) {
    if (begin) out.known.push_back({*begin, removal.at});
    const auto again =
        events_of(store, pool, removal.seq, core::AuditKind::settings_changed, 1, false);
    if (!again) return again.error();
    begin.reset();
    if (!again->empty()) begin = again->front().at;
  }
  if (begin && out.exists) out.known.push_back({*begin, snapshot.store_time});
  return out;
}

}  // namespace jobflip::cli

#include <algorithm>

#include "core/supervisor_parts.hpp"
#include "jobflip/core/invariants.hpp"

namespace jobflip::core {
namespace {

struct SupervisorStateRule {
  std::string_view sentence;
  bool (*holds)(const SupervisorState& state, Instant now);
};

struct WatchRule {
  std::string_view sentence;
  bool (*holds)(const PoolName& pool, const PoolWatch& watch);
};

/// Every record names this supervisor and its current epoch.
template <class Records>
bool are_of_this_epoch(const SupervisorState& s, const Records& records) {
  return std::ranges::all_of(records, [&](const auto& one) {
    return one.supervisor == s.self && one.supervisor_epoch == s.epoch;
  });
}

template <class Records, class Key>
bool are_unique(const Records& records, Key key) {
  for (auto one = records.begin(); one != records.end(); ++one)
    if (std::find_if(std::next(one), records.end(),
                     [&](const auto& other) { return other.*key == (*one).*key; }) != records.end())
      return false;
  return true;
}

bool is_plain_store_call(const SupervisorAction& action) {
  return !std::holds_alternative<SampleQueue>(action);
}

constexpr SupervisorStateRule kSupervisorStateRules[] = {
    {"a supervisor leads only while its lease runs",
     [](const SupervisorState& s, Instant now) { return !s.epoch || now < s.trusted_until; }},
    {"a supervisor that does not lead watches nothing and wants nothing",
     [](const SupervisorState& s, Instant) {
       return s.epoch || (s.pools.empty() && !s.snapshot && s.wanted.empty() && s.holds.empty() &&
                          s.outcomes.empty() && s.incidents.empty() && s.lateness == Millis{0});
     }},
    {"a call belongs to the epoch that sent it, or to none",
     [](const SupervisorState& s, Instant) {
       return !s.call_epoch || (s.call != StoreCall::none && s.call_epoch == s.epoch);
     }},
    {"the watched pools are those of the last snapshot",
     [](const SupervisorState& s, Instant) {
       if (!s.snapshot) return s.pools.empty();
       return s.pools.size() == s.snapshot->pools.size() &&
              std::ranges::all_of(s.pools, [&](const auto& entry) {
                return supervisor::find_pool(s, entry.first) != nullptr;
              });
     }},
    {"a pool has one wanted flip at most, of this epoch, with a target and an expected epoch",
     [](const SupervisorState& s, Instant) {
       return are_unique(s.wanted, &FlipRequest::pool) &&
              std::ranges::all_of(s.wanted, [&](const FlipRequest& one) {
                return one.by.supervisor == s.self && one.by.supervisor_epoch == s.epoch &&
                       !one.to.empty() && one.expected_epoch && s.pools.contains(one.pool);
              });
     }},
    {"a pool has one hold at most, of this epoch",
     [](const SupervisorState& s, Instant) {
       return are_unique(s.holds, &HoldRecord::pool) && are_of_this_epoch(s, s.holds);
     }},
    {"a flip has one outcome at most, of this epoch",
     [](const SupervisorState& s, Instant) {
       return are_unique(s.outcomes, &FlipOutcome::flip) && are_of_this_epoch(s, s.outcomes);
     }},
    {"what is said of an incident is of this epoch",
     [](const SupervisorState& s, Instant) {
       return std::ranges::all_of(s.incidents, [&](const SeenIncident& one) {
         return one.report.supervisor == s.self && one.report.supervisor_epoch == s.epoch;
       });
     }},
    {"a store that answers has no last error",
     [](const SupervisorState& s, Instant) { return s.failed_calls > 0 || s.last_error.empty(); }},
};

constexpr WatchRule kWatchRules[] = {
    {"a watch has the settings of its pool",
     [](const PoolName& pool, const PoolWatch& w) { return w.settings.name == pool; }},
    {"without a watched flip, nothing is known about one",
     [](const PoolName&, const PoolWatch& w) {
       return w.flip ||
              (!w.restarts && !w.workers_gone && !w.judging && !w.judged && w.cures.empty());
     }},
    {"the flip whose cure is watched is the open one, and its old workers are gone",
     [](const PoolName&, const PoolWatch& w) {
       return !w.judging || (w.judging == w.flip && w.workers_gone);
     }},
    {"a pool is stalled only while a flip may help one of its queues",
     [](const PoolName&, const PoolWatch& w) {
       return !w.stalled_since || std::ranges::any_of(w.queues, [](const auto& entry) {
         return entry.second.flip_may_help;
       });
     }},
    {"few samples of a queue are kept, under its own name",
     [](const PoolName&, const PoolWatch& w) {
       return std::ranges::all_of(w.queues, [](const auto& entry) {
         return entry.second.settings.name == entry.first &&
                entry.second.recent.size() <= supervisor::kSamplesKept;
       });
     }},
};

constexpr std::string_view kOneCall = "a step sends at most one call, which is then in flight";
constexpr std::string_view kActsOnlyAsLeader = "only a leading supervisor acts";

}  // namespace

std::string check_invariants(const SupervisorStep& step, Instant now) {
  const SupervisorState& state = step.next;
  for (const SupervisorStateRule& rule : kSupervisorStateRules)
    if (!rule.holds(state, now)) return std::string{rule.sentence};
  for (const auto& [pool, watch] : state.pools)
    for (const WatchRule& rule : kWatchRules)
      if (!rule.holds(pool, watch)) return pool.str() + ": " + std::string{rule.sentence};
  if (!step.actions.empty() && !state.epoch) return std::string{kActsOnlyAsLeader};
  const auto calls = std::ranges::count_if(step.actions, is_plain_store_call);
  if (calls > 1 || (calls == 1 && state.call == StoreCall::none)) return std::string{kOneCall};
  return "";
}

std::vector<std::string_view> supervisor_invariants() {
  std::vector<std::string_view> all{kActsOnlyAsLeader, kOneCall};
  for (const auto& rule : kSupervisorStateRules) all.push_back(rule.sentence);
  for (const auto& rule : kWatchRules) all.push_back(rule.sentence);
  return all;
}

}  // namespace jobflip::core

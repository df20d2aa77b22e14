#include <algorithm>

#include "core/agent_parts.hpp"
#include "jobflip/core/invariants.hpp"

namespace jobflip::core {
namespace {

using agent::is_ours;

struct AgentStateRule {
  std::string_view sentence;
  bool (*holds)(const AgentState& state, Instant now);
};

struct LeaseRule {
  std::string_view sentence;
  bool (*holds)(const AgentState& state, const PoolName& pool, const PoolLease& lease);
};

struct ActionRule {
  std::string_view sentence;
  bool (*holds)(const AgentState& state, const AgentAction& action, Instant now);
};

bool is_underway(LeasePhase phase) {
  return phase == LeasePhase::taking || phase == LeasePhase::releasing;
}

bool is_to_run(LeasePhase phase) {
  return phase == LeasePhase::starting || phase == LeasePhase::holding;
}

const PoolLease* find(const AgentState& state, const PoolName& pool) {
  const auto found = state.pools.find(pool);
  return found == state.pools.end() ? nullptr : &found->second;
}

Millis longest_beat(const AgentState& state) {
  Millis longest{1000};  // before any pool is known
  for (const auto& [pool, lease] : state.pools)
    if (!lease.settings.name.empty())
      longest = std::max(longest, lease.settings.timings.beat_every);
  return longest;
}

constexpr AgentStateRule kAgentStateRules[] = {
    {"a call is in flight exactly while its request is known",
     [](const AgentState& s, Instant) {
       return s.call_sent.has_value() != std::holds_alternative<std::monostate>(s.call);
     }},
    {"a release in flight is for a lease that its pool is releasing",
     [](const AgentState& s, Instant) {
       const auto* asked = std::get_if<ReleaseRequest>(&s.call);
       if (asked == nullptr) return true;
       const PoolLease* lease = find(s, asked->pool);
       return lease != nullptr && lease->epoch == asked->epoch &&
              (lease->phase == LeasePhase::releasing || lease->phase == LeasePhase::stopping);
     }},
    {"a holder's next beat is due within one interval",
     [](const AgentState& s, Instant now) {
       return s.next_beat <= now + longest_beat(s) || !agent::holds_live_lease(s, now);
     }},
    {"a store that answers is not away",
     [](const AgentState& s, Instant) {
       return s.failed_calls > 0 ||
              (!s.store_away && s.backed_off == 0 && (s.refused_calls > 0 || s.last_error.empty()));
     }},
    {"few black boxes wait, and none is empty or too large",
     [](const AgentState& s, Instant) {
       return s.black_box.size() <= agent::kMaxBlackBoxesWaiting &&
              std::ranges::all_of(s.black_box, [](const BlackBox& one) {
                return !one.document.empty() && one.document.size() <= kMaxBlackBoxBytes;
              });
     }},
};

constexpr LeaseRule kLeaseRules[] = {
    {"a take or a release is under way exactly while it has an attempt",
     [](const AgentState&, const PoolName&, const PoolLease& l) {
       return l.attempt.has_value() == is_underway(l.phase);
     }},
    {"a take that is sent again is this node's, for this pool, under the same attempt",
     [](const AgentState& s, const PoolName& pool, const PoolLease& l) {
       return l.phase != LeasePhase::taking ||
              (l.take.node == s.node && l.take.pool == pool && l.take.attempt == l.attempt);
     }},
    {"a lease is released only when no worker is left",
     [](const AgentState&, const PoolName&, const PoolLease& l) {
       return l.phase != LeasePhase::releasing || is_known_empty(l.workers.phase);
     }},
    {"a holder has workers that ran under its epoch",
     [](const AgentState&, const PoolName&, const PoolLease& l) {
       return l.phase != LeasePhase::holding || (l.ran && !is_known_empty(l.workers.phase));
     }},
    {"workers are being stopped only while some may be left",
     [](const AgentState&, const PoolName&, const PoolLease& l) {
       return l.phase != LeasePhase::stopping || !is_known_empty(l.workers.phase);
     }},
    {"workers are being stopped for a cause",
     [](const AgentState&, const PoolName&, const PoolLease& l) {
       return l.phase != LeasePhase::stopping || l.stop_cause != StopCause::none;
     }},
    {"workers that should run have no cause to stop",
     [](const AgentState&, const PoolName&, const PoolLease& l) {
       return !is_to_run(l.phase) || l.stop_cause == StopCause::none;
     }},
    {"an agent that is stopping keeps no workers running",
     [](const AgentState& s, const PoolName&, const PoolLease& l) {
       return !s.shutting_down || !is_to_run(l.phase);
     }},
    {"this node's epoch is never above the highest that it has seen",
     [](const AgentState&, const PoolName&, const PoolLease& l) { return l.epoch <= l.seen; }},
    {"workers are kept past their lease only by a holder whose pool is set to keep",
     [](const AgentState&, const PoolName&, const PoolLease& l) {
       return !l.kept_since ||
              (l.phase == LeasePhase::holding && l.settings.when_store_lost == WhenStoreLost::keep);
     }},
    {"a lease that waits for a lost take is one that this node holds or is releasing",
     [](const AgentState&, const PoolName&, const PoolLease& l) {
       return !l.unrenewed || is_ours(l) || l.phase == LeasePhase::releasing;
     }},
    {"a watch counts from its first poll",
     [](const AgentState&, const PoolName&, const PoolLease& l) {
       return l.watch.since <= l.watch.last_poll && (l.watch.polls > 0 || !l.watch.epoch.value);
     }},
    {"a report comes with settings",
     [](const AgentState&, const PoolName&, const PoolLease& l) {
       return !l.report || !l.settings.name.empty();
     }},
};

bool may_renew(const AgentState& state, const LeaseRenewal& renewal, Instant now) {
  const PoolLease* lease = find(state, renewal.pool);
  return lease != nullptr && is_ours(*lease) && lease->epoch == renewal.epoch &&
         lease->stop_cause != StopCause::lost &&
         (now < lease->deadline || agent::keeps_workers(state, *lease));
}

bool is_released_unrenewed(const AgentState& state, const ReleaseRequest& asked) {
  const PoolLease* lease = find(state, asked.pool);
  return lease != nullptr && lease->unrenewed;
}

bool may_end(const AgentState& state, Instant now) {
  return state.shutting_down && !state.call_sent &&
         std::ranges::none_of(state.pools, [&](const auto& entry) {
           return is_ours(entry.second) && now < entry.second.deadline;
         });
}

constexpr ActionRule kActionRules[] = {
    {"the call that is sent is the one in flight",
     [](const AgentState& s, const AgentAction& action, Instant now) {
       const auto* call = std::get_if<CallStore>(&action);
       return call == nullptr ||
              (s.call_sent == now && call->request.index() + 1 == s.call.index());
     }},
    {"a beat renews only a lease that this node holds",
     [](const AgentState& s, const AgentAction& action, Instant now) {
       const auto* call = std::get_if<CallStore>(&action);
       const auto* beat = call == nullptr ? nullptr : std::get_if<BeatRequest>(&call->request);
       return beat == nullptr ||
              std::ranges::all_of(beat->renewals, [&](const LeaseRenewal& renewal) {
                return may_renew(s, renewal, now);
              });
     }},
    {"a lease that waits for a lost take is released only after a beat without its renewal",
     [](const AgentState& s, const AgentAction& action, Instant) {
       const auto* call = std::get_if<CallStore>(&action);
       const auto* asked = call == nullptr ? nullptr : std::get_if<ReleaseRequest>(&call->request);
       return asked == nullptr || !is_released_unrenewed(s, *asked);
     }},
    {"workers are started only under this node's lease, before it runs out",
     [](const AgentState& s, const AgentAction& action, Instant now) {
       const auto* start = std::get_if<StartWorkers>(&action);
       if (start == nullptr) return true;
       const PoolLease* lease = find(s, start->pool);
       return lease != nullptr && lease->phase == LeasePhase::starting &&
              lease->epoch == start->epoch && lease->deadline == start->deadline &&
              now < start->deadline && !agent::may_be_of_kept(*lease) &&
              is_known_empty(lease->workers.phase);
     }},
    {"a deadline is moved only for workers of this node's lease",
     [](const AgentState& s, const AgentAction& action, Instant) {
       const auto* extend = std::get_if<ExtendDeadline>(&action);
       if (extend == nullptr) return true;
       const PoolLease* lease = find(s, extend->pool);
       return lease != nullptr && is_ours(*lease) && lease->stop_cause != StopCause::lost;
     }},
    {"an agent finishes only when it holds nothing and waits for no reply",
     [](const AgentState& s, const AgentAction& action, Instant now) {
       return !std::holds_alternative<Finish>(action) || may_end(s, now);
     }},
};

constexpr std::string_view kOneCallAStep = "a step sends at most one call";

std::string of_pool(const PoolName& pool, std::string_view sentence) {
  return pool.str() + ": " + std::string{sentence};
}

}  // namespace

std::string check_invariants(const AgentStep& step, Instant now) {
  const AgentState& state = step.next;
  for (const AgentStateRule& rule : kAgentStateRules)
    if (!rule.holds(state, now)) return std::string{rule.sentence};
  for (const auto& [pool, lease] : state.pools)
    for (const LeaseRule& rule : kLeaseRules)
      if (!rule.holds(state, pool, lease)) return of_pool(pool, rule.sentence);
  int calls = 0;
  for (const AgentAction& action : step.actions) {
    if (std::holds_alternative<CallStore>(action) && ++calls > 1) return std::string{kOneCallAStep};
    for (const ActionRule& rule : kActionRules)
      if (!rule.holds(state, action, now)) return std::string{rule.sentence};
  }
  return "";
}

std::vector<std::string_view> agent_invariants() {
  std::vector<std::string_view> all{kOneCallAStep};
  for (const auto& rule : kAgentStateRules) all.push_back(rule.sentence);
  for (const auto& rule : kLeaseRules) all.push_back(rule.sentence);
  for (const auto& rule : kActionRules) all.push_back(rule.sentence);
  return all;
}

}  // namespace jobflip::core

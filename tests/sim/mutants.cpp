#include "sim/mutants.hpp"

#include <algorithm>

#include "sim/fault.hpp"

namespace jobflip::sim {

std::optional<Mutant> parse_mutant(std::string_view name) {
  for (std::size_t i = 0; i < kMutantNames.size(); ++i)
    if (kMutantNames[i] == name) return static_cast<Mutant>(i);
  return std::nullopt;
}

std::vector<Trial> mutant_trials() {
  using enum Mutant;
  using enum Fault;
  return {
      {deadline_from_reply, {}, 50},
      {no_guard, {}, 50},
      {no_marker, {promotion, person_flip, agent_crash, partition}, 2000},
      {epoch_plus_one, {promotion, person_flip, host_crash}, 2000},
      {release_before_empty, {}, 200},
      {plain_select_fence, {}, 500},
      {renew_without_epoch, {}, 200},
      {take_without_cas,
       {call_late, call_twice, host_crash, host_pause, store_clock_forward, store_clock_back,
        person_flip},
       5000},
      {freeze_held_only, {promotion, person_flip, agent_crash, partition}, 2000},
      {store_clock_only, {store_clock_forward, partition}, 200},
      {no_watch_and_no_clock, {}, 50},
      {folder_without_lock, {shared_folder, shared_name, person_flip}, 500},
      {missing_page_is_empty, {page_missing, person_flip}, 200},
      {old_page_is_believed, {page_old, person_flip}, 200},
      {foreign_page_is_empty, {page_of_other_boot, person_flip}, 200},
      {unread_events_are_empty, {events_broken, person_flip}, 200},
      {silent_bus_is_empty, {bus_silent, person_flip}, 500},
      {unknown_start_is_failed, {start_unknown, person_flip}, 500},
      {unconfigured_is_empty, {pool_unconfigured, person_flip}, 200},
      {own_without_watch, {shared_name, store_clock_forward, agent_pause}, 500},
      {set_back_unnoticed, {store_set_back, person_flip}, 500},
      {escaped_is_empty, {worker_escapes, person_flip}, 200},
      {crash_loop_uncounted, {worker_crash_loop}, 200},
      {keep_while_stopping, {keep_pool, store_outage, agent_stop, person_flip}, 2000},
      {kept_is_renewed_at_once, {keep_pool, store_set_back, promotion, partition}, 2000},
      {take_unaudited, {}, 50},
      {event_rewritten, {}, 50},
  };
}

namespace {

/// The store accepts every renewal from a node that renews anything at all.
void renew_all_that_is_sent(const core::AgentState& state, core::AgentEvent& event) {
  auto* answered = std::get_if<core::StoreAnswered>(&event);
  const auto* asked = std::get_if<core::BeatRequest>(&state.call);
  if (answered == nullptr || asked == nullptr) return;
  auto* reply = std::get_if<Result<core::BeatReply>>(&answered->answer);
  if (reply == nullptr || !reply->has_value()) return;
  for (core::PoolReport& report : (*reply)->pools)
    for (const core::LeaseRenewal& renewal : asked->renewals)
      if (renewal.pool == report.pool) {
        report.epoch = renewal.epoch;
        report.state = core::OwnerState::held;
        report.holder = state.node;
      }
}

/// A free pool is never frozen, neither by the store's answer nor by the agent's own clock.
void thaw_free_pools(core::AgentEvent& event) {
  auto* answered = std::get_if<core::StoreAnswered>(&event);
  if (answered == nullptr) return;
  auto* reply = std::get_if<Result<core::BeatReply>>(&answered->answer);
  if (reply == nullptr || !reply->has_value()) return;
  for (core::PoolReport& report : (*reply)->pools)
    if (report.state == core::OwnerState::released) report.frozen = false;
}

bool any_is_free(const core::AgentState& state) {
  return std::ranges::any_of(state.pools, [](const auto& entry) {
    return entry.second.report && entry.second.report->state == core::OwnerState::released;
  });
}

}  // namespace

void AgentMutation::before_step(core::AgentState& state, core::AgentEvent& event, Instant now) {
  if (mutant_ == Mutant::none) return;
  if (mutant_ == Mutant::renew_without_epoch) renew_all_that_is_sent(state, event);
  if (mutant_ == Mutant::freeze_held_only) {
    thaw_free_pools(event);
    if (state.history_lost_at) history_lost_at_ = state.history_lost_at;
    if (any_is_free(state)) {
      state.history_lost_at.reset();
    } else {
      state.history_lost_at = history_lost_at_;
    }
  }
  for (auto& [name, lease] : state.pools) {
    if (lease.watch.polls == 0) continue;
    const Millis needed = lease.settings.timings.takeover_after;
    if (mutant_ == Mutant::store_clock_only) {
      lease.watch.since = now - needed - Millis{1};
      lease.watch.polls = 3;
    } else if (mutant_ == Mutant::no_watch_and_no_clock) {
      lease.watch.since = now - 4 * needed;
      lease.watch.polls = 3;
    }
  }
}

void AgentMutation::after_step(core::AgentState& state, const core::AgentEvent& event,
                               std::optional<Instant> sent, Instant now) {
  if (mutant_ == Mutant::crash_loop_uncounted)
    for (auto& [name, lease] : state.pools) lease.failed_starts = 0;
  if (mutant_ != Mutant::deadline_from_reply) return;
  if (!std::holds_alternative<core::StoreAnswered>(event) || !sent) return;
  for (auto& [name, lease] : state.pools) {
    const Millis length = lease.settings.timings.lease;
    const bool counted =
        lease.deadline == *sent + length || lease.deadline == lease.attempt_since + length;
    if (counted) lease.deadline = now + length;
  }
}

}  // namespace jobflip::sim

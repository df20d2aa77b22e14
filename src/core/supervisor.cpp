#include "jobflip/core/supervisor.hpp"

#include <algorithm>
#include <utility>

#include "core/supervisor_parts.hpp"
#include "jobflip/base/check.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/core/back_off.hpp"

namespace jobflip::core {
namespace supervisor {
namespace {

bool leads(const SupervisorState& s, Instant now) {
  return s.epoch && now < s.trusted_until;
}

void resign(Step& step, const std::string& why) {
  SupervisorState& s = step.state;
  if (!s.epoch) return;
  step.log(LogEventKind::not_leading,
           "no longer leading under epoch " + std::to_string(s.epoch->value) + ": " + why);
  s.epoch.reset();
  s.call_epoch.reset();  // the reply to the call in flight is ignored
  s.pools.clear();
  s.remembered.clear();
  s.snapshot.reset();
  s.wanted.clear();
  s.holds.clear();
  s.outcomes.clear();
  s.incidents.clear();
  s.lateness = Millis{0};
}

void resign_past_trust(Step& step) {
  if (!leads(step.state, step.now)) resign(step, "its lease ran out");
}

/// The first event after the requested time shows how late the supervisor is.
void measure_lateness(Step& step) {
  SupervisorState& s = step.state;
  if (!s.epoch || step.now < s.expected_tick) return;
  s.lateness = std::chrono::duration_cast<Millis>(step.now - s.expected_tick);
  if (s.lateness <= late_after(s)) return;
  step.log(LogEventKind::late, "this supervisor was late by " + short_duration(s.lateness));
  for (auto& [name, pool] : s.pools) {
    if (pool.stalled_since) pool.stalled_since = *pool.stalled_since + s.lateness;
    for (auto& [queue_name, queue] : pool.queues) {
      if (s.lateness <= windows_of(queue.settings, queue.detector.rhythm).stall) continue;
      watch_again(queue, step.now);
      pool.stalled_since.reset();
    }
  }
}

/// Frees the call slot. False if the call failed, or if the reply belongs to an earlier epoch.
bool ended_well(Step& step, const std::optional<Error>& error) {
  SupervisorState& s = step.state;
  const bool of_this_epoch = s.epoch && s.call_epoch == s.epoch;
  s.call_epoch.reset();
  if (!of_this_epoch) return false;
  if (!error) {
    if (s.failed_calls > 0) step.log(LogEventKind::store_back, "the store answers again");
    s.failed_calls = 0;
    s.last_error.clear();
    return true;
  }
  ++s.failed_calls;
  s.calls_not_before =
      step.now + back_off(kCalls, s.failed_calls, seed_of(s.self.str() + s.run.text));
  if (s.last_error != error->text) {
    auto event = event_of_failed_call(*error);
    step.log(event.kind, std::move(event.sentence));
  }
  s.last_error = error->text;
  return false;
}

template <class T>
std::optional<Error> error_of(const Result<T>& result) {
  return result.has_error() ? std::optional{result.error()} : std::nullopt;
}

void take_in(Step& step, const Elected& event) {
  SupervisorState& s = step.state;
  if (event.trusted_until <= step.now) return;
  if (s.epoch == event.epoch) {
    s.trusted_until = std::max(s.trusted_until, event.trusted_until);
    return;
  }
  if (s.epoch && event.epoch < *s.epoch) return;
  resign(step, "elected again");
  s.epoch = event.epoch;
  s.trusted_until = event.trusted_until;
  s.next_snapshot = step.now;
  s.calls_not_before = step.now;
  s.failed_calls = 0;
  s.last_error.clear();
  s.expected_tick = Instant::max();
  s.heads_due = true;
  step.log(LogEventKind::leading, "leading under epoch " + std::to_string(event.epoch.value));
}

void take_in(Step& step, const Deposed&) {
  resign(step, "the lease was released");
}

void take_in(Step&, const SupervisorTick&) {}

void take_in(Step& step, const SnapshotRead& event) {
  SupervisorState& s = step.state;
  JF_CHECK(s.call == StoreCall::snapshot);
  s.call = StoreCall::none;
  if (!ended_well(step, error_of(event.snapshot))) return;
  s.snapshot = *event.snapshot;
  s.snapshot_at = step.now;
  follow_snapshot(step);
  for (const PoolView& view : s.snapshot->pools) {
    PoolWatch& watch = s.pools.at(view.settings.name);
    watch.judged = false;
    record_outcome(step, watch, view);
    decide(step, watch, view);
    follow_incident(step, watch, view);
  }
}

void take_in(Step& step, const Sampled& event) {
  take_in_sample(step, event);
}

void take_in(Step& step, const RunningRead& event) {
  take_in_running(step, event);
}

void take_in(Step& step, const LearnedRead& event) {
  take_in_learned(step, event);
}

void take_in(Step& step, const FlipAnswered& event) {
  SupervisorState& s = step.state;
  JF_CHECK(s.call == StoreCall::request);
  s.call = StoreCall::none;
  if (ended_well(step, error_of(event.answer)))
    take_in_flip_answer(step, event.pool, *event.answer);
}

void take_in(Step& step, const Recorded& event) {
  SupervisorState& s = step.state;
  const StoreCall call = std::exchange(s.call, StoreCall::none);
  JF_CHECK(call == StoreCall::publish || call == StoreCall::hold || call == StoreCall::outcome ||
           call == StoreCall::incident);
  const bool same_epoch = s.epoch && s.call_epoch == s.epoch;
  const auto watch = s.pools.find(s.call_pool);
  if (!ended_well(step, error_of(event.still_leader))) {
    if (same_epoch && call == StoreCall::publish && watch != s.pools.end())
      watch->second.publish_due = true;
    return;
  }
  if (!*event.still_leader) return resign(step, "the store knows a newer leader");
  if (call == StoreCall::hold)
    std::erase_if(s.holds, [&](const HoldRecord& h) { return h.pool == s.call_pool; });
  if (call == StoreCall::incident && !s.incidents.empty()) s.incidents.erase(s.incidents.begin());
  if (call != StoreCall::outcome) return;
  s.outcomes.erase(s.outcomes.begin());
  if (watch != s.pools.end()) watch->second.judged = true;
}

void take_in(Step& step, const HeadsRead& event) {
  JF_CHECK(step.state.call == StoreCall::heads);
  step.state.call = StoreCall::none;
  (void)ended_well(step, error_of(event.heads));
  take_in_heads(step, event);
}

PoolWatch* next_to_publish(SupervisorState& s, Instant now) {
  PoolWatch* next = nullptr;
  for (auto& [name, pool] : s.pools) {
    if (!pool.publish_due) continue;
    // wait a little, so that queues that are sampled at the same time share one report
    const bool wait = now < pool.published_at + s.snapshot_every &&
                      std::ranges::any_of(pool.queues, [](auto& q) { return q.second.sampling; });
    if (!wait && (!next || pool.published_at < next->published_at)) next = &pool;
  }
  return next;
}

void send(Step& step, StoreCall call, const PoolName& pool, SupervisorAction action) {
  step.state.call = call;
  step.state.call_pool = pool;
  step.state.call_epoch = step.state.epoch;
  step.actions.push_back(std::move(action));
}

/// A due snapshot goes first: it shows whether the other calls are still wanted.
void send_call(Step& step) {
  SupervisorState& s = step.state;
  if (s.call != StoreCall::none || step.now < s.calls_not_before) return;
  if (s.next_snapshot <= step.now) return send(step, StoreCall::snapshot, {}, ReadSnapshot{});
  if (!s.wanted.empty())
    return send(step, StoreCall::request, s.wanted.front().pool, RequestFlip{s.wanted.front()});
  if (!s.outcomes.empty()) {
    PoolName pool;
    for (const auto& [name, watch] : s.pools)
      if (watch.flip == s.outcomes.front().flip) pool = name;
    return send(step, StoreCall::outcome, pool, RecordFlipOutcome{s.outcomes.front()});
  }
  if (!s.holds.empty())
    return send(step, StoreCall::hold, s.holds.front().pool, RecordHold{s.holds.front()});
  if (!s.incidents.empty()) {
    auto [report, at] = s.incidents.front();
    if (at) report.ago = age_of(*at, step.now);
    return send(step, StoreCall::incident, report.pool, RecordIncident{report});
  }
  if (PoolWatch* watch = next_to_publish(s, step.now)) {
    watch->publish_due = false;
    watch->published_at = step.now;
    return send(step, StoreCall::publish, watch->settings.name, Publish{make_report(s, *watch)});
  }
  if (are_heads_due(s, step.now)) send(step, StoreCall::heads, {}, ReadHeads{});
}

Instant wake_time(const SupervisorState& s, Instant now) {
  if (!s.epoch) return Instant::max();
  Instant at = s.trusted_until;
  for (const auto& [name, pool] : s.pools) {
    if (pool.publish_due && s.call == StoreCall::none)
      at = std::min(at, std::max(s.calls_not_before, pool.published_at + s.snapshot_every));
    for (const auto& [queue_name, queue] : pool.queues)
      if (!queue.sampling) at = std::min(at, queue.next_sample);
  }
  if (s.call == StoreCall::none) {
    const bool pending =
        !s.wanted.empty() || !s.outcomes.empty() || !s.holds.empty() || !s.incidents.empty();
    at = std::min(at, std::max(s.calls_not_before, pending ? now : s.next_snapshot));
  }
  return at;
}

}  // namespace

Millis late_after(const SupervisorState& state) {
  return std::max(Millis{1000}, state.snapshot_every);
}

const PoolView* find_pool(const SupervisorState& state, const PoolName& pool) {
  if (!state.snapshot) return nullptr;
  for (const PoolView& view : state.snapshot->pools)
    if (view.settings.name == pool) return &view;
  return nullptr;
}

}  // namespace supervisor

SupervisorState first_supervisor_state(const NodeName& self, const Uuid& run, Instant now) {
  SupervisorState s;
  s.self = self;
  s.run = run;
  s.next_snapshot = now;
  s.calls_not_before = now;
  s.expected_tick = Instant::max();
  return s;
}

SupervisorStep supervisor_step(SupervisorState state, const SupervisorEvent& event, Instant now) {
  SupervisorStep out;
  supervisor::Step step{state, now, out.actions, out.log_events};
  supervisor::resign_past_trust(step);
  supervisor::measure_lateness(step);
  std::visit([&](const auto& e) { supervisor::take_in(step, e); }, event);
  if (supervisor::leads(state, now)) {
    supervisor::send_samples(step);
    supervisor::send_call(step);
  }
  out.wake_at = supervisor::wake_time(state, now);
  state.expected_tick = out.wake_at;
  out.next = std::move(state);
  return out;
}

}  // namespace jobflip::core

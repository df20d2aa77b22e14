#pragma once
/// The parts of supervisor_step: each takes the state by reference and adds to the actions of one
/// step.

#include <string>
#include <utility>
#include <vector>

#include "jobflip/core/evidence.hpp"
#include "jobflip/core/supervisor.hpp"

namespace jobflip::core::supervisor {

inline constexpr std::size_t kSamplesKept = 30;  // of one queue: evidence

struct Step {
  SupervisorState& state;
  Instant now;
  std::vector<SupervisorAction>& actions;
  std::vector<LogEvent>& log_events;

  void tell(LogEventKind kind, std::string text) {
    log_events.push_back({.kind = kind,
                          .pool = {},
                          .flip = {},
                          .epoch = state.epoch.value_or(Epoch{}),
                          .verdict = "",
                          .sentence = std::move(text)});
  }
  /// Of one pool; the epoch is that of its holding.
  void tell(LogEventKind kind, const PoolWatch& watch, std::string verdict, std::string text) {
    log_events.push_back({.kind = kind,
                          .pool = watch.settings.name,
                          .flip = watch.flip,
                          .epoch = watch.epoch,
                          .verdict = std::move(verdict),
                          .sentence = std::move(text)});
  }
};

/// An own tick later than this is no longer on time.
Millis late_after(const SupervisorState& state);

/// Between two snapshots; after a longer one the store was away.
inline Millis longest_gap(const LeaseTimings& timings) {
  return timings.beat_every + timings.call_deadline;
}

const PoolView* find_pool(const SupervisorState& state, const PoolName& pool);

// supervisor_watch.cpp
/// The watches follow the pools, queues, settings, epochs and flips of the new snapshot.
void follow_snapshot(Step& step);
void take_in_sample(Step& step, const Sampled& event);
/// Sends a sample of every queue whose time has come.
void send_samples(Step& step);
void begin_flip(PoolWatch& watch, FlipId flip);
VerdictReport make_report(const SupervisorState& state, const PoolWatch& watch);

// supervisor_anchor.cpp
/// Heads of the audit chains go to the journal now and then: a chain that is rewritten later does
/// not have them any more.
void take_in_heads(Step& step, const HeadsRead& event);
bool are_heads_due(const SupervisorState& state, Instant now);

// supervisor_decide.cpp
/// Wants a flip of the pool, or a hold, or neither. Only right after a snapshot.
void decide(Step& step, PoolWatch& watch, const PoolView& view);
void take_in_flip_answer(Step& step, const PoolName& pool, const FlipAnswer& answer);
void forget_intent(SupervisorState& state, const PoolName& pool);

// supervisor_outcome.cpp
void log_cure(PoolWatch& watch, const FlipView& flip, const QueueSample& sample);
/// Says whether the flip in progress cured, or is overdue, once that is known.
void judge(Step& step, PoolWatch& watch, const PoolView& view);

// supervisor_evidence.cpp
/// What the decision saw: the queues are those of the watch.
Evidence make_evidence(const PoolWatch& watch, const PoolView& view, const FlipIntent& intent,
                       const FlipPlan& plan, Instant now);

}  // namespace jobflip::core::supervisor

#pragma once
/// The parts of supervisor_step. Each changes the state of the step and adds actions and log
/// events.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "jobflip/core/evidence.hpp"
#include "jobflip/core/supervisor.hpp"

namespace jobflip::core::supervisor {

inline constexpr std::size_t kSamplesKept = 30;  // of one queue, for the evidence

struct Step {
  SupervisorState& state;
  Instant now;
  std::vector<SupervisorAction>& actions;
  std::vector<LogEvent>& log_events;

  void log(LogEventKind kind, std::string text) {
    log_events.push_back({.kind = kind,
                          .pool = {},
                          .flip = {},
                          .epoch = state.epoch.value_or(Epoch{}),
                          .verdict = "",
                          .sentence = std::move(text)});
  }
  /// Concerns one pool; the epoch is that of its lease.
  void log(LogEventKind kind, const PoolWatch& watch, std::string verdict, std::string text) {
    log_events.push_back({.kind = kind,
                          .pool = watch.settings.name,
                          .flip = watch.flip,
                          .epoch = watch.epoch,
                          .verdict = std::move(verdict),
                          .sentence = std::move(text)});
  }
};

/// Never negative.
inline Millis age_of(Instant then, Instant now) {
  return std::max(Millis{0}, std::chrono::duration_cast<Millis>(now - then));
}

/// A tick that is later than this counts as late.
Millis late_after(const SupervisorState& state);

/// After a longer gap between two snapshots, the store was away.
inline Millis longest_gap(const LeaseTimings& timings) {
  return timings.beat_every + timings.call_deadline;
}

const PoolView* find_pool(const SupervisorState& state, const PoolName& pool);

/// The crash loop of the workers on the pool's holder.
std::optional<CrashCondition> crash_of_holder(const PoolView& view);

// supervisor_watch.cpp
/// Updates the watches to the pools, queues, settings, epochs and flips of the new snapshot.
void follow_snapshot(Step& step);
/// Since when a flip may help one of the pool's queues.
void follow_stall(Step& step, PoolWatch& watch);

/// After time in which nobody looked the detector starts again; what it learned stays.
void watch_again(QueueWatch& queue, Instant now);

void begin_flip(PoolWatch& watch, FlipId flip, bool restart, Instant now);

// supervisor_samples.cpp
void take_in_sample(Step& step, const Sampled& event);
void take_in_learned(Step& step, const LearnedRead& event);
void take_in_running(Step& step, const RunningRead& event);
/// Starts a sample of every queue that is due.
void send_samples(Step& step);
VerdictReport make_report(const SupervisorState& state, const PoolWatch& watch);

// supervisor_anchor.cpp
/// Logs the heads of the audit chains now and then. A chain that is rewritten later no longer
/// contains them.
void take_in_heads(Step& step, const HeadsRead& event);
bool are_heads_due(const SupervisorState& state, Instant now);

// supervisor_decide.cpp
/// Decides on a flip of the pool, a hold, or neither. Call it only right after a snapshot.
void decide(Step& step, PoolWatch& watch, const PoolView& view);
void take_in_flip_answer(Step& step, const PoolName& pool, const FlipAnswer& answer);
void forget_intent(SupervisorState& state, const PoolName& pool);

// supervisor_outcome.cpp
/// What a reading of one queue shows, which took so long.
void watch_cure(const SupervisorState& s, PoolWatch& watch, const FlipView& flip,
                const QueueSample& sample, Millis took, Instant now);
void count_failed_reading(PoolWatch& watch, const QueueName& queue);
/// Records the outcome of the open flip once it is known, or that its step is overdue.
void record_outcome(Step& step, PoolWatch& watch, const PoolView& view);

// supervisor_incident.cpp
/// Reports the first job that completed after the open flip, once.
void note_first_job(Step& step, PoolWatch& watch);
/// Opens the pool's incident, or closes it. Call it only right after a snapshot.
void follow_incident(Step& step, PoolWatch& watch, const PoolView& view);

// supervisor_evidence.cpp
/// What the decision is based on: the queues are those of the watch.
Evidence make_evidence(const PoolWatch& watch, const PoolView& view, const FlipIntent& intent,
                       const FlipPlan& plan, Instant now);

}  // namespace jobflip::core::supervisor

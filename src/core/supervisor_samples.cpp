// Readings of the queues: what they are judged by, and what is published of them.

#include <algorithm>
#include <utility>

#include "core/supervisor_parts.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/core/job_history.hpp"

namespace jobflip::core::supervisor {
namespace {

bool shares_database(const SupervisorState& s, const QueueSettings& queue) {
  int count = 0;
  for (const auto& [pool_name, pool] : s.pools)
    for (const auto& [name, other] : pool.queues)
      count += other.settings.database == queue.database;
  return count > 1;
}

/// How long a queue is left alone after a reading. The queues of one database are read one after
/// another: one that takes longer than its own pace has a quarter of the time there, so that the
/// others are seen at theirs for the rest of it.
Millis rest_after(const SupervisorState& s, const QueueSettings& queue, Millis took) {
  // a database that takes longer than the pace gets a rest of half of it
  const Millis least = queue.sample_every / 2;
  if (took <= queue.sample_every || !shares_database(s, queue)) return least;
  return std::max(least, 3 * took);
}

constexpr Millis kSlowAtLeast{1000};
constexpr int kSlowInARow = 3;
constexpr int kAveraged = 32;

/// A slow reading is evidence of its own: of the database. One that failed because of its own query
/// or row says nothing about others.
void time_reading(QueueWatch& queue, const Result<QueueSample>& reading, Millis took) {
  if (reading.has_error() && reading.error().code != ErrorCode::database_failed) {
    queue.slow_readings = 0;
    return;
  }
  const bool slow = took >= kSlowAtLeast && took >= 10 * queue.usual_took;
  queue.slow_readings = slow ? queue.slow_readings + 1 : 0;
  // one slow reading hardly moves what is usual
  const Millis taken = slow ? queue.usual_took : took;
  queue.usual_took = queue.usual_took == Millis{}
                         ? std::max(taken, Millis{1})
                         : queue.usual_took + (taken - queue.usual_took) / kAveraged;
}

CrashCondition crash_on(const NodeName& node, const CrashSeen& seen) {
  return {node, seen.ends, seen.within};
}

std::vector<PoolCondition> conditions_of(const SupervisorState& s, Instant now) {
  std::vector<PoolCondition> all;
  for (const auto& [name, watch] : s.pools) {
    const PoolView* view = find_pool(s, name);
    // between two holders, a flip is under way
    const bool is_held = view && (view->owner.state == OwnerState::held || view->open_flip);
    PoolCondition pool{name, is_held ? view->owner.holder : NodeName{}, {}};
    pool.observes = watch.settings.mode == PoolMode::observe;
    if (view) {
      pool.crash = crash_of_holder(*view);
      if (pool.crash && watch.crashes.last_end)
        pool.crash->since_last = std::chrono::duration_cast<Millis>(now - *watch.crashes.last_end);
      for (const auto& [node, seen] : watch.crashed)
        if (node != pool.holder) pool.elsewhere.push_back(crash_on(node, seen));
    }
    for (const auto& [queue_name, queue] : watch.queues)
      pool.queues.push_back(condition_of(queue.settings, queue.detector, queue.flip_may_help,
                                         queue.slow_readings >= kSlowInARow, now));
    all.push_back(std::move(pool));
  }
  return all;
}

/// Only a pool that is stuck is judged: all others are looked at for it.
void judge_again(Step& step, const PoolName& pool, PoolWatch& watch) {
  const Cause before = watch.judgement.cause;
  const bool stuck = std::ranges::any_of(
      watch.queues, [](const auto& entry) { return entry.second.flip_may_help; });
  watch.judgement = {};
  if (!stuck) return;
  const auto all = conditions_of(step.state, step.now);
  const auto mine = std::ranges::find(all, pool, &PoolCondition::pool);
  watch.judgement = judge_pool(*mine, all);
  if (watch.judgement.cause == before) return;
  step.log(LogEventKind::verdict, watch, std::string{name_of(watch.judgement.cause)},
           "pool " + pool.str() + " is stuck, cause: " + watch.judgement.sentence);
}

void remember(QueueWatch& queue, const QueueSample& sample) {
  queue.recent.push_back(sample);
  if (queue.recent.size() > kSamplesKept) queue.recent.erase(queue.recent.begin());
}

/// A job that completed just now shows that the workers stay where they are.
void forget_crashes(PoolWatch& watch, const DetectorState& detector, Instant now) {
  if (detector.last_success == now) watch.crashed.clear();
}

/// Beside a verdict that asks for a look, unless it is the cause that is named anyway.
std::string crash_note(const PoolView* view, QueueState verdict) {
  using enum QueueState;
  const auto crash = view != nullptr ? crash_of_holder(*view) : std::nullopt;
  const bool calm = verdict == ok || verdict == idle || verdict == paused || verdict == warmup ||
                    verdict == blind || verdict == silent;
  return crash && !calm ? "; " + crash_loop_sentence(*crash) : "";
}

QueueWatch* find_queue_watch(PoolWatch& pool, const QueueName& queue) {
  const auto found = pool.queues.find(queue);
  return found == pool.queues.end() ? nullptr : &found->second;
}

}  // namespace

void take_in_sample(Step& step, const Sampled& event) {
  const auto pool = step.state.pools.find(event.pool);
  if (pool == step.state.pools.end()) return;
  PoolWatch& watch = pool->second;
  const auto entry = watch.queues.find(event.queue);
  if (entry == watch.queues.end() || !entry->second.sampling) return;
  QueueWatch& queue = entry->second;
  queue.sampling = false;
  queue.last_began = std::exchange(queue.begins, false);
  queue.next_sample =
      std::max(queue.next_sample, step.now + rest_after(step.state, queue.settings, event.took));

  const QueueState before = queue.detector.state;
  Detection detection =
      detect(queue.settings, std::move(queue.detector), event.sample, step.now, event.at);
  queue.detector = std::move(detection.next);
  forget_crashes(watch, queue.detector, step.now);
  queue.reason = reason_of(queue.settings, queue.detector, step.now);
  queue.flip_may_help = detection.flip_may_help;
  time_reading(queue, event.sample, event.took);
  if (queue.last_began && queue.detector.state == QueueState::blind)
    step.log(LogEventKind::verdict, watch, std::string{name_of(queue.detector.state)},
             "queue " + event.queue.str() + " of pool " + event.pool.str() +
                 " is BLIND from the first reading: " + queue.reason);
  else if (queue.detector.state != before)
    step.log(LogEventKind::verdict, watch, std::string{name_of(queue.detector.state)},
             "queue " + event.queue.str() + " of pool " + event.pool.str() + ": " +
                 std::string{name_of(before)} + " -> " +
                 std::string{name_of(queue.detector.state)} + ": " + queue.reason);
  watch.publish_due = true;
  judge_again(step, event.pool, watch);
  follow_stall(step, watch);
  if (event.sample.has_error()) return count_failed_reading(watch, event.queue);

  remember(queue, *event.sample);
  if (event.sample->running == 0) queue.running_ids.clear();
  const PoolView* view = find_pool(step.state, event.pool);
  if (!view || !view->open_flip || watch.flip != view->open_flip->id) return;
  if (queue.sent_without_workers)
    watch_cure(step.state, watch, *view->open_flip, *event.sample, event.took, step.now);
  note_first_job(step, watch);
  record_outcome(step, watch, *view);
}

void take_in_learned(Step& step, const LearnedRead& event) {
  SupervisorState& s = step.state;
  for (const Learned& one : event.learned) {
    auto known = parse_rhythm_document(one.document);
    if (!known) continue;  // it is learned again
    const auto pool = s.pools.find(one.pool);
    const auto queue = pool == s.pools.end() ? nullptr : find_queue_watch(pool->second, one.queue);
    if (queue == nullptr) {
      s.remembered[{one.pool, one.queue}] = *known;
      continue;
    }
    Rhythm& rhythm = queue->detector.rhythm;
    if (rhythm.taught < known->taught)  // a person had it learned
      rhythm = merged(rhythm, *known);
    else if (rhythm.taught == known->taught && rhythm.watched < known->watched)
      rhythm = *known;
  }
}

void send_samples(Step& step) {
  for (auto& [pool_name, pool] : step.state.pools) {
    for (auto& [name, queue] : pool.queues) {
      if (queue.sampling || step.now < queue.next_sample) continue;
      queue.sampling = true;
      queue.sent_without_workers = pool.workers_gone;
      queue.next_sample = step.now + queue.settings.sample_every;
      step.actions.push_back(SampleQueue{pool_name, queue.settings});
    }
  }
}

void take_in_running(Step& step, const RunningRead& event) {
  const auto pool = step.state.pools.find(event.pool);
  if (pool == step.state.pools.end()) return;
  QueueWatch* queue = find_queue_watch(pool->second, event.queue);
  if (queue == nullptr || queue->running_ids == event.ids) return;
  queue->running_ids = event.ids;
  pool->second.publish_due = true;
}

VerdictReport make_report(const SupervisorState& state, const PoolWatch& watch) {
  VerdictReport report{state.self, *state.epoch, watch.settings.name, {}};
  const PoolView* view = find_pool(state, watch.settings.name);
  for (const auto& [name, queue] : watch.queues) {
    if (queue.begins) continue;  // nothing is known of it yet, so what was said before stays
    const bool blind = queue.detector.state == QueueState::blind;
    const bool starved = queue.flip_may_help && watch.judgement.cause == Cause::starved;
    const QueueState verdict = starved ? QueueState::starved : queue.detector.state;
    const bool judged = queue.flip_may_help && watch.judgement.cause != Cause::none;
    report.queues.push_back({name, std::string{name_of(verdict)},
                             judged ? with_cause(queue.reason, watch.judgement)
                                    : queue.reason + crash_note(view, verdict),
                             blind ? std::nullopt : queue.detector.last, queue.running_ids});
  }
  return report;
}

}  // namespace jobflip::core::supervisor

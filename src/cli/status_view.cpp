#include "cli/status_view.hpp"

#include <fmt/format.h>

#include "cli/plan_view.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/core/detector.hpp"
#include "jobflip/core/gates.hpp"

namespace jobflip::cli {
namespace {

using core::CandidateView;
using core::OwnerState;
using core::PoolView;

constexpr std::size_t kMostDamage = 10;  // shown one by one

bool is_holder(const PoolView& pool, const CandidateView& candidate) {
  return pool.owner.state == OwnerState::held && pool.owner.holder == candidate.node;
}

bool is_silent(const PoolView& pool, const std::optional<Millis>& beat_age) {
  return !beat_age || *beat_age > core::beat_fresh_within(pool.settings.timings);
}

std::string note_of(const PoolView& pool, const CandidateView& candidate) {
  if (candidate.drained) return "drained: " + printable(candidate.drain_reason);
  if (!candidate.beat_age) return "never seen";
  if (is_silent(pool, candidate.beat_age)) return "silent";
  // a holder, too: its workers are ending, or cannot be seen
  if (!candidate.ready && !(is_holder(pool, candidate) && candidate.not_ready_reason.empty())) {
    std::string_view why{candidate.not_ready_reason};
    const auto own = pool.settings.name.str() + ": ";  // else it is of another pool of the node
    if (why.starts_with(own)) why.remove_prefix(own.size());
    return (is_holder(pool, candidate) ? "" : "not ready: ") + printable(why);
  }
  if (candidate.crashes > 0) return fmt::format("crash loop: {} ends", candidate.crashes);
  return "";
}

Style style_of(const core::QueueView& queue, bool stale) {
  using enum core::QueueState;
  const auto verdict = core::parse_queue_state(queue.verdict);
  if (stale || verdict == blind || verdict == lagging) return Style::warn;
  if (verdict == stalled) return Style::bad;
  return verdict == ok ? Style::good : Style::plain;
}

std::string count_text(std::int64_t count) {
  return std::to_string(count);
}

std::string reason_of(const PoolView& pool, const core::QueueView& queue) {
  const auto reason = printable(queue.reason);
  if (!is_stale(pool, queue)) return reason;
  return "STALE, last looked at " + short_duration(queue.sample_age) + " ago; " + reason;
}

/// After an outage of the store, say, the holder's node beats again before it takes its pool again.
std::string silence_text(const PoolView& pool) {
  const auto node = pool.owner.holder.str();
  const auto age = age_text(pool.owner.beat_age);
  for (const auto& candidate : pool.candidates)
    if (is_holder(pool, candidate) && !is_silent(pool, candidate.beat_age))
      return fmt::format("NOT RENEWED: {} beats, and has not renewed its lease for {}", node, age);
  return fmt::format("SILENT: {} has not beaten for {}", node, age);
}

}  // namespace

std::string age_text(const std::optional<Millis>& age) {
  return age ? short_duration(*age) : "-";
}

std::string holder_text(const PoolView& pool) {
  const auto& owner = pool.owner;
  if (owner.state == OwnerState::held) {
    const auto beat = owner.beat_age ? ", beat " + short_duration(*owner.beat_age) + " ago" : "";
    return fmt::format("active on {} (epoch {}{})", owner.holder.str(), owner.epoch.value, beat);
  }
  if (owner.holder.empty()) return "active nowhere, and never was";
  return fmt::format("active nowhere; the last was {} (epoch {})", owner.holder.str(),
                     owner.epoch.value);
}

std::vector<Alarm> fleet_alarms(const core::Snapshot& snapshot) {
  std::vector<Alarm> out;
  if (snapshot.copied) {
    out.push_back(
        {Style::bad,
         "A COPY of another store: nobody takes a pool in it; if it replaces the other one, "
         "see `jobflip help migrate`"});
  }
  if (!snapshot.set_back.empty()) {
    out.push_back(
        {Style::bad, "THE STORE WAS SET BACK to an older copy of its files, as a node claims: " +
                         printable(snapshot.set_back) +
                         "; if so, what was recorded in between is lost"});
  }
  for (const auto& text : snapshot.damaged) {
    if (out.size() == kMostDamage) {
      out.push_back({Style::bad, fmt::format("DAMAGED: {} rows in all; `jobflip doctor` has them",
                                             snapshot.damaged.size())});
      break;
    }
    out.push_back({Style::bad, "DAMAGED: " + printable(text, 200)});
  }
  if (!leading_supervisor(snapshot)) {
    const auto& pool = snapshot.supervisors;
    const bool held = pool && pool->owner.beat_age;
    const auto last = held ? fmt::format(" (the last was {}, {} ago)", pool->owner.holder.str(),
                                         short_duration(*pool->owner.beat_age))
                           : std::string{};
    out.push_back({Style::bad, "NO SUPERVISOR leads: no verdicts, no automatic flips" + last});
  }
  const auto& budget = snapshot.budget;
  if (budget.used >= budget.settings.flips) {
    out.push_back(
        {Style::warn,
         fmt::format("BUDGET used up: {} of {} automatic flips within {}; look "
                     "at what all pools share",
                     budget.used, budget.settings.flips, short_duration(budget.settings.window))});
  }
  return out;
}

std::string queue_text(const PoolView& pool, const core::QueueView& queue) {
  const auto stale = is_stale(pool, queue)
                         ? fmt::format(" (STALE: last looked at {} ago, so it is not counted)",
                                       short_duration(queue.sample_age))
                         : std::string{};
  return fmt::format("queue {}: {} for {}{}: {}", queue.queue.str(), printable(queue.verdict, 20),
                     short_duration(queue.verdict_age), stale, printable(queue.reason));
}

std::string when_store_lost_text(const core::PoolSettings& settings) {
  return settings.when_store_lost == core::WhenStoreLost::keep
             ? "the workers are kept, and the fence in each of their claims excludes"
             : "the holder ends its workers before its lease does";
}

std::string when_workers_end_text(const core::PoolSettings& settings) {
  switch (settings.when_workers_end) {
    case core::WhenWorkersEnd::hand_over:
      return "the holder gives the lease up, for another candidate";
    case core::WhenWorkersEnd::hand_over_in_loop:
      return "the holder starts them again; in a crash loop it gives the lease up, for another "
             "candidate";
    case core::WhenWorkersEnd::restart:
      break;
  }
  return "the holder starts them again";
}

std::vector<Alarm> pool_alarms(const PoolView& pool) {
  std::vector<Alarm> out;
  const auto name = pool.settings.name.str();
  if (pool.owner.state != OwnerState::held) {
    out.push_back({Style::bad, "NOT ACTIVE: no node runs its workers"});
  } else if (is_silent(pool, pool.owner.beat_age)) {
    out.push_back({Style::bad, silence_text(pool)});
  }
  for (const auto& candidate : pool.candidates) {
    if (candidate.crashes == 0) continue;
    out.push_back({Style::bad, fmt::format("CRASH LOOP on {}: its workers ended by themselves {} "
                                           "times, at last: {}",
                                           candidate.node.str(), candidate.crashes,
                                           printable(candidate.crash_reason, 300))});
  }
  if (pool.frozen_for) {
    out.push_back(
        {Style::bad, fmt::format("FROZEN for {}: the store lost history, nobody takes over",
                                 short_duration(*pool.frozen_for))});
  }
  if (pool.open_flip) {
    const auto& flip = *pool.open_flip;
    out.push_back(
        {Style::warn,
         fmt::format("FLIP {} {}: {} -> {} for {}{}, by {}: {}", flip.id.value,
                     core::name_of(flip.state), flip.from.empty() ? "nobody" : flip.from.str(),
                     flip.to.str(), short_duration(flip.age), flip.overdue ? " (overdue)" : "",
                     printable(flip.actor, 60), printable(flip.reason, 200))});
  }
  if (pool.pause) {
    out.push_back({Style::warn,
                   fmt::format("PAUSED until {} ({} left) by {}: {}", clock_text(pool.pause->until),
                               short_duration(pool.pause->left), printable(pool.pause->actor, 60),
                               printable(pool.pause->reason, 200))});
  }
  if (pool.cooldown) {
    const auto& c = *pool.cooldown;
    out.push_back(
        {Style::warn, fmt::format("COOLDOWN for {} since flip {}; looked at it? `jobflip ack {} "
                                  "--comment TEXT`",
                                  short_duration(c.left), c.flip.value, name)});
  }
  if (pool.settings.when_store_lost == core::WhenStoreLost::keep) {
    out.push_back({Style::plain, fmt::format("KEEP: when the store is lost, {}",
                                             when_store_lost_text(pool.settings))});
  }
  if (pool.settings.mode == core::PoolMode::observe) {
    out.push_back({Style::warn, "OBSERVE: it only records what it would have done"});
  }
  return out;
}

Table nodes_table(const PoolView& pool) {
  Table table{{"NODE", "ROLE", "EPOCH", "BEAT", "READY", "NOTE"}, {}};
  for (const auto& candidate : pool.candidates) {
    const bool active = is_holder(pool, candidate);
    const bool silent = is_silent(pool, candidate.beat_age);
    const auto note = note_of(pool, candidate);
    table.rows.push_back({candidate.node.str(),
                          Cell{active ? "active" : "standby", active ? Style::good : Style::plain},
                          active ? std::to_string(pool.owner.epoch.value) : "-",
                          Cell{age_text(candidate.beat_age), silent ? Style::bad : Style::plain},
                          active            ? "-"
                          : candidate.ready ? "yes"
                                            : "no",
                          Cell{note, note.empty() ? Style::plain : Style::warn}});
  }
  return table;
}

Table queues_table(const PoolView& pool) {
  Table table{{"QUEUE", "VERDICT", "FOR", "RUNNABLE", "OLDEST", "RUNNING", "DONE", "REASON"}, {}};
  for (const auto& queue : pool.queues) {
    const auto& s = queue.sample;
    table.rows.push_back(
        {queue.queue.str(),
         Cell{printable(queue.verdict, 20), style_of(queue, is_stale(pool, queue))},
         short_duration(queue.verdict_age), s ? count_text(s->runnable) : "-",
         s ? age_text(s->oldest_runnable) : "-", s ? count_text(s->running) : "-",
         s ? count_text(s->done) : "-", reason_of(pool, queue)});
  }
  return table;
}

Table status_rows(const std::vector<const PoolView*>& pools) {
  Table table{{"pool", "kind", "name", "state", "epoch", "age_ms", "ready", "runnable", "running",
               "done", "note"},
              {}};
  const auto ms = [](const std::optional<Millis>& age) {
    return age ? std::to_string(age->count()) : std::string{};
  };
  for (const auto* pool : pools) {
    const auto name = pool->settings.name.str();
    for (const auto& c : pool->candidates) {
      const bool active = is_holder(*pool, c);
      table.rows.push_back({name, "node", c.node.str(), active ? "active" : "standby",
                            active ? std::to_string(pool->owner.epoch.value) : "", ms(c.beat_age),
                            c.ready ? "yes" : "no", "", "", "", note_of(*pool, c)});
    }
    for (const auto& q : pool->queues) {
      const auto& s = q.sample;
      table.rows.push_back({name, "queue", q.queue.str(), printable(q.verdict, 20), "",
                            ms(q.verdict_age), "", s ? count_text(s->runnable) : "",
                            s ? count_text(s->running) : "", s ? count_text(s->done) : "",
                            reason_of(*pool, q)});
    }
  }
  return table;
}

void print_alarms(Session& session, const std::vector<Alarm>& alarms) {
  for (const auto& alarm : alarms) session.line(alarm.text, alarm.style, 2);
}

}  // namespace jobflip::cli

#include "cli/status_view.hpp"

#include "jobflip/base/escape.hpp"
#include "jobflip/core/detector.hpp"
#include "jobflip/core/freshness.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::cli {
namespace {

using core::PoolView;

Style style_of(const core::QueueView& queue, bool stale) {
  using enum core::QueueState;
  const auto verdict = core::parse_queue_state(queue.verdict);
  if (stale || !verdict) return Style::warn;
  if (core::is_stuck(*verdict) || verdict == starved) return Style::bad;
  if (verdict == ok || verdict == busy) return Style::good;
  const bool calm = verdict == idle || verdict == paused || verdict == warmup;
  return calm ? Style::plain : Style::warn;
}

std::string count_text(std::int64_t count) {
  return std::to_string(count);
}

Style style_of(core::AlarmLevel level) {
  switch (level) {
    case core::AlarmLevel::critical:
      return Style::bad;
    case core::AlarmLevel::warning:
      return Style::warn;
    case core::AlarmLevel::note:
      break;
  }
  return Style::plain;
}

}  // namespace

Table nodes_table(const PoolView& pool) {
  Table table{{"NODE", "ROLE", "EPOCH", "BEAT", "READY", "NOTE"}, {}};
  for (const auto& candidate : pool.candidates) {
    const bool active = core::is_held_by(pool, candidate.node);
    const bool silent = !core::is_fresh(candidate.beat_age, pool.settings.timings);
    const auto note = view::note_text(pool, candidate);
    table.rows.push_back(
        {candidate.node.str(),
         Cell{active ? "active" : "standby", active ? Style::good : Style::plain},
         active ? std::to_string(pool.owner.epoch.value) : "-",
         Cell{view::age_text(candidate.beat_age), silent ? Style::bad : Style::plain},
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
         Cell{printable(queue.verdict, 20), style_of(queue, core::is_stale(pool, queue))},
         short_duration(queue.verdict_age), s ? count_text(s->runnable) : "-",
         s ? view::age_text(s->oldest_runnable) : "-", s ? count_text(s->running) : "-",
         s ? count_text(s->done) : "-", view::verdict_reason_text(pool, queue)});
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
      const bool active = core::is_held_by(*pool, c.node);
      table.rows.push_back({name, "node", c.node.str(), active ? "active" : "standby",
                            active ? std::to_string(pool->owner.epoch.value) : "", ms(c.beat_age),
                            c.ready ? "yes" : "no", "", "", "", view::note_text(*pool, c)});
    }
    for (const auto& q : pool->queues) {
      const auto& s = q.sample;
      table.rows.push_back({name, "queue", q.queue.str(), printable(q.verdict, 20), "",
                            ms(q.verdict_age), "", s ? count_text(s->runnable) : "",
                            s ? count_text(s->running) : "", s ? count_text(s->done) : "",
                            view::verdict_reason_text(*pool, q)});
    }
  }
  return table;
}

void print_alarms(Session& session, const std::vector<view::Alarm>& alarms) {
  for (const auto& alarm : alarms)
    session.line(alarm.text, style_of(core::level_of(alarm.kind)), 2);
}

}  // namespace jobflip::cli

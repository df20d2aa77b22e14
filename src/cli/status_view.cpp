#include "cli/status_view.hpp"

#include "cli/service_lines.hpp"
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

}  // namespace

Result<Pools> chosen_pools(const core::Snapshot& snapshot, const std::string& name) {
  Pools out;
  if (!name.empty()) {
    const auto pool = find_pool(snapshot, name);
    if (!pool) return pool.error();
    out.push_back(*pool);
    return out;
  }
  for (const auto& pool : snapshot.pools) out.push_back(&pool);
  return out;
}

/// What mode observe held back; if the store does not say it, the rest is shown all the same.
core::ObservedPools observed_of(ports::ReaderStore& store, const Pools& pools) {
  core::ObservedPools out;
  for (const auto* pool : pools)
    if (pool->settings.mode == core::PoolMode::observe)
      out[pool->settings.name].pool = pool->settings.name;
  if (out.empty()) return out;
  const auto observed = store.observed_stalls();
  if (!observed) return {};
  for (const auto& one : *observed)
    if (const auto found = out.find(one.pool); found != out.end()) found->second = one;
  return out;
}

void print_observed(Session& session, const core::PoolView& pool,
                    const core::ObservedPools& observed) {
  if (const auto text = view::observed_text(pool, observed); !text.empty())
    session.line(text, Style::plain, 2);
}

namespace {

std::string active_on(const PoolView& pool) {
  const bool active = pool.owner.state == core::OwnerState::held && !core::has_run_out(pool);
  return active ? pool.owner.holder.str() : "-";
}

}  // namespace

// The state comes last, where it may be wrapped, but not within its command.
Table summary_table(const std::vector<view::PoolLine>& lines) {
  Table table{{"POOL", "ACTIVE ON", "STATE"}, {}};
  for (const auto& [pool, headline] : lines) {
    const auto type = headline.command.empty() ? "" : ": `" + headline.command + "`";
    const bool calm = headline.level == core::AlarmLevel::note;
    table.rows.push_back(
        {pool->settings.name.str(), active_on(*pool),
         Cell{headline.state + type, calm ? Style::good : style_of(headline.level)}});
  }
  return table;
}

Table summary_rows(const std::vector<view::PoolLine>& lines) {
  Table table{{"pool", "active_on", "level", "state", "command"}, {}};
  for (const auto& [pool, headline] : lines)
    table.rows.push_back({pool->settings.name.str(), active_on(*pool),
                          std::string{core::name_of(headline.level)}, headline.state,
                          headline.command});
  return table;
}

Table nodes_table(const PoolView& pool) {
  Table table{{"NODE", "ROLE", "EPOCH", "BEAT", "READY", "NOTE"}, {}};
  for (const auto& candidate : pool.candidates) {
    const bool active = core::is_held_by(pool, candidate.node);
    const bool over = active && core::has_run_out(pool);
    const bool silent = !core::is_fresh(candidate.beat_age, pool.settings.timings);
    const auto note = view::note_text(pool, candidate);
    table.rows.push_back(
        {candidate.node.str(),
         over     ? Cell{"expired", Style::bad}
         : active ? Cell{"active", Style::good}
                  : Cell{"standby"},
         active ? view::epoch_text(pool.owner.epoch) : "-",
         Cell{view::age_text(candidate.beat_age), silent ? Style::bad : Style::plain},
         active                                             ? "-"
         : candidate.ready && !candidate.drained && !silent ? "yes"
                                                            : "no",
         Cell{note, note.empty() ? Style::plain : Style::warn}});
  }
  return table;
}

Table queues_table(const PoolView& pool, const std::vector<view::Alarm>& alarms) {
  const auto reason = [&](const core::QueueView& queue) -> std::string {
    const bool told = std::ranges::any_of(
        alarms, [&](const view::Alarm& alarm) { return alarm.fact.queue == queue.queue; });
    return told && !core::is_stale(pool, queue) ? "as above"
                                                : view::verdict_reason_text(pool, queue);
  };
  Table table{{"QUEUE", "VERDICT", "FOR", "RUNNABLE", "OLDEST", "RUNNING", "DONE", "REASON"}, {}};
  for (const auto& queue : pool.queues) {
    const auto& s = queue.sample;
    table.rows.push_back(
        {queue.queue.str(),
         Cell{printable(queue.verdict, 20), style_of(queue, core::is_stale(pool, queue))},
         short_duration(queue.verdict_age), s ? count_text(s->runnable) : "-",
         s ? view::age_text(s->oldest_runnable) : "-", s ? count_text(s->running) : "-",
         s ? count_text(s->done) : "-", reason(queue)});
  }
  return table;
}

Table status_rows(const Pools& pools) {
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
  for (const auto& alarm : alarms) {
    const auto type = alarm.command.empty() ? "" : "; type `" + alarm.command + "`";
    session.line(alarm.text + type, style_of(core::level_of(alarm.fact.kind)), 2);
  }
}

}  // namespace jobflip::cli

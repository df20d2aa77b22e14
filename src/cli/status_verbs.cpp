/// status and explain: the current state, and what would happen.

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/plan_tables.hpp"
#include "cli/status_view.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/duration.hpp"
#include "jobflip/core/freshness.hpp"
#include "jobflip/core/plan_now.hpp"
#include "jobflip/view/json_view.hpp"
#include "jobflip/view/learned_view.hpp"
#include "jobflip/view/plan_view.hpp"
#include "jobflip/view/preset_view.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::cli {
namespace {

using Pools = std::vector<const core::PoolView*>;

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

/// What was learned about all queues. Not knowing it fails no command.
std::vector<core::Learned> learned_of(ports::ReaderStore& store) {
  auto learned = store.all_learned();
  return learned ? std::move(*learned) : std::vector<core::Learned>{};
}

/// As `learn` says it.
void print_learned(Session& session, const core::PoolView& pool, const QueueName& queue,
                   const std::vector<core::Learned>& learned) {
  const auto settings = std::ranges::find(pool.settings.queues, queue, &core::QueueSettings::name);
  const auto rhythm = view::rhythm_of(learned, pool.settings.name, queue);
  if (!rhythm || settings == pool.settings.queues.end()) return;
  session.line("learned:", Style::plain, 2);
  for (const auto& sentence : view::learned_sentences(*settings, *rhythm))
    session.line("- " + sentence, Style::plain, 4);
}

void print_pool(Session& session, const core::PoolView& pool, const core::ObservedPools& observed) {
  auto& out = session.out();
  out << '\n';
  session.line(pool.settings.name.str() + ": " + view::holder_text(pool), Style::bold);
  print_alarms(session, view::pool_alarms(pool));
  print_observed(session, pool, observed);
  session.print(nodes_table(pool));
  if (!pool.queues.empty()) {
    out << '\n';
    session.print(queues_table(pool));
  } else if (pool.settings.queues.empty()) {
    out << "no queue is watched\n";
  }
}

void print_status(Session& session, const core::Snapshot& snapshot, const Pools& pools,
                  const core::ObservedPools& observed) {
  if (session.format() == Format::json)
    return session.print(view::fleet_json(snapshot, pools, observed));
  if (session.format() == Format::tsv) return session.print(status_rows(pools));
  const auto leader = core::leading_supervisor(snapshot);
  session.line(view::clock_text(snapshot.store_time) +
               (leader ? fmt::format("  supervisor {} leads", leader->str()) : ""));
  print_alarms(session, view::fleet_alarms(snapshot));
  if (snapshot.pools.empty()) {
    session.out() << "there are no pools: create them with `jobflip apply FILE`\n";
  }
  for (const auto* pool : pools) print_pool(session, *pool, observed);
}

ExitCode look_once(Session& session, ports::ReaderStore& store, bool clear) {
  const auto snapshot = store.snapshot();
  if (!snapshot) return session.fail(snapshot.error());
  const auto pools = chosen_pools(*snapshot, session.options().pool);
  if (!pools) return session.fail(pools.error());
  if (clear) session.out() << "\x1b[H\x1b[2J";
  print_status(session, *snapshot, *pools, observed_of(store, *pools));
  session.out().flush();
  return ExitCode::done;
}

Result<Millis> watch_interval(const Session& session) {
  const auto interval = config::parse_duration(session.options().interval);
  if (!interval) {
    return Error{ErrorCode::usage, "--interval: " + interval.error().text, interval.error().hint};
  }
  if (*interval < Millis{100}) {
    return Error{ErrorCode::usage, "--interval is less than 100ms",
                 "each look is work for the store"};
  }
  return *interval;
}

ExitCode watch(Session& session, Millis interval) {
  const auto& host = session.host();
  const bool clear = session.terminal().out_is_terminal && session.format() == Format::table;
  std::unique_ptr<ports::ReaderStore> store;
  while (!host.interrupted()) {
    if (!store) {
      auto opened = session.reader();
      if (opened) {
        store = std::move(*opened);
      } else {
        const auto code = session.fail(opened.error());
        if (!is_passing(opened.error().code)) return code;
      }
    }
    if (store) {
      const auto code = look_once(session, *store, clear);
      if (code == ExitCode::usage) return code;  // no such pool: looking again won't help
      if (code != ExitCode::done) store.reset();
    }
    host.wait(interval);
  }
  return ExitCode::done;
}

std::string summary_of(const core::FlipPlan& plan, std::string_view kind) {
  if (plan.allowed() && plan.restart)
    return fmt::format("{} is a restart on {} first, allowed now", kind, plan.target->str());
  if (plan.allowed()) return fmt::format("{} is allowed now, to {}", kind, plan.target->str());
  const auto* block = plan.first_block();
  return fmt::format("{} is blocked now: {} ({})", kind, core::name_of(block->rule),
                     printable(block->text));
}

Table explain_table(const core::FlipPlan& automatic, const core::FlipPlan& manual) {
  Table table{{"RULE", "AUTOMATIC", "BY HAND", "WHY"}, {}};
  for (std::size_t i = 0; i < automatic.gates.size() && i < manual.gates.size(); ++i) {
    const auto& gate = automatic.gates[i];
    const auto style = gate.allows ? Style::good : Style::bad;
    table.rows.push_back({std::string{core::name_of(gate.rule)}, Cell{view::state_of(gate), style},
                          view::state_of(manual.gates[i]), printable(gate.text)});
  }
  return table;
}

}  // namespace

ExitCode perform_status(Session& session) {
  const auto interval = watch_interval(session);
  if (!interval) return session.fail(interval.error());
  if (session.options().watch) return watch(session, *interval);
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  return look_once(session, **store, false);
}

ExitCode perform_explain(Session& session) {
  if (session.options().pool.empty()) return session.usage("POOL is missing", "name a pool");
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  const auto snapshot = (*store)->snapshot();
  if (!snapshot) return session.fail(snapshot.error());
  const auto found = find_pool(*snapshot, session.options().pool);
  if (!found) return session.fail(found.error());
  const auto& pool = **found;
  const auto observed = observed_of(**store, {&pool});
  const auto learned = learned_of(**store);
  const auto automatic = core::plan_automatic(*snapshot, pool);
  core::FlipIntent intent;
  intent.manual = true;
  const auto manual = core::plan_by_hand(*snapshot, pool, intent);
  if (session.format() == Format::json) {
    session.print(view::explain_json(*snapshot, pool, automatic, manual, observed, learned));
    return ExitCode::done;
  }
  const auto rules = explain_table(automatic, manual);
  if (session.format() == Format::tsv) {
    session.print(rules);
    return ExitCode::done;
  }
  auto& out = session.out();
  session.line(pool.settings.name.str() + ": " + view::holder_text(pool));
  print_alarms(session, view::fleet_alarms(*snapshot));
  print_alarms(session, view::pool_alarms(pool));
  print_observed(session, pool, observed);
  session.line(summary_of(automatic, "an automatic flip"));
  session.line(summary_of(manual, "a flip by hand"));
  session.line("when the store is lost: " + view::when_store_lost_text(pool.settings));
  session.line("when its workers end: " + view::when_workers_end_text(pool.settings));
  session.line("first about a stall: " + view::first_move_text(pool.settings));
  out << '\n';
  session.print(rules);
  out << '\n';
  session.print(candidates_table(manual));
  if (!pool.queues.empty()) out << '\n';
  for (const auto& queue : pool.queues) {
    session.line(view::queue_text(pool, queue));
    for (const auto& limit : view::preset_texts(pool.settings, queue.queue))
      session.line(limit, Style::dim, 2);
    print_learned(session, pool, queue.queue, learned);
  }
  return ExitCode::done;
}

}  // namespace jobflip::cli

/// explain: what would happen to a flip now, rule by rule, and why.

#include <fmt/format.h>

#include <ostream>

#include "cli/plan_tables.hpp"
#include "cli/status_view.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/core/plan_now.hpp"
#include "jobflip/view/headline.hpp"
#include "jobflip/view/learned_view.hpp"
#include "jobflip/view/plan_view.hpp"
#include "jobflip/view/preset_view.hpp"
#include "jobflip/view/texts.hpp"
#include "jobflip/view/ways_out.hpp"

namespace jobflip::cli {
namespace {

std::string summary_of(const core::FlipPlan& plan, std::string_view kind) {
  if (plan.allowed() && plan.restart)
    return fmt::format("{} is a restart on {} first, allowed now", kind, plan.target->str());
  if (plan.allowed()) return fmt::format("{} is allowed now, to {}", kind, plan.target->str());
  const auto* block = plan.deciding_block();
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

struct Explained {
  core::FlipPlan automatic;
  core::FlipPlan manual;
};

Explained plans_of(const core::Snapshot& snapshot, const core::PoolView& pool) {
  core::FlipIntent intent;
  intent.manual = true;
  return {core::plan_automatic(snapshot, pool), core::plan_by_hand(snapshot, pool, intent)};
}

void print_rules(Session& session, const core::PoolView& pool, const Explained& plans) {
  session.line(summary_of(plans.automatic, "an automatic flip"));
  session.line(summary_of(plans.manual, "a flip by hand"));
  session.line("when the store is lost: " + view::when_store_lost_text(pool.settings));
  session.line("when its workers end: " + view::when_workers_end_text(pool.settings));
  session.line("first about a stall: " + view::first_move_text(pool.settings));
  session.out() << '\n';
  session.print(explain_table(plans.automatic, plans.manual));
  session.out() << '\n';
  session.print(candidates_table(plans.manual));
}

/// The commands that open what is closed, for a flip by a supervisor or by hand.
void print_ways_out(Session& session, const core::PoolView& pool, const core::FlipPlan& plan) {
  std::vector<std::string> lines;
  const auto add = [&lines](std::string_view what, const std::string& out, std::string_view where) {
    if (!out.empty()) lines.push_back(fmt::format("{}: `{}`{}", what, out, where));
  };
  for (const auto& gate : plan.gates)
    if (!gate.allows && gate.rule != core::Rule::target)
      add(core::name_of(gate.rule), view::way_out(gate.rule, pool), "");
  if (!plan.target)
    for (const auto& candidate : pool.candidates)
      add(candidate.node.str(), view::way_out(candidate, pool), candidate.drained ? "" : " there");
  if (lines.empty()) return;
  session.out() << "\nto unblock:\n";
  for (const auto& line : lines) session.line(line, Style::plain, 2);
}

/// What the store has beside the snapshot. Not knowing it fails no command.
struct Background {
  core::ObservedPools observed;
  std::vector<core::Learned> learned;
};

Background background_of(ports::ReaderStore& store, const Pools& pools) {
  Background out{observed_of(store, pools), {}};
  if (auto learned = store.all_learned()) out.learned = std::move(*learned);
  return out;
}

/// As `learn` says it.
void print_learned(Session& session, const core::PoolView& pool, const QueueName& queue,
                   const std::vector<core::Learned>& learned) {
  const auto* settings = pool.settings.find(queue);
  const auto rhythm = view::rhythm_of(learned, pool.settings.name, queue);
  if (!rhythm || settings == nullptr) return;
  session.line("learned:", Style::plain, 2);
  for (const auto& sentence : view::learned_sentences(*settings, *rhythm))
    session.line("- " + sentence, Style::plain, 4);
}

void print_pool(Session& session, const core::Snapshot& snapshot, const core::PoolView& pool,
                const Background& background) {
  const auto plans = plans_of(snapshot, pool);
  session.line(pool.settings.name.str() + ": " + view::holder_text(pool), Style::bold);
  auto alarms = view::pool_alarms(snapshot, pool);
  for (auto& alarm : alarms)
    if (alarm.command.starts_with("jobflip explain")) alarm.command.clear();  // here it is
  print_alarms(session, view::without_repeats(std::move(alarms)));
  print_observed(session, pool, background.observed);
  print_rules(session, pool, plans);
  print_ways_out(session, pool, plans.automatic);
  if (!pool.queues.empty()) session.out() << '\n';
  for (const auto& queue : pool.queues) {
    session.line(view::queue_text(pool, queue));
    for (const auto& limit : view::preset_texts(pool.settings, queue.queue))
      session.line(limit, Style::dim, 2);
    print_learned(session, pool, queue.queue, background.learned);
  }
}

/// Without a name: the only pool, or each with something wrong.
Pools pools_to_explain(const core::Snapshot& snapshot, const Pools& all) {
  if (all.size() == 1) return all;
  Pools out;
  for (const auto& line : view::pool_lines(snapshot, all))
    if (line.headline.level != core::AlarmLevel::note) out.push_back(line.pool);
  return out;
}

void print_json(Session& session, const core::Snapshot& snapshot, const Pools& pools,
                const Background& background) {
  auto all = view::Json::array();
  for (const auto* pool : pools) {
    const auto plans = plans_of(snapshot, *pool);
    auto one = view::explain_json(snapshot, *pool, plans.automatic, plans.manual,
                                  background.observed, background.learned);
    if (!session.options().pool.empty()) return session.print(one);
    all.push_back(std::move(one));
  }
  session.print(view::Json{{"schema", 1}, {"pools", std::move(all)}});
}

}  // namespace

ExitCode perform_explain(Session& session) {
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  const auto snapshot = (*store)->snapshot();
  if (!snapshot) return session.fail(snapshot.error());
  const auto chosen = chosen_pools(*snapshot, session.options().pool);
  if (!chosen) return session.fail(chosen.error());
  const auto background = background_of(**store, *chosen);
  if (session.format() == Format::json) {
    print_json(session, *snapshot, *chosen, background);
    return ExitCode::done;
  }
  const auto pools =
      session.options().pool.empty() ? pools_to_explain(*snapshot, *chosen) : *chosen;
  if (session.format() == Format::tsv) {
    if (pools.size() != 1) return session.usage("POOL is missing", "--format tsv needs one pool");
    const auto plans = plans_of(*snapshot, *pools.front());
    session.print(explain_table(plans.automatic, plans.manual));
    return ExitCode::done;
  }
  print_alarms(session, view::fleet_alarms(*snapshot));
  if (pools.empty())
    session.line("nothing is wrong; for the rules of a pool: jobflip explain POOL");
  for (const auto* pool : pools) {
    if (pool != pools.front()) session.out() << '\n';
    print_pool(session, *snapshot, *pool, background);
  }
  return ExitCode::done;
}

}  // namespace jobflip::cli

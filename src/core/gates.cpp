#include "jobflip/core/gates.hpp"

#include <algorithm>

#include "core/restart_first.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/core/freshness.hpp"

namespace jobflip::core {
namespace {

/// Text from outside, escaped.
std::string as_given(std::string_view text) {
  return printable(text, 300);
}

/// A queue whose published verdict is STALLED or HELD.
const QueueView* find_stalled(const PoolView& pool) {
  const auto found = std::ranges::find_if(
      pool.queues, [](const QueueView& queue) { return may_need_a_flip(queue); });
  return found == pool.queues.end() ? nullptr : &*found;
}

/// Since the last beat of the holder's node, whichever leases it renewed.
std::optional<Millis> holders_beat_age(const PoolView& pool) {
  std::optional<Millis> age = pool.owner.beat_age;
  for (const CandidateView& c : pool.candidates)
    if (c.node == pool.owner.holder && c.beat_age)
      age = std::min(age.value_or(*c.beat_age), *c.beat_age);
  return age;
}

struct Asked {
  const PoolView& pool;
  const BudgetView& budget;
  const FlipIntent& intent;
  const FlipPlan& plan;
  FlipFacts facts;
};

FlipFacts facts_of(const PoolView& pool, const BudgetView& budget, const FlipIntent& intent,
                   const FlipPlan& plan) {
  FlipFacts facts;
  facts.automatic = !intent.manual;
  facts.from = intent.from;
  facts.to = intent.to.empty() ? plan.target.value_or(NodeName{}) : intent.to;
  facts.host_is_off = intent.host_is_off;
  facts.supervisor_late = !intent.supervisor_on_time;
  // A manual flip needs no STALLED queue; the text still reports the verdict.
  facts.stalled = intent.stalled_for || (intent.manual && find_stalled(pool) != nullptr);
  facts.cause_forbids = intent.judgement.cause != Cause::none && !intent.judgement.flip_may_help;
  facts.held_down = !intent.stalled_for || *intent.stalled_for < pool.settings.hold_down ||
                    !intent.not_yet.empty();
  facts.paused = pool.pause.has_value();
  facts.observes = pool.settings.mode != PoolMode::automatic;
  facts.has_open_flip = pool.open_flip.has_value();
  facts.deployment_holds = pool.deployment && pool.deployment->hold_left;
  facts.cools_down = pool.cooldown.has_value();
  facts.budget_used = budget.used;
  facts.budget = budget.settings.flips;
  facts.frozen = pool.frozen_for.has_value();
  facts.held = pool.owner.state == OwnerState::held;
  facts.holder = pool.owner.holder;
  facts.holder_beats = is_fresh(holders_beat_age(pool), pool.settings.timings);
  facts.epoch = pool.owner.epoch;
  facts.target_can_take = plan.target.has_value();
  facts.may_restart = plan.restart;
  return facts;
}

std::string crash_loop_text(const CandidateView& c) {
  return "in a crash loop: its workers ended by themselves " + std::to_string(c.crashes) +
         " times" + (c.crashed_within ? " in " + short_duration(*c.crashed_within) : "") +
         ", the last: " + as_given(c.crash_reason);
}

/// What can't be read may be stuck or not.
std::optional<std::string> blind_text(const PoolView& pool) {
  for (const QueueView& queue : pool.queues)
    if (parse_queue_state(queue.verdict) == QueueState::blind)
      return "queue " + queue.queue.str() +
             " can't be read, so nobody knows whether a flip would help";
  return std::nullopt;
}

std::string verdict_text(const Asked& a) {
  const QueueView* stalled = find_stalled(a.pool);
  const CandidateView* crashing = find_crashing_holder(a.pool);
  const std::string loop =
      crashing != nullptr ? "; " + crashing->node.str() + " is " + crash_loop_text(*crashing) : "";
  if (!a.facts.stalled && a.pool.settings.queues.empty())
    return "no queue is watched: nothing can be STALLED" + loop;
  if (!a.facts.stalled)
    return blind_text(a.pool).value_or("no queue is STALLED" +
                                       std::string{loop.empty() ? ": a flip would not help" : ""}) +
           loop;
  return (stalled != nullptr ? "queue " + stalled->queue.str() + " is " + stalled->verdict + ": " +
                                   as_given(stalled->reason)
                             : "a queue is STALLED") +
         loop;
}

std::string hold_down_text(const Asked& a) {
  const std::string wanted = short_duration(a.pool.settings.hold_down) + " wanted";
  if (!a.intent.stalled_for) return "not STALLED, " + wanted;
  return "STALLED for " + short_duration(*a.intent.stalled_for) + ", " + wanted +
         (a.intent.not_yet.empty() ? "" : "; " + as_given(a.intent.not_yet));
}

std::string pause_text(const Asked& a) {
  const auto& pause = a.pool.pause;
  if (!pause) return "not paused";
  return "paused for " + short_duration(pause->left) + " more by " + as_given(pause->actor) + ": " +
         as_given(pause->reason);
}

std::string flip_in_progress_text(const Asked& a) {
  if (!a.pool.open_flip) return "no flip in progress";
  const FlipView& flip = *a.pool.open_flip;
  return "flip " + std::to_string(flip.id.value) + " to " + flip.to.str() + ": " +
         std::string{name_of(flip.state)} + " for " + short_duration(flip.state_age) + ", by " +
         as_given(flip.actor);
}

std::string deployment_text(const Asked& a) {
  if (!a.pool.deployment) return "no deployment is running";
  const RunningDeployment& d = *a.pool.deployment;
  const std::string grace = short_duration(a.pool.settings.deploy_grace);
  return "deployment " + std::to_string(d.id) + " of version " + as_given(d.version) + " began " +
         short_duration(d.age) + " ago: " +
         (d.hold_left ? "automatic flips wait until " + grace + " after its start"
                      : "it held automatic flips for " + grace);
}

std::string cooldown_text(const Asked& a) {
  if (!a.pool.cooldown) return "no cooldown";
  const CooldownView& c = *a.pool.cooldown;
  std::string text = short_duration(c.left) + " left after flip " + std::to_string(c.flip.value);
  if (c.level > 0) text += " (ineffective flips in a row: " + std::to_string(c.level) + ")";
  return text;
}

std::string budget_text(const Asked& a) {
  if (a.budget.settings.flips == 0) return "the budget is 0: no automatic flips";
  return std::to_string(a.budget.used) + " of " + std::to_string(a.budget.settings.flips) +
         " automatic flips used within " + short_duration(a.budget.settings.window);
}

std::string join(const std::vector<CandidateResult>& candidates) {
  std::string text;
  for (const auto& c : candidates)
    text += (text.empty() ? "" : "; ") + c.node.str() + ": " + c.text;
  return text;
}

std::string target_text(const Asked& a) {
  if (a.plan.restart) {
    const auto standby = choose_target(a.pool);
    return a.plan.about_restart + "; a flip would move it to " +
           (standby ? standby->str() : "no node now: " + join(a.plan.candidates));
  }
  const std::string no_restart = a.plan.about_restart.empty() ? "" : "; " + a.plan.about_restart;
  const auto found = std::ranges::find(a.plan.candidates, a.facts.to, &CandidateResult::node);
  if (found != a.plan.candidates.end()) return found->node.str() + ": " + found->text + no_restart;
  if (!a.intent.to.empty())
    return a.intent.to.str() + " is not a candidate of pool " + a.pool.settings.name.str();
  return "no candidate can take over: " + join(a.plan.candidates) + no_restart;
}

/// If no node holds the pool, an operator may still name the node that takes it; otherwise the
/// candidates decide.
std::string holder_text(const Asked& a) {
  const OwnerView& owner = a.pool.owner;
  if (!a.facts.held) {
    const std::string last =
        owner.holder.empty() ? "" : " (the last was " + owner.holder.str() + ")";
    return "nobody holds the pool" + last;
  }
  const std::string holds = owner.holder.str() + " holds the pool";
  if (!a.intent.from.empty() && a.intent.from != owner.holder)
    return holds + ", not " + a.intent.from.str();
  if (a.intent.host_is_off && a.facts.holder_beats)
    return owner.holder.str() + " beat " + short_duration(*holders_beat_age(a.pool)) +
           " ago: it is not off";
  return holds;
}

std::string text_of(Rule rule, const Asked& a) {
  switch (rule) {
    case Rule::supervisor_late:
      return a.facts.supervisor_late
                 ? "the supervisor itself was late: it must not judge others now"
                 : "the supervisor is on time";
    case Rule::verdict:
      return verdict_text(a);
    case Rule::cause:
      return a.intent.judgement.cause == Cause::none ? "nothing known that a flip would not help"
                                                     : as_given(a.intent.judgement.sentence);
    case Rule::hold_down:
      return hold_down_text(a);
    case Rule::pause:
      return pause_text(a);
    case Rule::observe:
      return a.facts.observes ? "mode observe: it only says what it would have done" : "mode auto";
    case Rule::flip_in_progress:
      return flip_in_progress_text(a);
    case Rule::deployment:
      return deployment_text(a);
    case Rule::cooldown:
      return cooldown_text(a);
    case Rule::budget:
      return budget_text(a);
    case Rule::frozen:
      return a.pool.frozen_for ? "the store lost history: nobody takes anything for " +
                                     short_duration(*a.pool.frozen_for) + " more"
                               : "not frozen: no lost history to wait out";
    case Rule::holder:
      return holder_text(a);
    case Rule::epoch:
      return "epoch " + std::to_string(a.pool.owner.epoch.value);
    case Rule::target:
      return target_text(a);
  }
  return "";
}

}  // namespace

const GateResult* FlipPlan::first_block() const {
  const auto block =
      std::ranges::find_if(gates, [](const GateResult& g) { return g.applies && !g.allows; });
  return block == gates.end() ? nullptr : &*block;
}

const GateResult* FlipPlan::deciding_block() const {
  const GateResult* first = first_block();
  if (first == nullptr || first->rule != Rule::hold_down) return first;
  const auto other = std::ranges::find_if(gates, [](const GateResult& g) {
    return g.applies && !g.allows && g.rule != Rule::hold_down;
  });
  return other == gates.end() ? first : &*other;
}

bool FlipPlan::allowed() const {
  return first_block() == nullptr;
}

namespace {

void restart_first(FlipPlan& plan, const PoolView& pool, const FlipIntent& intent) {
  FirstRestart first = judge_restart(pool, intent.judgement, plan.target);
  plan.restart = first.wanted;
  plan.about_restart = std::move(first.text);
  if (plan.restart) plan.target = pool.owner.holder;
}

}  // namespace

FlipPlan plan_flip(const PoolView& pool, const BudgetView& budget, const FlipIntent& intent) {
  FlipPlan plan;
  plan.candidates = judge_candidates(pool);
  if (intent.to.empty()) {
    plan.target = choose_target(pool);
    if (!intent.manual) restart_first(plan, pool, intent);
  } else if (std::ranges::any_of(plan.candidates, [&](const CandidateResult& c) {
               return c.node == intent.to && c.eligible;
             })) {
    plan.target = intent.to;
  }
  if (plan.target && !plan.restart)
    explain_choice(plan.candidates, *plan.target, !intent.to.empty());
  const Asked asked{pool, budget, intent, plan, facts_of(pool, budget, intent, plan)};
  std::vector<GateResult> gates;
  for (const RefusalRow& row : kRefusals)
    gates.push_back({row.rule, !forbids(row.rule, asked.facts), !intent.manual || row.binds_people,
                     text_of(row.rule, asked)});
  plan.gates = std::move(gates);
  return plan;
}

}  // namespace jobflip::core

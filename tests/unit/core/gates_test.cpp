#include "jobflip/core/gates.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "unit/core/supervisor_fleet.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

const NodeName kJob1 = NodeName::of("job1");
const NodeName kJob2 = NodeName::of("job2");
const NodeName kJob3 = NodeName::of("job3");

FlipIntent automatic() {
  FlipIntent intent;
  intent.stalled_for = 31s;
  return intent;
}

FlipIntent by_hand() {
  FlipIntent intent;
  intent.manual = true;
  return intent;
}

struct World {
  PoolView pool = healthy_pool();
  BudgetView budget;
  FlipIntent intent = automatic();

  GateResult gate(Rule rule) const {
    const FlipPlan plan = plan_flip(pool, budget, intent);
    return plan.gates.at(static_cast<std::size_t>(rule));
  }
};

TEST(Gates, AreAllThereInTheOrderOfTheRules) {
  const World world;
  const FlipPlan plan = plan_flip(world.pool, world.budget, world.intent);
  ASSERT_EQ(plan.gates.size(), static_cast<std::size_t>(Rule::target) + 1);
  for (std::size_t i = 0; i < plan.gates.size(); ++i) {
    EXPECT_EQ(plan.gates[i].rule, static_cast<Rule>(i));
    EXPECT_FALSE(plan.gates[i].text.empty());
    EXPECT_NE(name_of(plan.gates[i].rule), "?");
  }
  EXPECT_TRUE(plan.allowed());
  EXPECT_EQ(plan.first_block(), nullptr);
  EXPECT_EQ(plan.target, kJob2);
}

struct Case {
  Rule rule;
  std::function<void(World&)> close;
  bool holds_a_person_too;
  std::string text;  // a part of it
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {Rule::verdict, [](World& w) { w.intent.stalled_for.reset(); }, false, "no queue is STALLED"},
      {Rule::cause,
       [](World& w) {
         w.intent.judgement = {Cause::database, false, "database jobs itself is in trouble"};
       },
       false, "database jobs itself is in trouble"},
      {Rule::hold_down, [](World& w) { w.intent.stalled_for = 29'999ms; }, false,
       "STALLED for 29.9s, 30.0s wanted"},
      {Rule::pause,
       [](World& w) {
         w.pool.pause = {WallTime{}, 118min, "moving disks", "alice"};
       },
       false, "paused for 1h58m more by alice: moving disks"},
      {Rule::observe, [](World& w) { w.pool.settings.mode = PoolMode::observe; }, false,
       "mode observe"},
      {Rule::flip_in_progress, [](World& w) { w.pool.open_flip = flip_in(FlipState::draining); },
       true, "flip 17 to job2: draining for"},
      {Rule::deployment,
       [](World& w) {
         w.pool.settings.deploy_grace = 10min;
         w.pool.deployment = {12, "4.2\x1b[31m", "ci", 3min, 7min, {}};
       },
       false,
       "version 4.2\\x1b[31m began 3m00s ago: automatic flips wait until 10m00s after its start"},
      {Rule::cooldown,
       [](World& w) {
         w.pool.cooldown = {723s, 2, FlipId{16}};
       },
       false, "12m03s left after flip 16 (ineffective flips in a row: 2)"},
      {Rule::budget, [](World& w) { w.budget.used = 3; }, false,
       "3 of 3 automatic flips used within 1h00m"},
      {Rule::target,
       [](World& w) {
         w.pool.candidates.at(1).drained = true;
         w.pool.candidates.at(1).drain_reason = "disk";
         w.pool.candidates.at(2).ready = false;
         w.pool.candidates.at(2).not_ready_reason = "no such unit";
       },
       true, "job1: holds the pool; job2: drained: disk; job3: not ready: no such unit"},
      {Rule::supervisor_late, [](World& w) { w.intent.supervisor_on_time = false; }, false,
       "the supervisor itself was late"},
      {Rule::frozen, [](World& w) { w.pool.frozen_for = 12s; }, true, "for 12.0s more"},
      {Rule::holder, [](World& w) { w.intent.from = kJob3; }, true,
       "job1 holds the pool, not job3"},
  };
  return all;
}

TEST(Gates, EachHoldAnAutomaticFlip) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(name_of(c.rule));
    World world;
    ASSERT_TRUE(world.gate(c.rule).allows);
    c.close(world);
    const FlipPlan plan = plan_flip(world.pool, world.budget, world.intent);
    ASSERT_FALSE(plan.allowed());
    EXPECT_TRUE(plan.first_block()->applies);
    const GateResult gate = world.gate(c.rule);
    EXPECT_FALSE(gate.allows);
    EXPECT_NE(gate.text.find(c.text), std::string::npos) << gate.text;
  }
}

TEST(Gates, BlockAnOperatorOnlyIfNoOperatorMayOverride) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(name_of(c.rule));
    World world;
    world.intent = by_hand();
    c.close(world);
    const FlipPlan plan = plan_flip(world.pool, world.budget, world.intent);
    EXPECT_EQ(plan.allowed(), !c.holds_a_person_too);
    const GateResult gate = world.gate(c.rule);
    EXPECT_FALSE(gate.allows) << "it is shown all the same";
    EXPECT_EQ(gate.applies, c.holds_a_person_too);
  }
}

TEST(Gates, OpenExactlyWithTheLastMillisecondOfTheHoldDown) {
  World world;
  world.intent.stalled_for = 30s;
  EXPECT_TRUE(world.gate(Rule::hold_down).allows);
  world.pool.settings.hold_down = 0s;
  world.intent.stalled_for = 0s;
  EXPECT_TRUE(world.gate(Rule::hold_down).allows);
}

TEST(Gates, ShowAnOperatorThePublishedVerdict) {
  World world;
  world.intent = by_hand();
  world.pool.queues = {{QueueName::of("email"), "STALLED", "no claim for 3m", {}, {}, {}}};
  EXPECT_TRUE(world.gate(Rule::verdict).allows);
  EXPECT_NE(world.gate(Rule::verdict).text.find("email is STALLED: no claim"), std::string::npos);

  QueueSample two;
  two.running = 2;
  world.pool.queues = {{QueueName::of("email"), "HELD", "workers hold 2 jobs", {}, {}, two}};
  EXPECT_NE(world.gate(Rule::verdict).text.find("email is HELD: workers hold"), std::string::npos);
}

TEST(Gates, ChooseACandidateInACrashLoopOnlyIfThereIsNoOther) {
  World world;
  const auto target = [&] { return plan_flip(world.pool, world.budget, world.intent).target; };
  ASSERT_EQ(target(), kJob2) << "the preferred one";
  world.pool.candidates[1].crashes = 9;
  for (const auto& intent : {automatic(), by_hand()}) {
    world.intent = intent;
    EXPECT_EQ(target(), kJob3);
  }
  world.intent.to = kJob2;
  EXPECT_EQ(target(), kJob2) << "an operator who names it may try it";
  world.intent.to = NodeName{};
  world.pool.candidates[2].drained = true;
  EXPECT_EQ(target(), kJob2);
  world.pool.candidates[2] = world.pool.candidates[1];
  world.pool.candidates[2].node = kJob3;
  EXPECT_EQ(target(), kJob2) << "of two alike the preferred one";
}

TEST(Gates, NameACrashLoopOfTheHolderAsTheReasonForAStall) {
  World world;
  const auto says = [&](Rule rule, const std::string& part) {
    return world.gate(rule).text.find(part) != std::string::npos;
  };
  const auto judged = [&] { return judge_candidates(world.pool).at(0).text; };
  world.pool.candidates[0].crash_reason = "exited with 3";  // of a loop that is over
  for (const bool stalled : {true, false}) {
    if (!stalled) world.intent.stalled_for.reset();
    EXPECT_FALSE(says(Rule::verdict, "crash loop"));
    EXPECT_EQ(says(Rule::verdict, "a flip would not help"), !stalled);
  }
  EXPECT_EQ(judged(), "holds the pool");

  world.pool.candidates[0].crashes = 7;
  for (const bool stalled : {false, true}) {
    if (stalled) world.intent.stalled_for = 31s;
    EXPECT_TRUE(says(Rule::verdict,
                     "; job1 is in a crash loop: its workers ended by themselves 7 "
                     "times, the last: exited with 3"))
        << world.gate(Rule::verdict).text;
    EXPECT_FALSE(says(Rule::verdict, "a flip would not help"));
    EXPECT_EQ(world.gate(Rule::verdict).allows, stalled) << "what forbids a flip is the same";
  }
  EXPECT_EQ(judged(), "holds the pool, in a crash loop (7 ends)");
  world.pool.settings.queues.clear();
  world.intent.stalled_for.reset();
  EXPECT_TRUE(says(Rule::verdict, "no queue is watched: nothing can be STALLED; job1 is in a"));
  world.pool.owner.state = OwnerState::released;
  EXPECT_FALSE(says(Rule::verdict, "crash loop")) << "no workers should run";
}

TEST(Gates, LetAnOperatorChooseWhoTakesAFreePool) {
  World world;
  world.pool.owner.state = OwnerState::released;
  EXPECT_FALSE(world.gate(Rule::holder).allows) << "by themselves the candidates take it";
  world.intent = by_hand();
  EXPECT_TRUE(plan_flip(world.pool, world.budget, world.intent).allowed());
  world.intent.from = kJob1;
  EXPECT_FALSE(world.gate(Rule::holder).allows) << "job1 gave it up";
}

TEST(Gates, DoNotBelieveThatAHostIsOffWhileItBeats) {
  World world;
  world.intent = by_hand();
  world.intent.host_is_off = true;
  EXPECT_FALSE(world.gate(Rule::holder).allows);
  EXPECT_NE(world.gate(Rule::holder).text.find("it is not off"), std::string::npos);
  world.pool.owner.beat_age = 1min;
  EXPECT_FALSE(world.gate(Rule::holder).allows) << "it still beats, and renewals no more";
  world.pool.candidates.at(0).beat_age = 1min;
  EXPECT_TRUE(world.gate(Rule::holder).allows);
}

TEST(Gates, SayWhyTheNodeThatWasAskedForCannot) {
  World world;
  world.intent = by_hand();
  world.intent.to = kJob3;
  EXPECT_EQ(plan_flip(world.pool, world.budget, world.intent).target, kJob3);
  world.pool.candidates.at(2).beat_age = 7s;
  EXPECT_NE(world.gate(Rule::target).text.find("job3: last beat 7.0s ago, at most 6.0s wanted"),
            std::string::npos);
  EXPECT_FALSE(plan_flip(world.pool, world.budget, world.intent).target);
  world.intent.to = kJob1;
  EXPECT_EQ(world.gate(Rule::target).text, "job1: holds the pool");
  world.intent.to = NodeName::of("job9");
  EXPECT_EQ(world.gate(Rule::target).text, "job9 is not a candidate of pool mail");
}

TEST(Gates, MakeTextFromOutsideHarmless) {
  World world;
  world.pool.pause = {WallTime{}, 1min, "\x1b[2J", "a\nb"};
  const std::string text = world.gate(Rule::pause).text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\n'), std::string::npos);
}

TEST(Candidates, AreJudgedByTheFirstRuleThatFails) {
  PoolView pool = healthy_pool();
  CandidateView& job2 = pool.candidates.at(1);
  const auto text = [&] { return judge_candidates(pool).at(1).text; };
  EXPECT_EQ(text(), "ready, beat 400ms ago");
  job2.ready = false;
  job2.not_ready_reason = "no such unit";
  EXPECT_EQ(text(), "not ready: no such unit");
  job2.beat_age = 6001ms;
  EXPECT_EQ(text(), "last beat 6.0s ago, at most 6.0s wanted");
  job2.beat_age.reset();
  EXPECT_EQ(text(), "never seen");
  job2.drained = true;
  job2.drain_reason = "disk";
  EXPECT_EQ(text(), "drained: disk");
}

TEST(Candidates, AreFreshForTwoBeatsAndACall) {
  LeaseTimings timings;
  timings.beat_every = 300ms;
  timings.call_deadline = 400ms;
  EXPECT_EQ(beat_fresh_within(timings), 1s);
}

TEST(Candidates, ArePreferredByPriorityThenByName) {
  PoolView pool = healthy_pool();
  EXPECT_EQ(choose_target(pool), kJob2);
  pool.candidates.at(1).priority = 99;
  EXPECT_EQ(choose_target(pool), kJob3);
  pool.candidates.at(2).priority = 99;
  EXPECT_EQ(choose_target(pool), kJob2);
  pool.owner.holder = kJob2;
  EXPECT_EQ(choose_target(pool), kJob1);
  pool.owner.state = OwnerState::released;
  EXPECT_EQ(choose_target(pool), kJob1) << "the pool is free: the best candidate may take it";
  for (auto& candidate : pool.candidates) candidate.ready = false;
  EXPECT_EQ(choose_target(pool), std::nullopt);
}

}  // namespace
}  // namespace jobflip::core

// Which move comes first about a stall: a restart on the holder's node, or a flip.

#include "core/restart_first.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "core/cooldown.hpp"
#include "unit/core/supervisor_fleet.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

const NodeName kJob1 = NodeName::of("job1");
const NodeName kJob2 = NodeName::of("job2");

struct World {
  World() {
    pool.settings.first = FirstMove::restart;
    intent.stalled_for = 31s;
  }
  PoolView pool = healthy_pool();
  BudgetView budget;
  FlipIntent intent;

  FlipPlan plan() const { return plan_flip(pool, budget, intent); }
  std::string why() const { return plan().gates.at(static_cast<std::size_t>(Rule::target)).text; }
};

TEST(RestartFirst, IsTheMoveOfAPoolThatAsksForIt) {
  World world;
  EXPECT_TRUE(world.plan().allowed());
  EXPECT_TRUE(world.plan().restart);
  EXPECT_EQ(world.plan().target, kJob1);
  EXPECT_EQ(world.why(),
            "a restart on job1 comes first: ready, beat 400ms ago; a flip would move it to job2");
  world.pool.settings.first = FirstMove::flip;
  EXPECT_FALSE(world.plan().restart);
  EXPECT_EQ(world.plan().target, kJob2);
  EXPECT_EQ(world.why(), "job2: ready, beat 400ms ago; chosen: priority 20, job3 has 30");
}

struct Case {
  std::string name;
  std::function<void(World&)> change;
  std::string text;  // a part of it
};

TEST(RestartFirst, GivesWayToAFlipWhenItCannotHelpOrCannotBeMade) {
  const std::vector<Case> all{
      {"by hand", [](World& w) { w.intent.manual = true; }, "job2: ready, beat 400ms ago"},
      {"did not cure",
       [](World& w) {
         w.pool.restart = {FlipId{7}, FlipState::ineffective, 10min, true};
       },
       "no restart first: flip 7 was one, ineffective: none under the same lease"},
      {"was a cure a short while ago",
       [](World& w) {
         w.pool.restart = {FlipId{7}, FlipState::verified, 10min, false};
       },
       "no restart first: flip 7 was one, verified: none for 10m00s"},
      {"drained", [](World& w) { w.pool.candidates[0].drained = true; }, "job1 is drained"},
      {"silent", [](World& w) { w.pool.candidates[0].beat_age = 1min; }, "job1 is last beat 1m00s"},
      {"not ready",
       [](World& w) {
         w.pool.candidates[0].ready = false;
         w.pool.candidates[0].not_ready_reason = "no such unit";
       },
       "job1 is not ready: no such unit"},
      {"lease not renewed", [](World& w) { w.pool.owner.beat_age = 1min; },
       "job1 does not renew its lease"},
      {"crash loop", [](World& w) { w.pool.candidates[0].crashes = 5; }, "job1 is in a crash loop"},
      {"node",
       [](World& w) {
         w.intent.judgement = {Cause::node, true, "other pools of job1 are stuck"};
       },
       "the cause is the node, not its workers"},
  };
  for (const Case& one : all) {
    SCOPED_TRACE(one.name);
    World world;
    one.change(world);
    EXPECT_TRUE(world.plan().allowed()) << "a flip";
    EXPECT_FALSE(world.plan().restart);
    EXPECT_EQ(world.plan().target, kJob2);
    EXPECT_NE(world.why().find(one.text), std::string::npos) << world.why();
  }
}

TEST(RestartFirst, NeedsNoNodeThatCouldTakeOver) {
  World world;
  for (auto& candidate : world.pool.candidates)
    if (candidate.node != kJob1) candidate.ready = false;
  world.intent.judgement = {Cause::node, true, "other pools of job1 are stuck"};
  EXPECT_TRUE(world.plan().allowed()) << "the cause is the node, but nothing else can help";
  EXPECT_TRUE(world.plan().restart);
  world.pool.restart = {FlipId{7}, FlipState::ineffective, 10min, true};
  ASSERT_NE(world.plan().first_block(), nullptr);
  EXPECT_EQ(world.plan().first_block()->rule, Rule::target);
  EXPECT_NE(world.why().find("flip 7 was one"), std::string::npos) << world.why();
}

TEST(RestartFirst, ObeysTheOtherGates) {
  const std::vector<std::pair<Rule, std::function<void(World&)>>> all{
      {Rule::pause, [](World& w) { w.pool.pause.emplace(); }},
      {Rule::observe, [](World& w) { w.pool.settings.mode = PoolMode::observe; }},
      {Rule::deployment, [](World& w) { w.pool.deployment = {12, "4.2.1", "ci", 3min, 7min, {}}; }},
      {Rule::cooldown, [](World& w) { w.pool.cooldown.emplace(); }},
      {Rule::budget, [](World& w) { w.budget.used = 3; }},
      {Rule::frozen, [](World& w) { w.pool.frozen_for = 5s; }},
      {Rule::hold_down, [](World& w) { w.intent.stalled_for = 1s; }},
      {Rule::cause,
       [](World& w) {
         w.intent.judgement = {Cause::database, false, "ill"};
       }},
  };
  for (const auto& [rule, close] : all) {
    World world;
    close(world);
    ASSERT_NE(world.plan().first_block(), nullptr) << name_of(rule);
    EXPECT_EQ(world.plan().first_block()->rule, rule);
  }
}

TEST(RestartFirst, HasNoTargetIfNobodyHoldsThePool) {
  World world;
  world.pool.owner.state = OwnerState::released;
  EXPECT_FALSE(world.plan().restart);
  EXPECT_EQ(world.plan().first_block()->rule, Rule::holder);
}

FlipFacts restart_facts() {
  FlipFacts facts;
  facts.automatic = true;
  facts.may_restart = true;
  facts.target_can_take = true;
  facts.held = true;
  facts.holder = facts.to = kJob1;
  facts.budget = 3;
  return facts;
}

TEST(RestartFirst, IsTheOnlyFlipToTheHolderThatIsNotRefused) {
  EXPECT_EQ(first_refusal(restart_facts()), std::nullopt);
  auto facts = restart_facts();
  facts.may_restart = false;
  EXPECT_EQ(first_refusal(facts), Rule::target);
  facts = restart_facts();
  facts.automatic = false;
  EXPECT_EQ(first_refusal(facts), Rule::target) << "by hand";
  facts = restart_facts();
  facts.target_can_take = false;
  EXPECT_EQ(first_refusal(facts), Rule::target);
}

TEST(RestartFirst, DelaysNoFlipUnlessAPersonAbortedIt) {
  PoolSettings pool;
  const auto after = [&](FlipState end) { return cooldown_after(end, 2, pool, true); };
  for (const FlipState end : {FlipState::ineffective, FlipState::unverified, FlipState::failed}) {
    EXPECT_EQ(after(end).length, Millis{0}) << name_of(end);
    EXPECT_EQ(after(end).level, 2) << name_of(end);
  }
  EXPECT_EQ(after(FlipState::verified).length, Millis{0});
  EXPECT_EQ(after(FlipState::verified).level, 0);
  EXPECT_EQ(after(FlipState::aborted).length, pool.cooldown);
  EXPECT_EQ(after(FlipState::aborted).level, 2);
}

TEST(RestartFirst, IsSpentForItsCooldownAndUnderALeaseThatItDidNotCure) {
  PoolSettings pool;
  for (const FlipState end : {FlipState::verified, FlipState::ineffective, FlipState::unverified,
                              FlipState::failed, FlipState::aborted}) {
    SCOPED_TRACE(name_of(end));
    const bool no_cure = end == FlipState::ineffective || end == FlipState::failed;
    EXPECT_EQ(was_no_cure(end), no_cure);
    EXPECT_TRUE(is_spent({end, pool.cooldown - 1ms, true}, pool));
    EXPECT_TRUE(is_spent({end, pool.cooldown - 1ms, false}, pool));
    EXPECT_EQ(is_spent({end, pool.cooldown, true}, pool), no_cure);
    EXPECT_FALSE(is_spent({end, pool.cooldown, false}, pool)) << "the pool has moved since";
  }
}

TEST(RestartFirst, IsToldOfOneNode) {
  for (const FlipTransition& row : kFlipTable) {
    EXPECT_EQ(sentence_of(row, false), row.sentence);
    const std::string text = sentence_of(row, true);
    EXPECT_EQ(text.find("old node"), std::string::npos) << text;
    EXPECT_EQ(text.find("new node"), std::string::npos) << text;
  }
  EXPECT_EQ(sentence_of(*find_transition(FlipState::taken, FlipEvent::start_failed), true),
            "the node's workers did not start; it gave the lease back");
}

}  // namespace
}  // namespace jobflip::core

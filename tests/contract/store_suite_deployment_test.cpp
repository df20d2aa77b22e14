// Deployments: marks of people and CI, how long they hold automatic flips, the incidents that are
// matched with them, the planned flip and the one back.

#include <gmock/gmock.h>

#include <algorithm>

#include "contract/deployment_contract.hpp"

namespace jobflip::test {
namespace {

using core::Deployment;
using core::DeploymentState;
using core::FlipEvent;
using core::FlipState;
using core::IncidentClass;
using core::IncidentReport;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Millis kSlack{100};

TEST_P(DeploymentContract, StartsAndIsDone) {
  const auto id = start();
  auto one = newest();
  EXPECT_EQ(one.id, id);
  EXPECT_EQ(one.pool, mail);
  EXPECT_EQ(one.version, "4.2.1");
  EXPECT_EQ(one.state, DeploymentState::running);
  EXPECT_EQ(one.started_by, person().claimed_name);
  EXPECT_FALSE(one.ended_at);
  ASSERT_TRUE(view().deployment.has_value());
  EXPECT_EQ(view().deployment->id, id);
  EXPECT_EQ(view().deployment->version, "4.2.1");
  EXPECT_TRUE(view().deployment->hold_left.has_value());
  EXPECT_FALSE(view(paper).deployment);
  const auto done = mark(What::done, "4.2.1");
  EXPECT_TRUE(done.accepted && done.changed) << done.sentence;
  one = newest();
  EXPECT_EQ(one.state, DeploymentState::done);
  EXPECT_TRUE(one.ended_at.has_value());
  EXPECT_EQ(one.ended_by, person().claimed_name);
  EXPECT_FALSE(view().deployment);
}

TEST_P(DeploymentContract, ARepeatedMarkChangesNothing) {
  const auto id = start();
  const auto events = events_of();
  auto again = mark(What::start, "4.2.1");
  EXPECT_TRUE(again.accepted) << again.sentence;
  EXPECT_FALSE(again.changed);
  EXPECT_EQ(again.deployment, id);
  EXPECT_EQ(events_of(), events);
  EXPECT_TRUE(mark(What::done).changed);
  again = mark(What::done);
  EXPECT_TRUE(again.accepted) << again.sentence;
  EXPECT_FALSE(again.changed);
  EXPECT_EQ(events_of(), events + 1);
  EXPECT_TRUE(roll_back("4.2.1").changed);
  again = roll_back("4.2.1");
  EXPECT_TRUE(again.accepted) << again.sentence;
  EXPECT_FALSE(again.changed);
  EXPECT_EQ(events_of(), events + 2);
}

TEST_P(DeploymentContract, APoolHasAtMostOneThatRuns) {
  const auto id = start();
  const auto other = mark(What::start, "4.2.2");
  EXPECT_FALSE(other.accepted);
  EXPECT_EQ(other.rule, "deployment");
  EXPECT_EQ(other.deployment, id);
  EXPECT_THAT(other.sentence, HasSubstr("4.2.1"));
  EXPECT_EQ(deployments().size(), 1u);
  EXPECT_TRUE(mark(What::done).changed);
  EXPECT_GT(start("4.2.2"), id);
  EXPECT_EQ(deployments({.pool = mail}).size(), 2u);
  EXPECT_EQ(deployments({.pool = paper}).size(), 0u);
  EXPECT_EQ(deployments({.limit = 1}).front().version, "4.2.2") << "the newest";
}

TEST_P(DeploymentContract, OnlyTheOneThatIsMeantEnds) {
  auto answer = mark(What::done);
  EXPECT_FALSE(answer.accepted) << "there was none";
  EXPECT_EQ(answer.rule, "deployment");
  EXPECT_EQ(roll_back().rule, "deployment");
  start();
  answer = mark(What::done, "4.2.2");
  EXPECT_FALSE(answer.accepted);
  EXPECT_EQ(answer.rule, "version");
  EXPECT_EQ(newest().state, DeploymentState::running);
  EXPECT_TRUE(mark(What::done).accepted);
  answer = roll_back();
  EXPECT_FALSE(answer.accepted) << "it has ended: its version is wanted";
  EXPECT_EQ(answer.rule, "deployment");
  EXPECT_EQ(newest().state, DeploymentState::done);
  EXPECT_TRUE(roll_back("4.2.1").changed);
  EXPECT_EQ(newest().state, DeploymentState::rolled_back);
  answer = mark(What::done, "4.2.1");
  EXPECT_FALSE(answer.accepted);
  EXPECT_EQ(answer.rule, "deployment");
}

TEST_P(DeploymentContract, AVersionIsAShortTextWithoutControlCharacters) {
  for (const std::string version : {"", " ", "4\n2", "4\x1b[31m", "4\x7f", "\t"}) {
    const auto answer =
        oper().mark_deployment({mail, What::start, version, false, fresh(), ""}, person());
    ASSERT_FALSE(answer.has_value()) << version;
    EXPECT_THAT(answer.error().text, HasSubstr("version"));
  }
  for (const std::size_t length : {201u, 1'000'000u})
    EXPECT_FALSE(
        oper()
            .mark_deployment({mail, What::start, std::string(length, 'x'), false, fresh(), ""},
                             person())
            .has_value());
  EXPECT_THAT(deployments(), IsEmpty());
  start(std::string(200, 'x'));
}

TEST_P(DeploymentContract, APoolThatIsNotThereIsNotFound) {
  for (const auto& pool : {PoolName::of("nowhere"), supervisors}) {
    const auto answer =
        oper().mark_deployment({pool, What::start, "4.2.1", false, fresh(), ""}, person());
    ASSERT_TRUE(answer.has_error());
    EXPECT_EQ(answer.error().code, ErrorCode::not_found);
  }
}

TEST_P(DeploymentContract, HoldsAutomaticFlipsForTheGraceAndNobodyElse) {
  const Epoch leader = elect();
  const Millis grace{1500};
  apply_with(grace, Millis{60'000});
  const Epoch epoch = hold(job1);
  start();
  beat(job2);
  const auto held = ask_automatic(automatic_flip_to(job2, leader));
  EXPECT_FALSE(held.accepted);
  EXPECT_EQ(held.rule, "deployment");
  pass(grace + kSlack);
  ASSERT_TRUE(view().deployment.has_value()) << "it still runs";
  EXPECT_FALSE(view().deployment->hold_left);
  beat(job1, {{mail, epoch}});
  beat(job2);
  const auto answer = ask_automatic(automatic_flip_to(job2, leader));
  EXPECT_TRUE(answer.accepted) << answer.sentence;
}

TEST_P(DeploymentContract, OneThatHasEndedHoldsNoFlip) {
  const Epoch leader = elect();
  hold(job1);
  start();
  EXPECT_TRUE(roll_back().changed);
  beat(job2);
  EXPECT_TRUE(ask_automatic(automatic_flip_to(job2, leader)).accepted);
}

TEST_P(DeploymentContract, HoldsNeitherAPersonNorATakeover) {
  hold(job1);
  start();
  const FlipId id = flip(job2);
  ASSERT_TRUE(oper().abort_flip(id, person()).value().changed);
  pass(timings.takeover_after + kSlack);
  beat(job2);
  const auto taken = take(take_of(job2));
  EXPECT_EQ(taken.outcome, core::TakeOutcome::taken) << taken.sentence;
}

TEST_P(DeploymentContract, AnIncidentIsMatchedWithThoseThatRunOrHaveJustBegunOrEnded) {
  const Epoch leader = elect();
  const Millis window{1000};
  apply_with(Millis{60'000}, window);
  hold(job1);
  const auto open = [&] {
    EXPECT_TRUE(report_incident(report_of(leader, IncidentReport::What::open)));
    auto incident = reader().incident(all().front().id).value();
    EXPECT_TRUE(report_incident(report_of(leader, IncidentReport::What::close)));
    return incident;
  };
  EXPECT_THAT(open().deployments, IsEmpty());
  start();
  EXPECT_EQ(open().deployments, std::vector{newest()}) << "it runs";
  pass(window + kSlack);
  beat(sup1, {{supervisors, leader}});
  EXPECT_EQ(open().deployments.size(), 1u) << "it still runs";
  mark(What::done);
  start("4.2.2");
  const auto both = open();
  ASSERT_EQ(both.deployments.size(), 2u);
  EXPECT_EQ(both.deployments.front().version, "4.2.2") << "the newest first";
  mark(What::done);
  pass(window + kSlack);
  beat(sup1, {{supervisors, leader}});
  EXPECT_THAT(open().deployments, IsEmpty()) << "long over";
}

TEST_P(DeploymentContract, OneThatBeginsDuringAnIncidentDidNotCauseIt) {
  const Epoch leader = elect();
  ASSERT_TRUE(report_incident(report_of(leader, IncidentReport::What::open)));
  start();
  EXPECT_TRUE(roll_back().changed);
  EXPECT_THAT(only().deployments, IsEmpty());
  EXPECT_EQ(only().kind, IncidentClass::queued);
}

TEST_P(DeploymentContract, ARollbackMakesTheIncidentOneOfItsClass) {
  const Epoch leader = elect();
  start();
  ASSERT_TRUE(report_incident(report_of(leader, IncidentReport::What::open)));
  EXPECT_EQ(only().kind, IncidentClass::queued) << "a match alone says nothing";
  EXPECT_TRUE(roll_back().changed);
  EXPECT_EQ(only().kind, IncidentClass::deployment);
  EXPECT_EQ(only().kind_by, "") << "by rule";
}

TEST_P(DeploymentContract, AnIncidentThatAFlipCuredKeepsItsClass) {
  const Epoch leader = elect();
  const Epoch held = hold(job1);
  start();
  ASSERT_TRUE(report_incident(report_of(leader, IncidentReport::What::open)));
  const FlipId id = flip_by_stall(job2);
  beat(job1, {{mail, held}});
  carry_out(id, held, FlipState::started);
  ASSERT_TRUE(judge(leader, id, FlipEvent::completed));
  EXPECT_TRUE(roll_back().changed);
  EXPECT_EQ(only().kind, IncidentClass::queued);
  EXPECT_EQ(only().deployments.size(), 1u) << "the match is shown";
}

TEST_P(DeploymentContract, TheClassThatAPersonGaveStays) {
  const Epoch leader = elect();
  start();
  ASSERT_TRUE(report_incident(report_of(leader, IncidentReport::What::open)));
  change(only(), core::IncidentChange::What::kind, "slowness");
  EXPECT_TRUE(roll_back().changed);
  EXPECT_EQ(only().kind, IncidentClass::slowness);
}

TEST_P(DeploymentContract, OfAPoolThatIsRemovedHasExpired) {
  start();
  auto fleet = small_fleet();
  std::erase_if(fleet.pools, [](const auto& pool) { return pool.name == mail; });
  ASSERT_TRUE(oper().apply(fleet, person(), false).has_value());
  EXPECT_EQ(newest().state, DeploymentState::expired);
  EXPECT_TRUE(newest().ended_at.has_value());
  ASSERT_TRUE(oper().apply(small_fleet(), person(), false).has_value());
  EXPECT_FALSE(view().deployment);
}

}  // namespace
}  // namespace jobflip::test

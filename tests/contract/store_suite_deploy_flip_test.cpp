// The planned flip of a deployment, and the one back.

#include "contract/deployment_contract.hpp"

namespace jobflip::test {
namespace {

using core::DeploymentState;
using core::FlipEvent;
using core::FlipState;
using core::IncidentClass;

TEST_P(DeploymentContract, ItsPlannedFlipIsTiedToItAndARollbackFlipsBack) {
  const Epoch leader = elect();
  const Epoch held = hold(job1);
  const auto id = start();
  const auto planned = planned_flip(id);
  ASSERT_TRUE(planned.accepted) << planned.sentence;
  EXPECT_EQ(newest().flip, planned.flip);
  EXPECT_EQ(view().deployment->flip, planned.flip);
  beat(job1, {{mail, held}});
  const Epoch epoch = carry_out(planned.flip, held, FlipState::started);
  ASSERT_TRUE(judge(leader, planned.flip, FlipEvent::completed));
  beat(job1);
  beat(job2, {{mail, epoch}});
  const auto answer = roll_back();
  EXPECT_TRUE(answer.accepted && answer.changed) << answer.sentence;
  EXPECT_EQ(answer.flip_rule, "") << answer.flip_sentence;
  ASSERT_TRUE(answer.flip_back.has_value()) << answer.flip_sentence;
  EXPECT_EQ(newest().flip_back, answer.flip_back);
  EXPECT_EQ(newest().state, DeploymentState::rolled_back);
  const auto back = flip_view(*answer.flip_back);
  EXPECT_EQ(back.from, job2);
  EXPECT_EQ(back.to, job1);
  ASSERT_TRUE(back.incident.has_value());
  const auto incident = reader().incident(*back.incident);
  ASSERT_TRUE(incident.has_value());
  EXPECT_EQ(incident->kind, IncidentClass::deployment) << "one of each rollback";
  const auto events = events_of();
  const auto again = roll_back();
  EXPECT_TRUE(again.accepted) << again.sentence;
  EXPECT_FALSE(again.changed);
  EXPECT_EQ(again.flip_back, answer.flip_back);
  EXPECT_EQ(events_of(), events);
}

TEST_P(DeploymentContract, ARollbackDuringThePlannedFlipNamesTheRule) {
  elect();
  const Epoch held = hold(job1);
  const auto planned = planned_flip(start());
  ASSERT_TRUE(planned.accepted) << planned.sentence;
  beat(job1, {{mail, held}});
  const auto answer = roll_back();
  EXPECT_TRUE(answer.changed) << answer.sentence;
  EXPECT_FALSE(answer.flip_back);
  EXPECT_NE(answer.flip_rule, "") << "the planned flip goes on: " << answer.flip_sentence;
}

TEST_P(DeploymentContract, AFlipBackThatWasAbortedIsMadeUpFor) {
  const Epoch leader = elect();
  const Epoch held = hold(job1);
  const auto planned = planned_flip(start());
  beat(job1, {{mail, held}});
  const Epoch epoch = carry_out(planned.flip, held, FlipState::started);
  ASSERT_TRUE(judge(leader, planned.flip, FlipEvent::completed));
  beat(job1);
  beat(job2, {{mail, epoch}});
  const auto first = roll_back();
  ASSERT_TRUE(first.flip_back.has_value()) << first.flip_sentence;
  ASSERT_TRUE(oper().abort_flip(*first.flip_back, person()).value().changed);
  beat(job1);
  beat(job2, {{mail, epoch}});
  const auto second = roll_back();
  EXPECT_FALSE(second.changed);
  ASSERT_TRUE(second.flip_back.has_value()) << second.flip_sentence;
  EXPECT_NE(second.flip_back, first.flip_back);
  EXPECT_EQ(newest().flip_back, second.flip_back);
}

TEST_P(DeploymentContract, ARollbackIsMarkedEvenIfARuleForbidsTheFlipBack) {
  const Epoch leader = elect();
  const Epoch held = hold(job1);
  const auto planned = planned_flip(start());
  ASSERT_TRUE(planned.accepted) << planned.sentence;
  beat(job1, {{mail, held}});
  const Epoch epoch = carry_out(planned.flip, held, FlipState::started);
  ASSERT_TRUE(judge(leader, planned.flip, FlipEvent::completed));
  ASSERT_TRUE(oper().drain(job1, true, person()).has_value());
  beat(job1);
  beat(job2, {{mail, epoch}});
  auto answer = roll_back();
  EXPECT_TRUE(answer.accepted && answer.changed) << answer.sentence;
  EXPECT_FALSE(answer.flip_back);
  EXPECT_EQ(answer.flip_rule, "target");
  EXPECT_NE(answer.flip_sentence, "");
  EXPECT_EQ(newest().state, DeploymentState::rolled_back);
  EXPECT_EQ(view().owner.holder, job2);
  ASSERT_TRUE(oper().drain(job1, false, person()).has_value());
  beat(job1);
  beat(job2, {{mail, epoch}});
  answer = roll_back();
  EXPECT_TRUE(answer.accepted) << answer.sentence;
  EXPECT_FALSE(answer.changed);
  EXPECT_TRUE(answer.flip_back.has_value()) << "made up for: " << answer.flip_sentence;
}

TEST_P(DeploymentContract, NothingIsFlippedBackFromANodeThatTheDeploymentDidNotChoose) {
  const Epoch leader = elect();
  const Epoch held = hold(job1);
  const auto planned = planned_flip(start());
  beat(job1, {{mail, held}});
  const Epoch epoch = carry_out(planned.flip, held, FlipState::started);
  ASSERT_TRUE(judge(leader, planned.flip, FlipEvent::completed));
  ASSERT_EQ(release(job2, epoch), core::ReleaseOutcome::released);
  hold(job3);
  beat(job1);
  const auto answer = roll_back();
  EXPECT_TRUE(answer.changed) << answer.sentence;
  EXPECT_FALSE(answer.flip_back);
  EXPECT_EQ(answer.flip_rule, "holder");
}

TEST_P(DeploymentContract, ARollbackWithoutAPlannedFlipFlipsNothing) {
  hold(job1);
  start();
  const auto answer = roll_back();
  EXPECT_TRUE(answer.changed);
  EXPECT_FALSE(answer.flip_back);
  EXPECT_EQ(answer.flip_rule, "");
  EXPECT_NE(answer.flip_sentence, "");
  EXPECT_FALSE(view().open_flip);
}

TEST_P(DeploymentContract, APlannedFlipNeedsARunningDeploymentAndThereIsOne) {
  hold(job1);
  EXPECT_EQ(planned_flip(4711).rule, "deployment") << "there is none";
  const auto id = start();
  const auto first = planned_flip(id);
  ASSERT_TRUE(first.accepted) << first.sentence;
  EXPECT_EQ(planned_flip(id, job3).rule, "deployment") << "it has one";
  ASSERT_TRUE(oper().abort_flip(first.flip, person()).value().changed);
  const auto second = planned_flip(id, job3);
  ASSERT_TRUE(second.accepted) << second.sentence;
  EXPECT_EQ(newest().flip, second.flip);
  ASSERT_TRUE(oper().abort_flip(second.flip, person()).value().changed);
  mark(What::done);
  EXPECT_EQ(planned_flip(id).rule, "deployment") << "it has ended";
}

TEST_P(DeploymentContract, ThePlannedFlipAskedForAgainHasTheSameAnswer) {
  hold(job1);
  beat(job2);
  auto request = flip_to(job2);
  request.deployment = start();
  const auto first = ask(request);
  const auto events = events_of();
  const auto second = ask(request);
  ASSERT_TRUE(first.accepted) << first.sentence;
  EXPECT_TRUE(second.accepted) << second.sentence;
  EXPECT_EQ(second.flip, first.flip);
  EXPECT_EQ(events_of(), events);
}

}  // namespace
}  // namespace jobflip::test

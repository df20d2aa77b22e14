#include <gtest/gtest.h>

#include "unit/core/flipped_world.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kStarted{1000s};  // the same as in the harness

TEST(SupervisorJudges, ACureOnceAJobCompletedAndTheBacklogMoves) {
  FlippedWorld world;
  world.start();
  world.run(5s);
  EXPECT_FALSE(world.judged()) << "nothing moved yet";

  ++world.sample.done;
  world.sample.oldest_runnable = 500ms;
  world.run(2s);

  ASSERT_EQ(world.judged(), FlipEvent::completed);
  EXPECT_EQ(world.outcomes[0].flip, FlipId{17});
  EXPECT_EQ(world.outcomes[0].supervisor_epoch, Epoch{7});
  EXPECT_NE(world.outcomes[0].sentence.find("queue email completed a job"), std::string::npos);
}

TEST(SupervisorJudges, ACureWhileTheDetectorsStillWarmUp) {
  FlippedWorld world;
  world.start();
  ++world.sample.done;
  world.run(2s);
  EXPECT_EQ(world.verdict(), QueueState::warmup);
  EXPECT_EQ(world.judged(), FlipEvent::completed);
}

TEST(SupervisorJudges, NotByAJobThatTheOldNodeCompletedInItsDrain) {
  FlippedWorld world;
  world.working = true;  // during the drain
  world.run(3s);
  world.working = false;
  world.start();
  // The backlog changes because an operator deleted the oldest job.
  world.sample.oldest_runnable = 500ms;
  --world.sample.runnable;
  world.run(5s);
  EXPECT_FALSE(world.judged());
  ++world.sample.done;
  world.run(2s);
  EXPECT_EQ(world.judged(), FlipEvent::completed);
}

TEST(SupervisorJudges, NotByACompletionThatWasSeenBeforeTheStartOnly) {
  FlippedWorld world;
  world.flip_becomes(FlipState::released);
  world.run(2s);
  ++world.sample.done;  // the old node's completion, seen late
  world.run(2s);
  world.flip_becomes(FlipState::started);
  world.sample.oldest_runnable = 500ms;  // the backlog changes, though no job completes
  --world.sample.runnable;
  world.run(5s);
  EXPECT_FALSE(world.judged());
  ++world.sample.done;
  world.run(2s);
  EXPECT_EQ(world.judged(), FlipEvent::completed);
}

TEST(SupervisorJudges, ByTheTimeOfTheLastCompletionIfTheWindowSlides) {
  FlippedWorld world;
  world.sample.last_done_at = kStarted - 1s;
  world.start();
  world.run(3s);
  EXPECT_FALSE(world.judged());
  world.sample.done -= 3;
  world.sample.last_done_at = kStarted + 1s;
  world.run(2s);
  EXPECT_EQ(world.judged(), FlipEvent::completed);
}

TEST(SupervisorJudges, ByACountThatRisesAgainAfterItsWindowSlid) {
  FlippedWorld world;
  world.start();
  world.sample.done -= 3;
  world.run(2s);
  EXPECT_FALSE(world.judged());
  ++world.sample.done;
  world.run(2s);
  EXPECT_EQ(world.judged(), FlipEvent::completed);
}

TEST(SupervisorJudges, NoCureWhileTheOldestOnlyGetsOlder) {
  FlippedWorld world;
  world.sample.head = "poison";
  world.start();
  for (int i = 0; i < 30 && !world.judged(); ++i) {
    ++world.sample.done;
    ++world.sample.runnable;
    *world.sample.oldest_runnable += 1s;
    world.run(1s);
  }
  ASSERT_EQ(world.judged(), FlipEvent::not_cured);
  EXPECT_NE(world.outcomes[0].sentence.find("only gets older"), std::string::npos);
}

TEST(SupervisorJudges, ACureOfABatchWhoseJobsAllBecameDueTogether) {
  FlippedWorld world;
  world.sample.runnable = 1000;
  world.start();
  ++world.sample.done;
  world.sample.runnable -= 1;
  *world.sample.oldest_runnable += 1s;
  world.run(2s);
  EXPECT_EQ(world.judged(), FlipEvent::completed);
}

TEST(SupervisorJudges, ThatNothingWasCuredWhenTheTimeIsOver) {
  FlippedWorld world;
  world.start();
  world.run(17s);
  EXPECT_FALSE(world.judged());
  world.run(3s);
  ASSERT_EQ(world.judged(), FlipEvent::not_cured);
  EXPECT_NE(world.outcomes[0].sentence.find("completed no job within 20.0s; 5 due"),
            std::string::npos)
      << world.outcomes[0].sentence;
}

TEST(SupervisorJudges, NobodyLookedIfNothingWasWaiting) {
  FlippedWorld world;
  world.flip_becomes(FlipState::released);
  world.run(2s);
  world.sample.runnable = 0;  // the jobs that were due before the start were removed by hand
  world.flip_becomes(FlipState::started);
  world.run(25s);
  EXPECT_FALSE(world.judged()) << "the store accepts it only after its grace period";
  world.pool().open_flip->overdue = true;
  world.run(2s);
  ASSERT_EQ(world.judged(), FlipEvent::nobody_looked);
  EXPECT_NE(world.outcomes[0].sentence.find("no job was due"), std::string::npos);
}

TEST(SupervisorJudges, NobodyLookedIfNoQueueCouldBeRead) {
  FlippedWorld world;
  world.blind = Error{ErrorCode::probe_failed, "no such table", ""};
  world.start();
  world.pool().open_flip->overdue = true;
  world.run(25s);
  ASSERT_EQ(world.judged(), FlipEvent::nobody_looked);
  EXPECT_NE(world.outcomes[0].sentence.find("could be read"), std::string::npos);
}

TEST(SupervisorJudges, NobodyLookedIfNoQueueIsWatched) {
  SupervisedWorld world;
  world.pool().settings.queues.clear();
  world.elect();
  world.flip_becomes(FlipState::started);
  world.pool().open_flip->overdue = true;
  world.run(25s);
  ASSERT_FALSE(world.outcomes.empty());
  EXPECT_EQ(world.outcomes[0].event, FlipEvent::nobody_looked);
}

TEST(SupervisorJudges, TheQueueThatWasStalledAndNotOneThatAlwaysWorked) {
  SupervisedWorld world;
  QueueSettings reports = world.pool().settings.queues.front();
  reports.name = QueueName::of("reports");
  world.pool().settings.queues.push_back(reports);
  world.elect();
  world.run_well();
  // The harness has one sample for all queues. Here only "email" is set to STALLED, by hand.
  world.run(1s);
  world.watch().queues.at(QueueName::of("email")).detector.state = QueueState::stalled;
  world.flip_becomes(FlipState::released);
  world.run(2s);
  world.flip_becomes(FlipState::started);
  world.run(2s);
  ASSERT_TRUE(world.watch().cures.at(QueueName::of("email")).was_stalled);
  ASSERT_FALSE(world.watch().cures.at(reports.name).was_stalled);

  // "reports" completes a job; "email" does not
  QueueSample done = world.sample;
  done.queue = reports.name;
  ++done.done;
  world.watch().queues.at(reports.name).sampling = true;
  world.watch().queues.at(reports.name).sent_without_workers = true;
  world.give(Sampled{world.pool().settings.name, reports.name, done});
  EXPECT_TRUE(world.watch().cures.at(reports.name).completed);
  EXPECT_TRUE(world.state.outcomes.empty());
}

TEST(SupervisorJudges, AFlipThatAnOperatorRequested) {
  SupervisedWorld world;
  world.elect();
  world.run_well(15s);
  world.flip_becomes(FlipState::released);
  world.run(2s);
  world.flip_becomes(FlipState::started);
  world.run(2s);
  world.working = true;
  world.run(3s);
  ASSERT_FALSE(world.outcomes.empty());
  EXPECT_EQ(world.outcomes[0].event, FlipEvent::completed);
}

TEST(SupervisorJudges, EachStepThatIsOverdueAndHasSuchATransition) {
  for (const FlipState state : {FlipState::requested, FlipState::draining, FlipState::released,
                                FlipState::expired, FlipState::taken}) {
    SCOPED_TRACE(name_of(state));
    SupervisedWorld world;
    world.elect();
    world.run_well();
    world.flip_becomes(state);
    world.run(7s);
    EXPECT_TRUE(world.outcomes.empty());
    world.pool().open_flip->overdue = true;
    world.run(600ms);
    EXPECT_EQ(!world.outcomes.empty(), find_transition(state, FlipEvent::overdue) != nullptr);
    for (const auto& outcome : world.outcomes) EXPECT_EQ(outcome.event, FlipEvent::overdue);
  }
}

/// A worker that claims jobs and completes none is not a cure.
TEST(SupervisorJudges, NoCureByAJobThatWasOnlyClaimed) {
  FlippedWorld world;
  world.start();
  world.sample.marker = 41;
  world.run(2s);
  world.sample.marker = 44;
  world.sample.running = 3;
  world.sample.runnable -= 3;
  world.sample.oldest_runnable = 100ms;
  world.run(5s);
  EXPECT_FALSE(world.judged());
  ++world.sample.done;
  world.run(2s);
  EXPECT_EQ(world.judged(), FlipEvent::completed);
}

TEST(SupervisorJudges, AgainIfItIsUnknownWhetherTheOutcomeWasRecorded) {
  FlippedWorld world;
  world.start();
  world.working = true;
  world.broken = Error{ErrorCode::store_timeout, "cut", ""};
  world.run(5s);
  world.broken.reset();
  world.run(5s);
  ASSERT_GE(world.outcomes.size(), 2U);
  for (const auto& outcome : world.outcomes) EXPECT_EQ(outcome.event, FlipEvent::completed);
}

TEST(SupervisorJudges, NothingOnceTheSnapshotShowsTheEndAndWarmsUpAnew) {
  FlippedWorld world;
  world.start();
  world.working = true;
  ASSERT_TRUE(world.run_until([&] { return world.judged().has_value(); }, 5s));
  world.pool().open_flip.reset();
  world.run(1s);
  const auto said = world.outcomes.size();
  EXPECT_EQ(world.verdict(), QueueState::warmup);
  EXPECT_FALSE(world.watch().flip);
  world.run(20s);
  EXPECT_EQ(world.outcomes.size(), said);
  EXPECT_EQ(world.verdict(), QueueState::ok);
}

}  // namespace
}  // namespace jobflip::core

// What the supervisor publishes and logs of a verdict: the whole sentence, with what is beside it.

#include <gtest/gtest.h>

#include "unit/core/supervisor_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

std::string published(const SupervisedWorld& world) {
  return world.reports.empty() ? "" : world.reports.back().queues.at(0).reason;
}

bool says(const SupervisedWorld& world, const std::string& text) {
  return published(world).find(text) != std::string::npos;
}

std::size_t logged(const SupervisedWorld& world, const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      world.reasons, [&](const std::string& one) { return one.find(text) != std::string::npos; }));
}

TEST(SupervisorReasons, AQueueIsBlindFromItsFirstReadingAndThatIsLogged) {
  SupervisedWorld world;
  world.blind = Error{ErrorCode::probe_failed, "permission denied for table job",
                      "the login of [databases.app] needs: grant select on job to it"};
  world.elect();
  world.run(2s);
  EXPECT_EQ(world.reports.back().queues.at(0).verdict, "BLIND");
  EXPECT_TRUE(says(world,
                   "permission denied for table job; the login of [databases.app] needs: "
                   "grant select on job to it"))
      << published(world);
  EXPECT_EQ(logged(world,
                   "is BLIND from the first reading: the queue has never been read: "
                   "permission denied for table job; the login"),
            1U);
  world.run(30s);
  EXPECT_EQ(logged(world, "is BLIND"), 1U) << "once";
  world.blind.reset();
  world.run(3s);
  EXPECT_EQ(logged(world, ": BLIND -> "), 1U);
}

TEST(SupervisorReasons, AQueueThatWasNotReadSinceTheWatchBeganIsNotSaidToBeBlind) {
  SupervisedWorld world;
  QueueSettings letters = world.pool().settings.queues.front();
  letters.name = QueueName::of("letters");
  letters.sample_every = 1s;
  world.pool().settings.queues.push_back(letters);
  world.elect();
  world.answer_call();
  ASSERT_EQ(world.sampling.size(), 2U);
  world.answer_sample();
  while (world.reports.empty()) world.answer_call();
  ASSERT_EQ(world.reports.back().queues.size(), 1U) << "the other one is still being read";
  EXPECT_EQ(world.reports.back().queues.front().verdict, "WARMUP");
  world.run(2s);
  EXPECT_EQ(world.reports.back().queues.size(), 2U);
}

TEST(SupervisorReasons, APauseThatLastsIsInTheSentence) {
  SupervisedWorld world;
  world.sample.paused = true;
  world.elect();
  world.run(31min);
  EXPECT_TRUE(says(world, "with 5 jobs due: was it forgotten?")) << published(world);
}

TEST(SupervisorReasons, ACountThatNeverChangesIsInTheSentence) {
  SupervisedWorld world;
  world.elect();
  world.sample.done = 1000;
  const Instant end = world.now + 20min;
  for (int i = 0; world.now < end; ++i) {
    world.sample.running = i % 2;
    world.sample.runnable = 5 + i % 3;
    world.run(1s);
  }
  EXPECT_TRUE(says(world, "done is always 1000 although jobs end: is it capped?"))
      << published(world);
}

TEST(SupervisorReasons, AgesThatAreOffByHoursAreInTheSentence) {
  SupervisedWorld world;
  world.elect();
  world.run_well();
  for (int i = 0; i < 3; ++i) {
    world.sample.runnable = 0;
    world.sample.oldest_runnable.reset();
    world.run_well(2s);
    world.sample.runnable = 1;
    world.sample.oldest_runnable = 2h;
    world.run_well(2s);
  }
  EXPECT_TRUE(says(world, "ages start at whole hours")) << published(world);
}

TEST(SupervisorReasons, JobsThatAreSkippedAreInTheSentence) {
  SupervisedWorld world;
  world.elect();
  world.sample.runnable = 1;
  world.sample.head = "the poisoned one";
  const Instant end = world.now + 10min;
  const Instant since = world.now;
  while (world.now < end) {
    world.sample.oldest_runnable = std::chrono::duration_cast<Millis>(world.now - since) + 60s;
    world.run_well(1s);
  }
  EXPECT_TRUE(says(world, "1 job skipped for ")) << published(world);
  EXPECT_TRUE(says(world, "while newer ones complete")) << published(world);
}

TEST(SupervisorReasons, TheReadingThatFailedLastIsInTheSentence) {
  SupervisedWorld world;
  world.elect();
  world.run_well();
  world.blind = Error{ErrorCode::probe_failed, "timeout", ""};
  world.run(1100ms);
  EXPECT_TRUE(says(world, "; the last reading failed: timeout")) << published(world);
}

}  // namespace
}  // namespace jobflip::core

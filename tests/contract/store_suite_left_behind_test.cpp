// What a flip left behind: the jobs that ran when it was accepted, and how the workers ended.

#include "contract/store_suite.hpp"

namespace jobflip::test {
namespace {

using core::FlipState;
using core::ReleaseOutcome;
using core::WorkersEnd;

const QueueName kQueue = QueueName::of("email");

core::VerdictReport running(Epoch leader, std::int64_t jobs, std::vector<std::string> ids) {
  core::QueueSample sample;
  sample.queue = kQueue;
  sample.running = jobs;
  sample.head = R"(a "running":99, that an application wrote)";
  return {sup1, leader, mail, {{kQueue, "STALLED", "quiet", sample, std::move(ids)}}};
}

core::LeftBehind left_behind(ports::ReaderStore& reader, FlipId id) {
  const auto timeline = reader.timeline(id);
  EXPECT_TRUE(timeline.has_value() && timeline->left_behind);
  return timeline ? timeline->left_behind.value_or(core::LeftBehind{}) : core::LeftBehind{};
}

TEST_P(StoreContract, AFlipKeepsWhatRanWhenItWasAccepted) {
  const Epoch leader = elect();
  hold(job1);
  ASSERT_TRUE(supervisor(sup1).publish(running(leader, 4, {"17", R"(a "b" \n)"})).value());
  pass(Millis{200});
  const FlipId id = flip(job2);
  ASSERT_TRUE(supervisor(sup1).publish(running(leader, 1, {"99"})).value());
  const auto left = left_behind(reader(), id);
  EXPECT_EQ(left.workers, WorkersEnd::unknown);
  EXPECT_EQ(left.jobs, 4);
  EXPECT_EQ(left.queues_left_out, 0);
  ASSERT_EQ(left.queues.size(), 1u);
  EXPECT_EQ(left.queues[0].queue, kQueue);
  EXPECT_EQ(left.queues[0].jobs, 4);
  EXPECT_EQ(left.queues[0].ids, (std::vector<std::string>{"17", R"(a "b" \n)"}));
  EXPECT_GE(left.queues[0].read_ago, Millis{200});
  EXPECT_LT(left.queues[0].read_ago, Millis{60'000});
}

TEST_P(StoreContract, AFlipLeavesNothingBehindIfNothingRan) {
  hold(job1);
  const FlipId first = flip(job2);
  EXPECT_TRUE(left_behind(reader(), first).queues.empty()) << "nobody published anything";
  ASSERT_TRUE(oper().abort_flip(first, person())->accepted);
  const Epoch leader = elect();
  ASSERT_TRUE(supervisor(sup1).publish(running(leader, 3, {"17"})).value());
  ASSERT_TRUE(supervisor(sup1).publish(running(leader, 0, {})).value());
  const auto left = left_behind(reader(), flip(job2));
  EXPECT_EQ(left.jobs, 0);
  EXPECT_TRUE(left.queues.empty());
}

TEST_P(StoreContract, AFlipSaysThatAQueueCouldNotBeReadWhenItWasAccepted) {
  const Epoch leader = elect();
  hold(job1);
  ASSERT_TRUE(supervisor(sup1).publish(running(leader, 3, {"17"})).value());
  auto blind = running(leader, 3, {"17"});
  blind.queues[0].verdict = "BLIND";
  blind.queues[0].sample.reset();
  ASSERT_TRUE(supervisor(sup1).publish(blind).value());
  const auto left = left_behind(reader(), flip(job2));
  ASSERT_EQ(left.queues.size(), 1u);
  EXPECT_EQ(left.queues[0].jobs, std::nullopt);
  EXPECT_TRUE(left.queues[0].ids.empty()) << "they are of an earlier reading";
}

TEST_P(StoreContract, TheReleaseForAFlipSaysHowTheOldWorkersEnded) {
  const Epoch held = hold(job1);
  const FlipId id = flip(job2);
  auto request = release_of(job1, held);
  request.workers = WorkersEnd::killed;
  EXPECT_EQ(agent(job1).release(request).value(), ReleaseOutcome::released);
  EXPECT_EQ(left_behind(reader(), id).workers, WorkersEnd::killed);
  const auto taken = take(take_of(job2));
  ASSERT_EQ(taken.flip, id);
  beat(job2, {{mail, taken.epoch}});
  request = release_of(job2, taken.epoch);
  request.workers = WorkersEnd::drained;
  EXPECT_EQ(agent(job2).release(request).value(), ReleaseOutcome::released);
  EXPECT_EQ(left_behind(reader(), id).workers, WorkersEnd::killed)
      << "the next holder's workers are not those that were left";
}

TEST_P(StoreContract, WorkersThatDrainedAreNotSaidToBeKilled) {
  const Epoch held = hold(job1);
  const FlipId id = flip(job2);
  auto request = release_of(job1, held);
  request.workers = WorkersEnd::drained;
  EXPECT_EQ(agent(job1).release(request).value(), ReleaseOutcome::released);
  EXPECT_EQ(left_behind(reader(), id).workers, WorkersEnd::drained);
}

}  // namespace
}  // namespace jobflip::test

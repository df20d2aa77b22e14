#include "jobflip/core/sample_backlog.hpp"

#include <gtest/gtest.h>

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

const PoolName kPool = PoolName::of("mail");
constexpr Instant kStart{std::chrono::hours{10}};

QueueName queue(int number) {
  return QueueName::of("queue" + std::to_string(number));
}

WaitingSample reading(Instant at, std::int64_t runnable = 0) {
  QueueSample sample;
  sample.runnable = runnable;
  return {at, 7ms, "OK", sample, ""};
}

TEST(SampleBacklog, ReadingsOfAQueueWaitForEachOtherAndComeWithTheirAges) {
  SampleBacklog backlog;
  for (int i = 0; i < 24; ++i) backlog.add(kPool, queue(1), reading(kStart + i * 10s, i));
  backlog.add(kPool, queue(2), {kStart + 100s, 5ms, "BLIND", std::nullopt, "no such table"});
  EXPECT_TRUE(backlog.take(kStart + 239s).empty());
  const auto taken = backlog.take(kStart + 240s);
  ASSERT_EQ(taken.size(), 24u) << "the other queue's reading still waits";
  EXPECT_EQ(taken[0].age, 240s);
  EXPECT_EQ(taken[23].age, 10s);
  EXPECT_EQ(taken[23].sample->runnable, 23);
  EXPECT_EQ(taken[0].queue, queue(1));
  EXPECT_EQ(taken[0].took, 7ms);
  EXPECT_EQ(taken[0].verdict, "OK");
  EXPECT_EQ(backlog.size(), 1u);
  EXPECT_TRUE(backlog.take(kStart + 339s).empty()) << "what was taken is not taken again";
  const auto other = backlog.take(kStart + 340s);
  ASSERT_EQ(other.size(), 1u);
  EXPECT_EQ(other[0].error, "no such table");
  EXPECT_FALSE(other[0].sample.has_value());
  EXPECT_EQ(backlog.dropped(), 0);
}

TEST(SampleBacklog, AFullRowDoesNotWait) {
  SampleBacklog backlog;
  for (int i = 0; i < 59; ++i) backlog.add(kPool, queue(1), reading(kStart));
  EXPECT_TRUE(backlog.take(kStart).empty());
  backlog.add(kPool, queue(1), reading(kStart));
  EXPECT_EQ(backlog.take(kStart).size(), 60u);
}

TEST(SampleBacklog, ABatchIsBoundedAndThoseThatWaitedLongestComeFirst) {
  SampleBacklog backlog;
  for (int i = 0; i < 100; ++i)
    for (int n = 0; n < 30; ++n) backlog.add(kPool, queue(i), reading(kStart + (100 - i) * 1ms));
  const auto first = backlog.take(kStart + 300s);
  ASSERT_EQ(first.size(), kSampleBatchMax);
  EXPECT_EQ(first.front().queue, queue(99));
  EXPECT_EQ(first.back().queue, queue(33)) << "a part of its readings";
  const auto second = backlog.take(kStart + 300s);
  EXPECT_EQ(second.size(), 1000u);
  EXPECT_EQ(second.front().queue, queue(33)) << "the rest of them";
  EXPECT_EQ(backlog.size(), 0u);
}

TEST(SampleBacklog, WhatHasNoRoomOrIsTooOldIsDroppedAndCounted) {
  SampleBacklog backlog;
  const auto most = static_cast<int>(SampleBacklog::kMost);
  for (int i = 0; i < most; ++i) backlog.add(kPool, queue(i % 500), reading(kStart, i));
  EXPECT_EQ(backlog.dropped(), 0);
  backlog.add(kPool, queue(0), reading(kStart + 2s, 77));
  backlog.add(kPool, queue(501), reading(kStart + 1s));
  EXPECT_EQ(backlog.dropped(), 2);
  EXPECT_EQ(backlog.size(), SampleBacklog::kMost);
  const auto left = backlog.take(kStart + 1h);  // the store would refuse older ones
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].sample->runnable, 77) << "the newest reading of its queue stayed";
  EXPECT_EQ(backlog.dropped(), most + 1);
}

TEST(SampleBacklog, IsEmptyForWhoNoLongerLeads) {
  SampleBacklog backlog;
  backlog.add(kPool, queue(1), reading(kStart));
  backlog.clear();
  EXPECT_EQ(backlog.size(), 0u);
  EXPECT_TRUE(backlog.take(kStart + 1h).empty());
}

}  // namespace
}  // namespace jobflip::core

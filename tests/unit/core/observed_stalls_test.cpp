#include "jobflip/core/observed_stalls.hpp"

#include <gtest/gtest.h>

namespace jobflip::core {
namespace {

PoolView pool(const char* verdict) {
  PoolView out;
  QueueView queue;
  queue.queue = QueueName::of("email");
  queue.verdict = verdict;
  out.queues = {queue};
  return out;
}

ObservedStalls stalls(std::int64_t wanted, std::int64_t flipped, bool last_is_flipped) {
  return {PoolName::of("mail"), wanted, flipped, last_is_flipped};
}

TEST(ObservedStalls, EndByThemselvesUnlessSomebodyFlippedOrTheyGoOn) {
  EXPECT_EQ(ended_by_themselves(pool("OK"), stalls(5, 2, true)), 3);
  EXPECT_EQ(ended_by_themselves(pool("STALLED"), stalls(5, 2, true)), 3)
      << "the last one was flipped: what is stuck now is another";
  EXPECT_EQ(ended_by_themselves(pool("STALLED"), stalls(5, 2, false)), 2);
  EXPECT_EQ(ended_by_themselves(pool("HELD"), stalls(1, 0, false)), 0);
  EXPECT_EQ(ended_by_themselves(pool("OK"), stalls(0, 0, false)), 0);
}

TEST(ObservedStalls, OnlyAStuckQueueLetsTheLastOneGoOn) {
  EXPECT_TRUE(last_goes_on(pool("STALLED"), stalls(1, 0, false)));
  EXPECT_FALSE(last_goes_on(pool("STALLED"), stalls(0, 0, false)));
  EXPECT_FALSE(last_goes_on(pool("FAILING"), stalls(1, 0, false)));
  EXPECT_FALSE(last_goes_on(pool("?"), stalls(1, 0, false)));
}

}  // namespace
}  // namespace jobflip::core

// A queue that is slow to read, alone and beside others of its database.
#include "unit/core/supervisor_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

/// How often a queue that takes `took` for a reading is read within a minute, at a pace of 1 s.
int readings(Millis took, bool with_another, const std::string& database_of_that) {
  SupervisedWorld world;
  QueueSettings& email = world.pool().settings.queues.front();
  world.took[email.name] = took;
  QueueSettings other = email;
  other.name = QueueName::of("other");
  other.database = database_of_that.empty() ? email.database : database_of_that;
  other.sample_every = 1h;
  if (with_another) world.pool().settings.queues.push_back(other);
  world.elect();
  world.run(60s);
  return world.samples_taken - (with_another ? 1 : 0);
}

TEST(SlowQueue, OneThatTakesLongerThanItsPaceLeavesThreeQuartersOfTheTimeToItsSiblings) {
  // the world's clock stops while it reads, so only the rest is counted
  EXPECT_EQ(readings(5s, true, ""), 60 / 15 + 1);
  EXPECT_EQ(readings(2s, true, ""), 60 / 6 + 1);
}

TEST(SlowQueue, OneWithinItsPaceKeepsIt) {
  EXPECT_EQ(readings(0s, true, ""), 61);
  EXPECT_EQ(readings(1s, true, ""), 61);
}

TEST(SlowQueue, OneThatIsAloneInItsDatabaseKeepsNobodyWaiting) {
  EXPECT_EQ(readings(5s, false, ""), 61);
  EXPECT_EQ(readings(5s, true, "elsewhere"), 61);
}

}  // namespace
}  // namespace jobflip::core

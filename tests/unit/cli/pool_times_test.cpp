/// When a pool was there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/pool_times.hpp"
#include "unit/cli/november.hpp"

namespace jobflip::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(PoolTimes, EndWithARemovalAndBeginAgain) {
  auto world = world_in_november();
  auto& audit = world.script.audit;
  audit.push_back(event_of("mail", 3, "pool_removed", "2026-10-15 00:00:00"));
  audit.push_back(event_of("mail", 4, "flip_refused", "2026-10-16 00:00:00"));
  audit.push_back(event_of("mail", 5, "settings_changed", "2026-10-20 00:00:00"));
  FakeReader reader{world.script};
  const auto mail = PoolName::of("mail");
  auto times = times_of(reader, world.script.snapshot, mail);
  ASSERT_TRUE(times);
  EXPECT_THAT(times->known,
              ElementsAre(report::TimeRange{utc("2026-09-10 00:00:00"), utc("2026-10-15 00:00:00")},
                          report::TimeRange{utc("2026-10-20 00:00:00"), wall()}));
  EXPECT_FALSE(times->pruned);
  audit.push_back(event_of("mail", 6, "pool_removed", "2026-10-25 00:00:00"));
  world.script.snapshot.pools.clear();
  times = times_of(reader, world.script.snapshot, mail);
  EXPECT_EQ(times->known.back().to, utc("2026-10-25 00:00:00"));
  EXPECT_FALSE(times->exists);
}

TEST(PoolTimes, AreNotKnownBeforeTheFirstEventThatIsLeft) {
  auto world = world_in_november();
  world.script.audit = {event_of("mail", 812, "lease_taken", "2026-10-03 00:00:00")};
  const auto report = report_of(world, {"--month", "2026-10"});
  EXPECT_EQ(report["pools"][0]["month"]["unwatched_ms"], 2 * 86'400'000);
  EXPECT_TRUE(report["pools"][0]["before"]["uptime"].is_null());
  EXPECT_EQ(report["log_since_at"], "2026-10-03T00:00:00.000000Z");
  EXPECT_THAT(world.run({"report", "--month", "2026-10"}).out,
              HasSubstr("Old events of the audit log were exported and removed"));
}

TEST(PoolTimes, AreOfPoolsOnly) {
  auto world = world_in_november();
  world.script.heads.push_back({"jobflip.supervisor", 3, ""});
  world.script.heads.push_back({"gone", 3, ""});
  world.script.heads.push_back({"not a name", 3, ""});
  FakeReader reader{world.script};
  const auto names = pools_of_log(reader, world.script.snapshot);
  ASSERT_TRUE(names);
  EXPECT_THAT(*names, ElementsAre(PoolName::of("gone"), PoolName::of("mail")));
}

}  // namespace
}  // namespace jobflip::cli

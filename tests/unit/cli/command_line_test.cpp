/// Checks of the command line before the store is asked, and how a hint is shown.
#include <gmock/gmock.h>

#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using ::testing::HasSubstr;

TEST(CommandLine, TwoDashesOnlySayThatNoOptionFollows) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  const auto ran = world.run({"status", "--", "mail"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("mail: active on job1"));
  const auto option = world.run({"status", "--", "--watch"});
  EXPECT_EQ(option.code, 2);
  EXPECT_THAT(option.err, HasSubstr("there is no pool \"--watch\""));
  EXPECT_THAT(world.run({"status", "--", "mail", "more"}).err, HasSubstr("one word too many"));
}

TEST(CommandLine, AStoreThatLibpqWouldRefuseIsAUsageErrorWithTheValueAndWhatItMayBe) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  EXPECT_EQ(world.run({"--store", "host=db sslmode=require", "status"}).code, 0);
  const auto ran = world.run({"--store", "host=db sslmode=bogus", "status"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err,
              HasSubstr("--store can't be used: sslmode is \"bogus\", and can be disable"));
  world.environment["JOBFLIP_STORE"] = "hots=db";
  const auto by_variable = world.run({"status"});
  EXPECT_EQ(by_variable.code, 2);
  EXPECT_THAT(by_variable.err,
              HasSubstr("$JOBFLIP_STORE can't be used: invalid connection option \"hots\"\n"));
}

TEST(CommandLine, AHintMayHaveLinesToCopyAndNoMessageCanBeForgedByOne) {
  FakeWorld world;
  world.script.snapshot_error =
      Error{ErrorCode::store_denied, "no\nERROR: forged", "add:\n[workers.mail]\nERROR: x\x1b[m"};
  const auto ran = world.run({"status"});
  EXPECT_EQ(ran.err, "ERROR: no; ERROR: forged\nHINT: add:\n  [workers.mail]\n  ERROR: x\\x1b[m\n");
}

}  // namespace
}  // namespace jobflip::cli

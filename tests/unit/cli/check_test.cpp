/// check as monitoring runs it: its state by the exit code, everything on standard output.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct PluginCase : ::testing::Test {
  FakeWorld world;
  void SetUp() override { world.script.snapshot = calm_snapshot(); }
  core::PoolView& mail() { return world.script.snapshot.pools[0]; }
  void pause() { mail().pause = core::PauseView{wall(1h), 1h, "deploy", "ann"}; }
};

TEST_F(PluginCase, SaysTheStateByItsExitCode) {
  EXPECT_EQ(world.run({"check"}).code, 0);
  pause();
  const auto warned = world.run({"check"});
  EXPECT_EQ(warned.code, 1);
  EXPECT_THAT(warned.out, StartsWith("JOBFLIP WARNING - mail: PAUSED"));
  mail().queues[0].verdict = "STALLED";
  EXPECT_EQ(world.run({"check", "mail"}).code, 2);
  EXPECT_EQ(world.run({"check", "mail", "--format", "json"}).code, 2);
  const auto rows = world.run({"check", "--format", "tsv"});
  EXPECT_EQ(rows.code, 2);
  EXPECT_THAT(rows.out, StartsWith("level\tpool\tcondition\ttext\tcommand\ncritical\tmail\t"));
}

TEST_F(PluginCase, TakesLimitsAndConditionsThatAreAllRight) {
  pause();
  EXPECT_EQ(world.run({"check", "--ignore", "paused"}).code, 0);
  EXPECT_EQ(world.run({"check", "--ignore", "cooldown,paused"}).code, 0);
  mail().queues[0].sample->oldest_runnable = 10min;
  EXPECT_EQ(world.run({"check", "--ignore", "paused", "-w", "10m"}).code, 1);
  EXPECT_EQ(world.run({"check", "--ignore", "paused", "-w", "5m", "-c", "10m"}).code, 2);
  EXPECT_EQ(world.run({"check", "--ignore", "paused", "-w", "10m", "-c", "10m"}).code, 2);
}

TEST_F(PluginCase, ComplainsOnStandardOutputAsUnknown) {
  const auto complains = [&](const std::vector<std::string>& words, const std::string& of) {
    const auto ran = world.run(words);
    EXPECT_EQ(ran.code, 3) << of;
    EXPECT_THAT(ran.out, AllOf(StartsWith("JOBFLIP UNKNOWN - "), HasSubstr(of)));
    EXPECT_EQ(ran.err, "");
  };
  complains({"check", "none"}, "none");
  complains({"check", "--ignore", "pausd"}, "did you mean \"paused\"?");
  complains({"check", "--ignore", "everything"}, "queue-stuck");
  complains({"check", "--warning", "5"}, "--warning");
  complains({"check", "--warning", "0s"}, "--warning is 0");
  complains({"check", "--warning", "2m", "--critical", "1m"}, "--warning 2m is above");
  complains({"check", "--nonsense"}, "--nonsense");
  complains({"check", "mail", "bills"}, "one word too many");
  complains({"check", ""}, "empty");
  for (const auto* option : {"--warning", "--critical", "--ignore"})
    complains({"check", option, ""}, std::string{option} + " is empty");
  const auto ran = world.run({"check", "none", "--format", "json"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(nlohmann::json::parse(ran.out)["state"], "UNKNOWN");
}

TEST_F(PluginCase, IsCriticalIfTheStoreIsNotReached) {
  world.script.open_error =
      Error{ErrorCode::store_unreachable, "could not connect | a=1", "is it up?"};
  const auto ran = world.run({"--store", "host=db", "check"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.out, StartsWith("JOBFLIP CRITICAL - could not connect / a=1"));
  EXPECT_EQ(ran.err, "");
  world.script.open_error = Error{ErrorCode::refused, "permission denied", ""};
  EXPECT_EQ(world.run({"check"}).code, 3) << "a login without the right to look";
}

TEST_F(PluginCase, IsNotAWordOfAnotherCommand) {
  world.run({"guard", "--pool", "mail", "--", "check"});
  EXPECT_EQ(world.programs, std::vector<std::string>{"guard --pool mail -- check"});
  EXPECT_EQ(world.run({"status", "check"}).code, 2) << "a pool of that name";
  EXPECT_EQ(world.run({"help", "check"}).code, 0);
}

}  // namespace
}  // namespace jobflip::cli

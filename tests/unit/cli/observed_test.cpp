// What mode observe held back, in `status` and `explain`.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

class Observed : public ::testing::Test {
 protected:
  Observed() {
    world_.script.snapshot = calm_snapshot();
    world_.script.snapshot.pools.front().settings.mode = core::PoolMode::observe;
  }
  void see(std::int64_t wanted, std::int64_t flipped, bool last_is_flipped = false) {
    world_.script.observed =
        std::vector<core::ObservedStalls>{{PoolName::of("mail"), wanted, flipped, last_is_flipped}};
  }
  FakeWorld world_;
};

TEST_F(Observed, SaysHowOftenThePoolWouldHaveBeenFlippedAndWhatBecameOfIt) {
  see(4, 1);
  const std::string text =
      "mode observe: in the last 7 days it would have been flipped 4 times; 3 of these stalls "
      "ended "
      "by themselves, 1 was flipped by hand";
  EXPECT_NE(world_.run({"status"}).out.find(text), std::string::npos) << world_.run({"status"}).out;
  EXPECT_NE(world_.run({"explain", "mail"}).out.find(text), std::string::npos);
  for (const auto& words : {std::vector<std::string>{"status"}, {"explain", "mail"}}) {
    auto with = words;
    with.insert(with.end(), {"--format", "json"});
    auto json = nlohmann::json::parse(world_.run(with).out);
    const auto& observed = words.size() == 1 ? json["pools"][0]["observed"] : json["observed"];
    EXPECT_EQ(observed["would_have_flipped"], 4);
    EXPECT_EQ(observed["ended_by_themselves"], 3);
    EXPECT_EQ(observed["flipped_by_hand"], 1);
    EXPECT_EQ(observed["days"], 7);
  }
}

TEST_F(Observed, AStallThatGoesOnHasNotEnded) {
  see(1, 0);
  world_.script.snapshot.pools.front().queues.front().verdict = "STALLED";
  EXPECT_NE(
      world_.run({"status"})
          .out.find("flipped once; 0 of these stalls ended by themselves, the last one goes on"),
      std::string::npos);
}

TEST_F(Observed, SaysSoIfItWouldNotHaveBeenFlipped) {
  EXPECT_NE(world_.run({"status"}).out.find("would not have been flipped"), std::string::npos);
}

TEST_F(Observed, IsAskedForInThatModeOnlyAndNeverFailsTheCommand) {
  world_.script.observed = Error{ErrorCode::store_failed, "no function", ""};
  const auto ran = world_.run({"status"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out.find("observe"), std::string::npos);
  world_.script.snapshot.pools.front().settings.mode = core::PoolMode::automatic;
  world_.script.asked.clear();
  EXPECT_EQ(world_.run({"status"}).out.find("mode observe"), std::string::npos);
  EXPECT_TRUE(world_.script.asked.empty());
  const auto json = nlohmann::json::parse(world_.run({"status", "--format", "json"}).out);
  EXPECT_TRUE(json["pools"][0]["observed"].is_null());
}

}  // namespace
}  // namespace jobflip::cli

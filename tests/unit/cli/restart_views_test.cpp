/// status, explain, history and show of a pool that restarts first.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

core::Snapshot stalled_snapshot() {
  auto snapshot = calm_snapshot();
  core::PoolView& pool = snapshot.pools.front();
  pool.settings.first = core::FirstMove::restart;
  pool.queues.front().verdict = "STALLED";
  return snapshot;
}

bool says(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

TEST(Explain, SaysThatARestartComesFirstAndWhereAFlipWouldGo) {
  FakeWorld world;
  world.script.snapshot = stalled_snapshot();
  const auto out = world.run({"explain", "mail"}).out;
  EXPECT_TRUE(says(out, "an automatic flip is a restart on job1 first, allowed now")) << out;
  EXPECT_TRUE(says(out, "a flip by hand is allowed now, to job2")) << out;
  EXPECT_TRUE(says(out, "first about a stall: the holder restarts its workers")) << out;
  EXPECT_TRUE(says(out, "a flip would move it to job2")) << out;
  const auto plan = json::parse(world.run({"explain", "mail", "--format", "json"}).out);
  EXPECT_EQ(plan["first"], "restart");
  EXPECT_EQ(plan["automatic"]["restart"], true);
  EXPECT_EQ(plan["automatic"]["to"], "job1");
  EXPECT_EQ(plan["manual"]["restart"], false);
}

TEST(Explain, SaysWhyAFlipComesFirst) {
  FakeWorld world;
  world.script.snapshot = stalled_snapshot();
  world.script.snapshot.pools.front().restart =
      core::RestartView{FlipId{7}, core::FlipState::ineffective, 12min, true};
  const auto out = world.run({"explain", "mail"}).out;
  EXPECT_TRUE(says(out, "an automatic flip is allowed now, to job2")) << out;
  EXPECT_TRUE(says(out, "no restart first: flip 7 was one, ineffective")) << out;
}

TEST(Status, SaysThatThePoolWasRestarted) {
  FakeWorld world;
  world.script.snapshot = stalled_snapshot();
  world.script.snapshot.pools.front().restart =
      core::RestartView{FlipId{7}, core::FlipState::verified, 12min, false};
  EXPECT_TRUE(says(world.run({"status"}).out, "RESTARTED by flip 7, verified"));
  const auto status = json::parse(world.run({"status", "--format", "json"}).out);
  const auto& restarted = status["pools"][0]["restarted"];
  EXPECT_EQ(restarted["flip"], 7);
  EXPECT_EQ(restarted["state"], "verified");
  EXPECT_EQ(restarted["left_ms"], 720'000);
  EXPECT_EQ(restarted["uncured"], false);
}

TEST(Show, NamesTheNodeOfARestartOnce) {
  FakeWorld world;
  auto timeline = timeline_until(core::FlipState::verified);
  timeline.flip.to = timeline.flip.from;
  world.script.timelines.push_back(timeline);
  const auto out = world.run({"show", "7"}).out;
  EXPECT_TRUE(says(out, "flip 7 of mail: restart on job1, verified")) << out;
}

}  // namespace
}  // namespace jobflip::cli

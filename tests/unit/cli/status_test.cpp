/// status as somebody on call uses it: what is wrong first, for scripts, and again and again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Words = std::vector<std::string>;

core::PoolView& stall(core::Snapshot& fleet) {
  auto& pool = fleet.pools[0];
  pool.queues[0].verdict = "STALLED";
  return pool;
}

/// `count` pools, the last of them stalled and paused.
core::Snapshot big_fleet(int count) {
  auto fleet = calm_snapshot();
  for (int i = 1; i < count; ++i) {
    fleet.pools.push_back(calm_snapshot().pools[0]);
    fleet.pools.back().settings.name = PoolName::of("pool" + std::to_string(100 + i));
  }
  auto& last = fleet.pools.back();
  last.queues[0].verdict = "STALLED";
  last.pause = core::PauseView{wall(1h), 1h, "deploy", "ann"};
  return fleet;
}

TEST(StatusCheck, SaysByItsExitCodeHowMuchIsWrong) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  EXPECT_EQ(world.run({"status", "--check"}).code, 0);
  EXPECT_EQ(world.run({"status", "--check"}).out, "");
  world.script.snapshot.pools[0].pause = core::PauseView{wall(1h), 1h, "deploy", "ann"};
  const auto paused = world.run({"status", "--check"});
  EXPECT_EQ(paused.code, 6);
  EXPECT_THAT(paused.out, HasSubstr("jobflip resume mail"));
  stall(world.script.snapshot);
  const auto stalled = world.run({"status", "--check"});
  EXPECT_EQ(stalled.code, 1);
  EXPECT_THAT(stalled.out, HasSubstr("STALLED 5m00s, 3 waiting, HELD by pause"));
  world.script.snapshot = calm_snapshot();
  world.script.snapshot.supervisors.reset();
  EXPECT_EQ(world.run({"status", "--check"}).code, 1) << "nobody judges the queues";
}

TEST(StatusCheck, OfOnePoolLooksAtThatOne) {
  FakeWorld world;
  world.script.snapshot = big_fleet(2);
  EXPECT_EQ(world.run({"status", "mail", "--check"}).code, 0);
  EXPECT_EQ(world.run({"status", "pool101", "--check"}).code, 1);
  EXPECT_EQ(world.run({"status", "none", "--check"}).code, 2);
  EXPECT_EQ(world.run({"status", "--check", "--watch"}).code, 2);
}

TEST(StatusCheck, GivesProgramsFacts) {
  FakeWorld world;
  world.script.snapshot = big_fleet(2);
  const auto ran = world.run({"status", "--check", "--format", "json"});
  EXPECT_EQ(ran.code, 1);
  const auto pools = nlohmann::json::parse(ran.out)["pools"];
  EXPECT_EQ(pools[1]["headline"]["state"], "STALLED 5m00s, 3 waiting, HELD by pause");
  EXPECT_EQ(pools[1]["conditions"][1]["kind"], "flip-held");
  EXPECT_EQ(world.run({"status", "--check", "--format", "tsv"}).code, 1);
}

TEST(StatusPage, EndsWithItsFirstLinesOnceItIsLongerThanTheWindow) {
  FakeWorld world;
  world.script.snapshot = big_fleet(2);
  world.columns = 80;
  world.rows = 100;
  const std::string headline = "pool101  job1       STALLED 5m00s, 3 waiting, HELD by pause";
  const auto count = [&](const std::string& out) {
    std::size_t seen = 0;
    for (auto at = out.find(headline); at != std::string::npos; at = out.find(headline, at + 1))
      ++seen;
    return seen;
  };
  EXPECT_EQ(count(world.run({"status"}).out), 1U);
  world.rows = 12;
  const auto out = world.run({"status"}).out;
  EXPECT_EQ(count(out), 2U);
  EXPECT_LT(std::ranges::count(out.substr(out.rfind("supervisor sup1 leads")), '\n'), 12);
  world.script.snapshot = big_fleet(200);
  const auto many = world.run({"status"}).out;
  EXPECT_LT(std::ranges::count(many.substr(many.rfind("supervisor sup1 leads")), '\n'), 12);
  EXPECT_NE(many.substr(many.rfind("supervisor sup1 leads")).find("pool299"), std::string::npos);
  world.script.snapshot = big_fleet(2);
  world.columns = 0;
  EXPECT_EQ(count(world.run({"status"}).out), 1U) << "a pipe has no window";
}

TEST(StatusPage, OfThreePoolsShowsAllInFull) {
  FakeWorld world;
  world.script.snapshot = big_fleet(3);
  EXPECT_THAT(world.run({"status"}).out, HasSubstr("\nmail: active on job1"));
  world.script.snapshot = big_fleet(4);
  EXPECT_THAT(world.run({"status"}).out, Not(HasSubstr("\nmail: active on job1")));
}

TEST(StatusPage, OfAsManyLinesAsTheWindowHasPutsItsFirstOutOfSight) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  const auto page = world.run({"status"}).out;
  world.columns = 80;
  world.rows = static_cast<std::size_t>(std::ranges::count(page, '\n'));
  EXPECT_GT(world.run({"status"}).out.size(), page.size()) << "the prompt needs a line";
  ++world.rows;
  EXPECT_EQ(world.run({"status"}).out, page);
}

TEST(StatusPage, SaysTheReasonOfAnAlarmOnce) {
  FakeWorld world;
  auto fleet = calm_snapshot();
  stall(fleet).queues[0].reason = "nothing was taken for 9 s";
  fleet.pools[0].pause = core::PauseView{wall(1h), 1h, "a deploy of ours", "ann"};
  fleet.pools[0].queues[0].verdict_age = 5min;
  world.script.snapshot = fleet;
  const auto out = world.run({"status"}).out;
  const auto once = [&](const std::string& text) {
    return out.find(text) != std::string::npos && out.find(text) == out.rfind(text);
  };
  EXPECT_TRUE(once("nothing was taken for 9 s")) << out;
  EXPECT_TRUE(once("a deploy of ours")) << out;
  EXPECT_THAT(out, HasSubstr("as above"));
}

TEST(StatusOfMany, BeginsWithWhatIsWrongAndShowsOnlyThatInFull) {
  FakeWorld world;
  world.script.snapshot = big_fleet(200);
  const auto out = world.run({"status"}).out;
  EXPECT_LT(out.find("pool299"), out.find("mail "));
  EXPECT_THAT(out, HasSubstr("pool299: active on job1"));
  EXPECT_THAT(out, Not(HasSubstr("pool298: active on job1")));
  EXPECT_THAT(out, HasSubstr("199 with nothing wrong are not shown in full"));
}

std::size_t lines_of(std::string_view page) {
  return static_cast<std::size_t>(std::ranges::count(page, '\n'));
}

/// What stands on the screen at the end of each look.
Words screens_of(const std::string& out) {
  Words screens;
  const std::string_view from_the_top = "\x1b[H\x1b[2J";
  for (auto at = out.find(from_the_top); at != out.npos;) {
    const auto begin = at + from_the_top.size();
    at = out.find(from_the_top, begin);
    screens.push_back(out.substr(begin, at - begin));
  }
  return screens;
}

class StatusWatch : public ::testing::Test {
 protected:
  StatusWatch() {
    world_.columns = 80;
    world_.rows = 24;
    world_.environment["TERM"] = "xterm";
    world_.interrupt_at = world_.now + 10s;
  }
  std::string watch() { return world_.run({"status", "--watch"}).out; }
  FakeWorld world_;
};

TEST_F(StatusWatch, ShowsWhatIsWrongInTheFirstScreenOfTwoHundredPools) {
  world_.script.snapshot = big_fleet(200);
  const auto screens = screens_of(watch());
  ASSERT_EQ(screens.size(), 5u);
  EXPECT_LT(lines_of(screens[0]), 24u);
  EXPECT_THAT(screens[0], HasSubstr("STALLED 5m00s, 3 waiting, HELD by pause"));
  EXPECT_THAT(screens[0], HasSubstr("jobflip resume pool299"));
  EXPECT_THAT(screens[0], HasSubstr("more lines: jobflip status POOL"));
}

TEST_F(StatusWatch, GivesTheTerminalItsScreenBack) {
  world_.script.snapshot = calm_snapshot();
  const auto out = watch();
  EXPECT_THAT(out, StartsWith("\x1b[?1049h\x1b[?25l"));
  const auto back = out.find("\x1b[?25h\x1b[?1049l");
  ASSERT_NE(back, out.npos);
  EXPECT_THAT(out.substr(back), HasSubstr("mail: active on job1")) << "what was seen last stays";
  world_.rows = 6;
  world_.interrupt_at = world_.now + 10s;
  const auto small = watch();
  const auto last = small.substr(small.find("\x1b[?25h\x1b[?1049l"));
  EXPECT_EQ(last.find("supervisor sup1 leads"), last.rfind("supervisor sup1 leads")) << last;
}

TEST_F(StatusWatch, SaysThatTheStoreIsLostAndHowOldThePageIs) {
  world_.script.snapshot = calm_snapshot();
  world_.on_wait = [&] {
    world_.script.snapshot_error = Error{ErrorCode::store_unreachable, "gone", ""};
  };
  const auto screens = screens_of(watch());
  ASSERT_GE(screens.size(), 3u);
  EXPECT_THAT(screens[1], StartsWith("ERROR: gone"));
  EXPECT_THAT(screens[1], HasSubstr("what was seen 2.0s ago:\n2026-11-23"));
  EXPECT_THAT(screens[2], HasSubstr("what was seen 4.0s ago:"));
}

TEST_F(StatusWatch, SendsNoControlSequencesToATerminalThatHasNone) {
  world_.script.snapshot = calm_snapshot();
  world_.environment["TERM"] = "dumb";
  EXPECT_THAT(watch(), Not(HasSubstr("\x1b")));
}

TEST(Explain, WithoutAPoolExplainsWhatIsWrong) {
  FakeWorld world;
  world.script.snapshot = big_fleet(4);
  const auto out = world.run({"explain"}).out;
  EXPECT_THAT(out, HasSubstr("pool103: active on job1"));
  EXPECT_THAT(out, HasSubstr("an automatic flip is blocked now: pause"));
  EXPECT_THAT(out, Not(HasSubstr("pool102")));
  const auto ran = world.run({"explain", "--format", "json"});
  EXPECT_EQ(nlohmann::json::parse(ran.out)["pools"].size(), 4u);
  EXPECT_EQ(world.run({"explain", "--format", "tsv"}).code, 0) << "one pool is meant";
  world.script.snapshot.pools.back() = world.script.snapshot.pools.front();
  EXPECT_THAT(world.run({"explain"}).out, HasSubstr("nothing is wrong"));
  EXPECT_EQ(world.run({"explain", "--format", "tsv"}).code, 2);
}

TEST(Explain, NamesTheRuleThatDoesNotPassByItself) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  auto& pool = stall(world.script.snapshot);
  pool.queues[0].verdict_age = 1s;
  pool.candidates[1].drained = true;
  EXPECT_THAT(world.run({"explain", "mail"}).out,
              HasSubstr("an automatic flip is blocked now: target"));
  pool.candidates[1].drained = false;
  EXPECT_THAT(world.run({"explain", "mail"}).out,
              HasSubstr("an automatic flip is blocked now: hold-down"));
}

}  // namespace
}  // namespace jobflip::cli

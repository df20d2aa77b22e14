/// jobflip flip: from the first word to the last step.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;
using core::FlipState;
using nlohmann::json;
using Words = std::vector<std::string>;

FakeWorld calm_world() {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  return world;
}

/// The flip goes through these states, one per poll.
void lay_down(FakeWorld& world, const std::vector<FlipState>& states) {
  for (const auto state : states) world.script.timelines.push_back(timeline_until(state));
}

const Words kFlip{"flip", "mail", "--reason", "disk full", "--yes"};

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(Flip, FollowsTheStepsToTheFirstCompletedJob) {
  auto world = calm_world();
  lay_down(world, {FlipState::requested, FlipState::draining, FlipState::taken, FlipState::started,
                   FlipState::verified});
  const auto ran = world.run(kFlip);
  EXPECT_EQ(ran.code, 0) << ran.err;
  expect_golden("flip_verified.txt", ran.out);
  expect_fits(ran.out);
}

TEST(Flip, AsksTheStoreForExactlyWhatWasSeen) {
  auto world = calm_world();
  lay_down(world, {FlipState::verified});
  world.run(kFlip);
  ASSERT_EQ(world.script.flip_requests.size(), 1u);
  const auto& request = world.script.flip_requests[0];
  EXPECT_EQ(request.request.text.size(), 36u);
  EXPECT_EQ(request.pool.str(), "mail");
  EXPECT_EQ(request.from.str(), "job1");
  EXPECT_EQ(request.to.str(), "job2") << "the best candidate: job3 is drained";
  EXPECT_EQ(request.expected_epoch, Epoch{4});
  EXPECT_EQ(request.by.claimed_name, "ann");
  EXPECT_TRUE(request.by.supervisor.empty());
  EXPECT_EQ(request.reason, "disk full");
  EXPECT_FALSE(request.stalled);
  EXPECT_FALSE(request.host_is_off);
  EXPECT_EQ(json::parse(request.evidence)["queues"][0]["verdict"], "OK");
}

TEST(Flip, OfAStalledPoolDrainsBriefly) {
  auto world = calm_world();
  world.script.snapshot.pools[0].queues[0].verdict = "STALLED";
  lay_down(world, {FlipState::verified});
  world.run(kFlip);
  EXPECT_TRUE(world.script.flip_requests.at(0).stalled);
}

TEST(Flip, EachEndHasItsExitCode) {
  const std::pair<FlipState, int> cases[] = {
      {FlipState::verified, 0}, {FlipState::ineffective, 5}, {FlipState::unverified, 5},
      {FlipState::failed, 1},   {FlipState::aborted, 1},
  };
  for (const auto& [state, code] : cases) {
    auto world = calm_world();
    lay_down(world, {FlipState::draining, state});
    const auto ran = world.run(kFlip);
    EXPECT_EQ(ran.code, code) << name_of(state);
    if (code != 0) {
      EXPECT_NE(ran.err.find("ended as " + std::string{name_of(state)}), std::string::npos)
          << ran.err;
    }
    auto again = calm_world();
    lay_down(again, {FlipState::draining, state});
    const auto parsed = json::parse(again.run(with(kFlip, {"--format", "json"})).out);
    EXPECT_EQ(parsed["exit_code"], code);
    EXPECT_EQ(parsed["state"], name_of(state));
    EXPECT_EQ(parsed["flip"], 7);
  }
}

TEST(Flip, EndsAtStartedWithoutASupervisor) {
  auto world = calm_world();
  world.script.snapshot.supervisors->owner.beat_age = 40s;
  lay_down(world, {FlipState::taken, FlipState::started});
  const auto ran = world.run(kFlip);
  EXPECT_EQ(ran.code, 5);
  EXPECT_NE(ran.out.find("mail: job2 is active after 420ms (flip 7)"), std::string::npos)
      << ran.out;
  EXPECT_NE(ran.err.find("no supervisor leads: nobody looks whether jobs complete"),
            std::string::npos);
  world.script.snapshot.supervisors.reset();
  EXPECT_EQ(world.run(kFlip).code, 5) << "no supervisor ever";
}

// Two minutes without a word look like a program that hangs.
TEST(Flip, SaysOnceWhatItWaitsForWhereNoLineCanBeWrittenOver) {
  auto world = calm_world();
  lay_down(world,
           {FlipState::started, FlipState::started, FlipState::started, FlipState::verified});
  const std::string wait = "NOTICE: waiting up to 2m for a completed job\n";
  auto ran = world.run(kFlip);
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err, wait);
  world.script.timelines.clear();
  lay_down(world, {FlipState::started, FlipState::verified});
  EXPECT_EQ(world.run(with(kFlip, {"--format", "json"})).err, "");
  world.script.timelines.clear();
  lay_down(world, {FlipState::started, FlipState::verified});
  world.terminal = true;
  EXPECT_EQ(world.run(kFlip).err, "") << "there it is told as it goes on";
}

// "ineffective" has eleven letters.
TEST(Flip, NoStateRunsIntoTheNodeBesideIt) {
  auto world = calm_world();
  lay_down(world, {FlipState::started, FlipState::ineffective});
  const auto ran = world.run(kFlip);
  std::size_t column = 0;
  std::istringstream lines{ran.out};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line};
    std::string offset, state, node;
    if (!(words >> offset >> state >> node) || !offset.starts_with('+')) continue;
    const auto at = line.find(" " + node) + 1;
    if (column == 0 && node.starts_with("job")) column = at;
    if (column == 0) continue;
    EXPECT_EQ(at, column) << ran.out;
  }
  EXPECT_GT(column, 0U) << ran.out;
}

TEST(Flip, EndsWellAtStartedIfNoQueueIsWatched) {
  auto world = calm_world();
  world.script.snapshot.pools[0].settings.queues.clear();
  world.script.snapshot.pools[0].queues.clear();
  world.script.snapshot.supervisors.reset();
  lay_down(world, {FlipState::started});
  EXPECT_EQ(world.run(kFlip).code, 0);
}

TEST(Flip, GivesUpWaitingInTimeAndSaysThatItMayStillRun) {
  auto world = calm_world();
  lay_down(world, {FlipState::draining});
  const auto begun = world.now;
  const auto ran = world.run(with(kFlip, {"--timeout", "5s"}));
  EXPECT_EQ(ran.code, 4);
  EXPECT_EQ(world.now - begun, 5s);
  EXPECT_NE(ran.err.find("it may still be running: `jobflip show 7`"), std::string::npos)
      << ran.err;
}

TEST(Flip, WaitsByItselfAsLongAsTheStepsMayTake) {
  auto world = calm_world();
  lay_down(world, {FlipState::draining});
  const auto begun = world.now;
  EXPECT_EQ(world.run(kFlip).code, 4);
  EXPECT_EQ(world.now - begun, 30s + 14s + 15s + 120s + 10s);
}

TEST(Flip, KeepsPollingWhileTheStoreIsUnreachable) {
  auto world = calm_world();
  world.script.timelines.push_back(timeline_until(FlipState::draining));
  for (int i = 0; i < 3; ++i) {
    world.script.timelines.push_back(Error{ErrorCode::store_unreachable, "gone away", ""});
  }
  world.script.timelines.push_back(timeline_until(FlipState::verified));
  const auto ran = world.run(kFlip);
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err, "NOTICE: can't look at the flip, trying again: gone away\n") << "said once";
}

TEST(Flip, EndsAtCtrlCWithoutEndingTheFlip) {
  auto world = calm_world();
  lay_down(world, {FlipState::draining});
  world.interrupt_at = world.now + 1s;
  const auto ran = world.run(kFlip);
  EXPECT_EQ(ran.code, 4);
  EXPECT_NE(ran.err.find("interrupted: the flip goes on without you"), std::string::npos);
}

TEST(Flip, NoWaitOnlyAsks) {
  auto world = calm_world();
  const auto ran = world.run(with(kFlip, {"--no-wait"}));
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "flip 7 is requested; follow it with `jobflip show 7`\n");
  EXPECT_EQ(
      json::parse(calm_world().run(with(kFlip, {"--no-wait", "--format", "json"})).out)["flip"], 7);
}

}  // namespace
}  // namespace jobflip::cli

/// jobflip flip: from the first word to the last step.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

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

/// The flip goes through these states, one a look.
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
  EXPECT_EQ(world.script.asked, Words{"wake mail"});
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

TEST(Flip, EndsAtStartedWhereNobodyLooks) {
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

TEST(Flip, EndsWellAtStartedWhereNoQueueIsWatched) {
  auto world = calm_world();
  world.script.snapshot.pools[0].settings.queues.clear();
  world.script.snapshot.pools[0].queues.clear();
  world.script.snapshot.supervisors.reset();
  lay_down(world, {FlipState::started});
  EXPECT_EQ(world.run(kFlip).code, 0);
}

TEST(Flip, GivesUpLookingInTimeAndSaysThatItMayStillRun) {
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

TEST(Flip, GoesOnLookingWhileTheStoreIsAway) {
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

TEST(Flip, DryRunPrintsThePlanAndAsksNothing) {
  auto world = calm_world();
  for (const std::string format : {"table", "json", "tsv"}) {
    const auto ran = world.run({"flip", "mail", "--dry-run", "--format", format});
    EXPECT_EQ(ran.code, 0);
    expect_golden("flip_dry_run." + (format == "table" ? "txt" : format), ran.out);
  }
  EXPECT_TRUE(world.script.flip_requests.empty());
  world.script.snapshot.pools[0].candidates[1].ready = false;
  const auto ran = world.run({"flip", "mail", "--dry-run"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("ERROR: it would be refused: target"), std::string::npos) << ran.err;
}

TEST(Flip, IsRefusedByNameBeforeAnythingIsAsked) {
  struct Case {
    std::function<void(core::PoolView&)> change;
    Words more;
    std::string wanted;
  };
  const Case cases[] = {
      {[](auto& p) { p.open_flip = timeline_until(FlipState::draining).flip; },
       {},
       "can't be flipped: flip-in-progress"},
      {[](auto& p) { p.frozen_for = 9s; }, {}, "can't be flipped: frozen"},
      {[](auto& p) { p.candidates[1].drained = true; }, {}, "can't be flipped: target"},
      {[](auto&) {}, {"--to", "job3"}, "job3: drained: disk swap"},
      {[](auto&) {}, {"--to", "job9"}, "job9 is no candidate"},
      {[](auto&) {}, {"--from", "job2"}, "job1 holds the pool, not job2"},
      {[](auto&) {}, {"--from", "job1", "--host-is-off"}, "it is not off"},
  };
  for (const auto& one : cases) {
    auto world = calm_world();
    one.change(world.script.snapshot.pools[0]);
    const auto ran = world.run(with(kFlip, one.more));
    EXPECT_EQ(ran.code, 3) << one.wanted;
    EXPECT_NE(ran.err.find(one.wanted), std::string::npos) << ran.err;
    EXPECT_TRUE(world.script.flip_requests.empty());
  }
}

TEST(Flip, PassesOverPauseCooldownAndBudget) {
  auto world = calm_world();
  world.script.snapshot.budget.used = 99;
  auto& pool = world.script.snapshot.pools[0];
  pool.pause = core::PauseView{wall(1h), 1h, "x", "bob"};
  pool.cooldown = core::CooldownView{12min, 2, FlipId{6}};
  pool.settings.mode = core::PoolMode::observe;
  lay_down(world, {FlipState::verified});
  EXPECT_EQ(world.run(kFlip).code, 0);
}

TEST(Flip, RefusalOfTheStoreHasItsRule) {
  auto world = calm_world();
  world.script.flip_answers.push_back(core::FlipAnswer{false, {}, "epoch", "the pool moved on"});
  const auto ran = world.run(kFlip);
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("the store refused: epoch\nDETAIL: the pool moved on"), std::string::npos);
}

TEST(Flip, AsksAgainWithTheSameRequestWhereNoAnswerCame) {
  auto world = calm_world();
  world.script.flip_answers.push_back(Error{ErrorCode::store_timeout, "slow", ""});
  world.script.flip_answers.push_back(core::FlipAnswer{true, FlipId{7}, "", ""});
  lay_down(world, {FlipState::verified});
  EXPECT_EQ(world.run(kFlip).code, 0);
  ASSERT_EQ(world.script.flip_requests.size(), 2u);
  EXPECT_EQ(world.script.flip_requests[0].request, world.script.flip_requests[1].request);
}

TEST(Flip, DoesNotKnowWhereNoAnswerCameAtAll) {
  auto world = calm_world();
  for (int i = 0; i < 9; ++i) {
    world.script.flip_answers.push_back(Error{ErrorCode::store_timeout, "slow", ""});
  }
  EXPECT_EQ(world.run(kFlip).code, 4);
  EXPECT_EQ(world.script.flip_requests.size(), 3u);
  world.script.flip_answers.assign(1, Error{ErrorCode::store_denied, "no right", ""});
  EXPECT_EQ(world.run(kFlip).code, 1) << "an answer is an answer";
}

TEST(Flip, WithoutATerminalWantsYes) {
  auto world = calm_world();
  const auto ran = world.run({"flip", "mail", "--reason", "x"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.err.find("there is no terminal to ask at, and --yes was not given"),
            std::string::npos);
  EXPECT_TRUE(world.script.flip_requests.empty());
}

TEST(Flip, AtATerminalWantsThePoolsName) {
  for (const std::string typed : {"", "y\n", "yes\n", "mial\n", " mail\n", "mailx\n"}) {
    auto world = calm_world();
    world.terminal = true;
    world.typed = typed;
    const auto ran = world.run({"flip", "mail", "--reason", "x"});
    EXPECT_EQ(ran.code, 1) << typed;
    EXPECT_NE(ran.err.find("not confirmed: nothing was done"), std::string::npos);
    EXPECT_TRUE(world.script.flip_requests.empty()) << typed;
  }
  auto world = calm_world();
  world.terminal = true;
  world.typed = "mail\n";
  lay_down(world, {FlipState::draining, FlipState::verified});
  const auto ran = world.run({"flip", "mail", "--reason", "x", "--color", "never"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_NE(ran.out.find("plan: job1 -> job2"), std::string::npos) << "the plan is shown first";
}

TEST(Flip, StatementThatAHostIsOffIsWarnedOfAndHandedOn) {
  auto world = calm_world();
  world.script.snapshot.pools[0].owner.beat_age = 60s;
  world.terminal = true;
  world.typed = "mail\n";
  lay_down(world, {FlipState::verified});
  const auto ran =
      world.run({"flip", "mail", "--from", "job1", "--host-is-off", "--reason", "pulled the plug"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.err.find("if it is not, two nodes may work at once"), std::string::npos);
  EXPECT_TRUE(world.script.flip_requests.at(0).host_is_off);
}

TEST(Flip, WrongWordsAreSaidBeforeTheStoreIsOpened) {
  const std::pair<Words, std::string> cases[] = {
      {{"flip", "mail", "--yes"}, "--reason is missing or empty"},
      {with(kFlip, {"--from", "job 1"}), "--from: node name \"job 1\" can't be used"},
      {with(kFlip, {"--to", "\x1b[2J"}), "--to: node name \"\\x1b[2J\" can't be used"},
      {with(kFlip, {"--host-is-off"}), "--host-is-off needs --from"},
      {with(kFlip, {"--timeout", "5"}), "--timeout: \"5\" has no unit"},
  };
  for (const auto& [words, wanted] : cases) {
    auto world = calm_world();
    const auto ran = world.run(words);
    EXPECT_EQ(ran.code, 2) << wanted;
    EXPECT_NE(ran.err.find(wanted), std::string::npos) << ran.err;
    EXPECT_EQ(world.script.conninfo, "");
  }
}

TEST(Flip, ProgressLineIsOnlyForTerminals) {
  auto world = calm_world();
  for (int i = 0; i < 30; ++i) lay_down(world, {FlipState::draining});
  lay_down(world, {FlipState::verified});
  auto piped = world;
  EXPECT_EQ(piped.run(kFlip).out.find('\r'), std::string::npos);
  world.terminal = true;
  EXPECT_NE(world.run(kFlip).out.find("\r\x1b[K"), std::string::npos);
}

}  // namespace
}  // namespace jobflip::cli

/// jobflip flip, up to the request: the plan, the refusals, the confirmation.
#include <gtest/gtest.h>

#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;
using core::FlipState;
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

TEST(FlipAsking, DryRunPrintsThePlanAndAsksNothing) {
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

TEST(FlipAsking, IsRefusedByNameAndRecordedAsItWasAsked) {
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
      {[](auto&) {}, {"--to", "job9"}, "job9 is not a candidate"},
      {[](auto&) {}, {"--from", "job2"}, "job1 holds the pool, not job2"},
      {[](auto&) {}, {"--from", "job1", "--host-is-off"}, "it is not off"},
  };
  for (const auto& one : cases) {
    auto world = calm_world();
    one.change(world.script.snapshot.pools[0]);
    const auto ran = world.run(with(kFlip, one.more));
    EXPECT_EQ(ran.code, 3) << one.wanted;
    EXPECT_NE(ran.err.find(one.wanted), std::string::npos) << ran.err;
    ASSERT_EQ(world.script.flip_requests.size(), 1u) << one.wanted;
    const auto& recorded = world.script.flip_requests[0];
    EXPECT_TRUE(recorded.refuse_only) << "the store could accept it by now";
    EXPECT_EQ(recorded.reason, "disk full");
    EXPECT_FALSE(recorded.expected_epoch);
    const auto value_of = [&](const std::string& option) {
      return one.more.size() > 1 && one.more[0] == option ? one.more[1] : "";
    };
    EXPECT_EQ(recorded.to.str(), value_of("--to"));
    EXPECT_EQ(recorded.from.str(), value_of("--from"));
  }
}

/// The pool moved on between the plan and the request.
TEST(FlipAsking, ARefusalHasTheRuleThatTheStoreRecorded) {
  auto world = calm_world();
  world.script.snapshot.pools[0].frozen_for = 9s;
  world.script.flip_answers.push_back(core::FlipAnswer{false, {}, "holder", "no node holds it"});
  const auto ran = world.run(kFlip);
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("can't be flipped: holder\nDETAIL: no node holds it"), std::string::npos)
      << ran.err;
  world.script.flip_answers.push_back(core::FlipAnswer{false, {}, "", "ask again"});
  const auto open = world.run(kFlip);
  EXPECT_EQ(open.code, 3);
  EXPECT_NE(open.err.find("nothing forbids it any more: type it again"), std::string::npos);
}

TEST(FlipAsking, ARefusalThatCouldNotBeRecordedSaysSo) {
  auto world = calm_world();
  world.script.snapshot.pools[0].frozen_for = 9s;
  for (int asked = 0; asked < 3; ++asked)
    world.script.flip_answers.emplace_back(Error{ErrorCode::store_unreachable, "gone", ""});
  const auto ran = world.run(kFlip);
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("the refusal is not in the audit log: gone"), std::string::npos)
      << ran.err;
}

TEST(FlipAsking, PassesOverPauseCooldownAndBudget) {
  auto world = calm_world();
  world.script.snapshot.budget.used = 99;
  auto& pool = world.script.snapshot.pools[0];
  pool.pause = core::PauseView{wall(1h), 1h, "x", "bob"};
  pool.cooldown = core::CooldownView{12min, 2, FlipId{6}};
  pool.settings.mode = core::PoolMode::observe;
  lay_down(world, {FlipState::verified});
  EXPECT_EQ(world.run(kFlip).code, 0);
}

TEST(FlipAsking, RefusalOfTheStoreHasItsRule) {
  auto world = calm_world();
  world.script.flip_answers.push_back(core::FlipAnswer{false, {}, "epoch", "the pool moved on"});
  const auto ran = world.run(kFlip);
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("the store refused: epoch\nDETAIL: the pool moved on"), std::string::npos);
}

TEST(FlipAsking, AsksAgainWithTheSameRequestIfNoAnswerCame) {
  auto world = calm_world();
  world.script.flip_answers.push_back(Error{ErrorCode::store_timeout, "slow", ""});
  world.script.flip_answers.push_back(core::FlipAnswer{true, FlipId{7}, "", ""});
  lay_down(world, {FlipState::verified});
  EXPECT_EQ(world.run(kFlip).code, 0);
  ASSERT_EQ(world.script.flip_requests.size(), 2u);
  EXPECT_EQ(world.script.flip_requests[0].request, world.script.flip_requests[1].request);
}

TEST(FlipAsking, ReportsAnUnknownOutcomeIfNoAnswerCameAtAll) {
  auto world = calm_world();
  for (int i = 0; i < 9; ++i) {
    world.script.flip_answers.push_back(Error{ErrorCode::store_timeout, "slow", ""});
  }
  EXPECT_EQ(world.run(kFlip).code, 4);
  EXPECT_EQ(world.script.flip_requests.size(), 3u);
  world.script.flip_answers.assign(1, Error{ErrorCode::store_denied, "no right", ""});
  EXPECT_EQ(world.run(kFlip).code, 1) << "an answer is an answer";
}

TEST(FlipAsking, WithoutATerminalWantsYes) {
  auto world = calm_world();
  const auto ran = world.run({"flip", "mail", "--reason", "x"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.err.find("there is no terminal to ask at, and --yes was not given"),
            std::string::npos);
  EXPECT_TRUE(world.script.flip_requests.empty());
}

TEST(FlipAsking, AtATerminalWantsThePoolsName) {
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

TEST(FlipAsking, AtATerminalAsksForTheReasonAfterThePlan) {
  auto world = calm_world();
  world.terminal = true;
  world.typed = "  job1 swaps \nmail\n";
  lay_down(world, {FlipState::verified});
  auto ran = world.run({"flip", "mail", "--color", "never"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(world.script.flip_requests.at(0).reason, "job1 swaps");
  for (const std::string typed : {"", "\n", "\nmail\n"}) {
    auto silent = calm_world();
    silent.terminal = true;
    silent.typed = typed;
    ran = silent.run({"flip", "mail"});
    EXPECT_EQ(ran.code, 2) << typed;
    EXPECT_NE(ran.err.find("the reason is missing"), std::string::npos) << ran.err;
    EXPECT_TRUE(silent.script.flip_requests.empty()) << typed;
  }
}

TEST(FlipAsking, AtATerminalAsksWhichPoolIfThereAreSeveral) {
  auto world = calm_world();
  world.terminal = true;
  world.typed = "because\nmail\n";
  lay_down(world, {FlipState::verified});
  EXPECT_EQ(world.run({"flip"}).code, 0) << "there is one pool";
  auto two = calm_world();
  two.terminal = true;
  two.script.snapshot.pools.push_back(two.script.snapshot.pools.front());
  two.script.snapshot.pools.back().settings.name = PoolName::of("paper");
  two.typed = "paper\nbecause\npaper\n";
  lay_down(two, {FlipState::verified});
  const auto ran = two.run({"flip"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(two.script.flip_requests.at(0).pool.str(), "paper");
  two.typed = "";
  EXPECT_EQ(two.run({"flip"}).code, 2);
}

TEST(FlipAsking, StatementThatAHostIsOffIsWarnedOfAndHandedOn) {
  auto world = calm_world();
  world.script.snapshot.pools[0].owner.beat_age = 60s;
  world.script.snapshot.pools[0].candidates[0].beat_age = 60s;
  world.terminal = true;
  world.typed = "mail\n";
  lay_down(world, {FlipState::verified});
  const auto ran =
      world.run({"flip", "mail", "--from", "job1", "--host-is-off", "--reason", "pulled the plug"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.err.find("if it is not, two nodes may work at once"), std::string::npos);
  EXPECT_TRUE(world.script.flip_requests.at(0).host_is_off);
}

TEST(FlipAsking, WrongArgumentsAreReportedBeforeTheStoreIsOpened) {
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

TEST(FlipAsking, ProgressLineIsOnlyForTerminals) {
  auto world = calm_world();
  for (int i = 0; i < 30; ++i) lay_down(world, {FlipState::draining});
  lay_down(world, {FlipState::verified});
  auto piped = world;
  EXPECT_EQ(piped.run(kFlip).out.find('\r'), std::string::npos);
  world.terminal = true;
  EXPECT_NE(world.run(kFlip).out.find("\r\x1b[K"), std::string::npos);
}

TEST(FlipAsking, ShowsWhatIsWrongBeforeThePlan) {
  FakeWorld world;
  world.script.snapshot = troubled_snapshot();
  auto& pool = world.script.snapshot.pools[0];
  pool.queues[0].sample_age = 40s;
  const auto ran = world.run({"flip", "mail", "--dry-run"});
  const auto at = [&](const char* part) { return ran.out.find(part); };
  EXPECT_LT(at("NO SUPERVISOR leads"), at("RULE")) << ran.out;
  EXPECT_LT(at("SILENT: job1 has not beaten for 9.0s"), at("RULE")) << ran.out;
  EXPECT_LT(at("(STALE: last looked at 40.0s ago"), at("RULE")) << ran.out;
  EXPECT_NE(at("no supervisor leads; a flip by hand needs none"), std::string::npos);
  EXPECT_EQ(at("the supervisor is on time"), std::string::npos) << ran.out;

  world.script.snapshot = calm_snapshot();
  EXPECT_NE(world.run({"flip", "mail", "--dry-run"}).out.find("the supervisor is on time"),
            std::string::npos);
}

}  // namespace
}  // namespace jobflip::cli

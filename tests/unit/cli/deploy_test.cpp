/// The commands about deployments: what they ask of the store, what they refuse, what they print.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Words = std::vector<std::string>;

core::Deployment deployment(core::DeploymentState state = core::DeploymentState::running) {
  core::Deployment d;
  d.id = 12;
  d.pool = PoolName::of("mail");
  d.version = "4.2.1\x1b[2J";
  d.state = state;
  d.started_at = wall() - 3min;
  d.started_by = "ci";
  return d;
}

/// Deployment 12 runs, and its planned flip moved the pool from job2 to job1.
FakeWorld deployed_world() {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  world.script.snapshot.pools[0].deployment = {12, "4.2.1", "ci", 3min, 7min, {}};
  world.script.deployments = {deployment()};
  return world;
}

FakeWorld flipped_world() {
  auto world = deployed_world();
  world.script.deployments[0].flip = FlipId{7};
  world.script.timelines.push_back(timeline_until(core::FlipState::verified));
  return world;
}

core::DeploymentAnswer flips_back() {
  core::DeploymentAnswer answer{true, true, "", "deployment 12 is rolled back", 12};
  answer.flip_back = FlipId{7};
  return answer;
}

TEST(Deploy, MarksWhatWasTyped) {
  const std::pair<Words, std::string> cases[] = {
      {{"deploy", "start", "--pool", "mail", "--version", "4.2.1"},
       "deploy start mail 4.2.1 by ann: "},
      {{"deploy", "start", "--pool", "mail", "--version", "4.2.1", "--reason", "hotfix"},
       "deploy start mail 4.2.1 by ann: hotfix"},
      {{"deploy", "done", "--pool", "mail"}, "deploy done mail  by ann: "},
      {{"deploy", "rollback", "--pool", "mail", "--reason", "slow", "--no-flip"},
       "deploy rollback mail  by ann: slow"},
      {{"deploy", "rollback", "--pool", "mail", "--version", "4.2.1", "--reason", "slow", "--yes"},
       "deploy rollback mail 4.2.1 and flip back by ann: slow"},
  };
  for (const auto& [words, asked] : cases) {
    auto world = deployed_world();
    const auto ran = world.run(words);
    EXPECT_EQ(ran.code, 0) << words[1] << ran.err;
    ASSERT_FALSE(world.script.asked.empty()) << words[1] << ran.err;
    EXPECT_EQ(world.script.asked.back(), asked);
  }
}

TEST(Deploy, SaysWhatIsMissingOrWrongBeforeItAsksTheStore) {
  const std::pair<Words, std::string> cases[] = {
      {{"deploy", "start", "--version", "4.2.1"}, "--pool is missing"},
      {{"deploy", "start", "--pool", "mail"}, "--version is missing or empty"},
      {{"deploy", "start", "--pool", "mail", "--version", "4\x1b[2J"},
       "--version has a control character"},
      {{"deploy", "start", "--pool", "mail", "--version", std::string(100'000, 'x')},
       "--version is 100000 bytes long, and may have 200"},
      {{"deploy", "done", "--pool", "Mail!"}, "--pool"},
      {{"deploy", "rollback", "--pool", "mail", "--yes"}, "--reason is missing"},
      {{"deploy", "rollback", "--pool", "mail", "--reason", "x"}, "--yes"},
      {{"deploy", "rollback", "--pool", "mail", "--reason", "x", "--yes", "--timeout", "1"},
       "--timeout"},
      {{"deploy", "flip", "--yes"}, "--pool is missing"},
  };
  for (const auto& [words, text] : cases) {
    auto world = deployed_world();
    const auto ran = world.run(words);
    EXPECT_EQ(ran.code, 2) << words[1] << ran.err;
    EXPECT_THAT(ran.err, AllOf(HasSubstr(text), Not(HasSubstr("\x1b")))) << words[1];
    EXPECT_THAT(world.script.asked, IsEmpty()) << words[1];
  }
}

TEST(Deploy, ARefusedStartSaysHowToEndTheOther) {
  auto world = deployed_world();
  world.script.deployment_answers.push_back(core::DeploymentAnswer{
      false, false, "deployment", "deployment 12 of version 4.2.0\x1b[2J is running", 12});
  const auto ran = world.run({"deploy", "start", "--pool", "mail", "--version", "4.2.1"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("deployment 12 of version 4.2.0"),
                             HasSubstr("jobflip deploy done --pool mail"), Not(HasSubstr("\x1b"))));
}

TEST(Deploy, ARepeatedStartSucceeds) {
  auto world = deployed_world();
  world.script.deployment_answers.push_back(Error{ErrorCode::store_timeout, "no answer", ""});
  world.script.deployment_answers.push_back(
      core::DeploymentAnswer{true, false, "", "deployment 12 is already running", 12});
  const auto ran =
      world.run({"deploy", "start", "--pool", "mail", "--version", "4.2.1", "--format", "json"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  const auto parsed = json::parse(ran.out);
  EXPECT_EQ(parsed["accepted"], true);
  EXPECT_EQ(parsed["changed"], false);
  EXPECT_EQ(parsed["deployment"], 12);
  EXPECT_EQ(parsed["pool"], "mail");
}

TEST(DeployFlip, IsAFlipOfTheRunningDeployment) {
  auto world = deployed_world();
  world.script.timelines.push_back(timeline_until(core::FlipState::verified));
  const auto ran = world.run({"deploy", "flip", "--pool", "mail", "--yes", "--format", "json"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  ASSERT_EQ(world.script.flip_requests.size(), 1u);
  const auto& request = world.script.flip_requests[0];
  EXPECT_EQ(request.deployment, 12);
  EXPECT_EQ(request.to.str(), "job2");
  EXPECT_EQ(request.reason, "deployment 12 of version 4.2.1");
  EXPECT_EQ(json::parse(ran.out)["deployment"], 12);
}

TEST(DeployFlip, NeedsARunningDeploymentOfThatVersion) {
  auto world = deployed_world();
  auto ran = world.run({"deploy", "flip", "--pool", "mail", "--version", "4.3", "--yes"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("deployment 12 of version 4.2.1 is running, not one of version "
                                 "4.3"));
  world.script.snapshot.pools[0].deployment.reset();
  ran = world.run({"deploy", "flip", "--pool", "mail", "--yes"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("no deployment of pool mail is running"));
  EXPECT_THAT(world.script.flip_requests, IsEmpty());
}

TEST(DeployRollback, FollowsTheFlipBack) {
  auto world = flipped_world();
  world.script.deployment_answers.push_back(flips_back());
  auto ran = world.run({"deploy", "rollback", "--pool", "mail", "--reason", "errors", "--yes"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("deployment 12 is rolled back"), HasSubstr("job2 is active")));
  world = flipped_world();
  world.script.deployment_answers.push_back(flips_back());
  ran = world.run({"deploy", "rollback", "--pool", "mail", "--reason", "errors", "--yes",
                   "--no-wait", "--format", "json"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(json::parse(ran.out)["flip"], 7);
  EXPECT_EQ(json::parse(ran.out)["deployment"], 12);
}

TEST(DeployRollback, AsksBeforeItFlipsBack) {
  auto world = flipped_world();
  world.terminal = true;
  world.typed = "no\n";
  const auto ran = world.run({"deploy", "rollback", "--pool", "mail", "--reason", "errors"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, AllOf(HasSubstr("it is flipped back to job1"), Not(HasSubstr("\x1b[2J"))));
  EXPECT_THAT(ran.err, HasSubstr("not confirmed"));
  EXPECT_EQ(world.script.asked, Words{"deployments mail 1"});
}

TEST(DeployRollback, IsIncompleteIfARuleForbidsTheFlipBack) {
  auto world = flipped_world();
  core::DeploymentAnswer answer{true, true, "", "deployment 12 is rolled back", 12};
  answer.flip_rule = "target";
  answer.flip_sentence = "node job1 is drained: disk";
  world.script.deployment_answers.push_back(answer);
  const auto ran = world.run(
      {"deploy", "rollback", "--pool", "mail", "--reason", "errors", "--yes", "--format", "json"});
  EXPECT_EQ(ran.code, 5);
  EXPECT_EQ(json::parse(ran.out)["flip_rule"], "target");
  EXPECT_EQ(json::parse(ran.out)["changed"], true);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("the pool is not flipped back: target"),
                             HasSubstr("node job1 is drained: disk")));
}

TEST(DeployRollback, ARefusalChangesNothing) {
  auto world = deployed_world();
  world.script.deployment_answers.push_back(
      core::DeploymentAnswer{false, false, "version", "the last is of version 4.2.0", 12});
  const auto ran = world.run({"deploy", "rollback", "--pool", "mail", "--version", "4.2.1",
                              "--reason", "errors", "--yes"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("the last is of version 4.2.0"));
}

TEST(DeployList, ShowsThemEscaped) {
  auto world = deployed_world();
  auto ran = world.run({"deploy", "list", "--pool", "mail", "--limit", "5"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("4.2.1\\x1b[2J"), HasSubstr("running"), Not(HasSubstr("\x1b[2J"))));
  EXPECT_EQ(world.script.asked.front(), "deployments mail 6");
  ran = world.run({"deploy", "list", "--format", "json"});
  EXPECT_EQ(json::parse(ran.out)["deployments"][0]["deployment"], 12);
  ran = world.run({"deploy", "list", "--format", "tsv"});
  EXPECT_THAT(ran.out, HasSubstr("deployment\tpool\tversion\tstate"));
  world.script.deployments.clear();
  ran = world.run({"deploy", "list", "--pool", "mial"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("mail"));
}

}  // namespace
}  // namespace jobflip::cli

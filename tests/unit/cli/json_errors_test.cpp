/// A program that asked for JSON gets JSON when a command fails, too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "support/temp_folder.hpp"
#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(JsonErrors, AreADocumentIfNothingElseWasPrinted) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  const auto ran = world.run({"status", "mial", "--format", "json"});
  EXPECT_EQ(ran.code, 2);
  const auto json = nlohmann::json::parse(ran.out);
  EXPECT_EQ(json["error"]["exit_code"], 2);
  EXPECT_EQ(json["error"]["name"], "usage");
  EXPECT_EQ(json["error"]["hint"], "did you mean \"mail\"?");
  EXPECT_TRUE(json["error"]["detail"].is_null());
  EXPECT_THAT(ran.err, HasSubstr("ERROR: there is no pool \"mial\"")) << "people see it too";
  EXPECT_EQ(world.run({"status", "mial"}).out, "") << "nobody asked for JSON";
}

TEST(JsonErrors, AreNoSecondDocument) {
  FakeWorld world;
  world.script.snapshot = troubled_snapshot();
  const auto ran = world.run({"flip", "mail", "--dry-run", "--format", "json"});
  EXPECT_EQ(ran.code, 3);
  const auto json = nlohmann::json::parse(ran.out);
  EXPECT_EQ(json["dry_run"], true);
  EXPECT_THAT(ran.err, HasSubstr("ERROR: "));
}

TEST(JsonErrors, OfAFileAreTheFirstFifty) {
  FakeWorld world;
  const test::TempFolder temp;
  const auto path = temp.path() + "/pools.toml";
  std::ofstream file{path};
  for (int i = 0; i < 60; ++i) file << "[[node]]\nname = \"NODE " << i << "\"\n";
  file.close();
  const auto ran = world.run({"apply", path, "--yes", "--format", "json"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(nlohmann::json::parse(ran.out)["error"]["errors"].size(), 50u);
}

TEST(JsonErrors, HaveTheDetailOfAChangeWithoutAnAnswer) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  world.script.answer = Error{ErrorCode::store_timeout, "no answer within 5s", ""};
  const auto ran = world.run({"drain", "job3", "--reason", "disk", "--format", "json"});
  EXPECT_EQ(ran.code, 4);
  const auto json = nlohmann::json::parse(ran.out);
  EXPECT_EQ(json["error"]["exit_code"], 4);
  EXPECT_EQ(json["error"]["detail"], "no answer within 5s");
}

TEST(JsonErrors, OfARefusedFlipNameItsRule) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  for (auto& candidate : world.script.snapshot.pools[0].candidates) candidate.drained = true;
  core::FlipAnswer answer;
  answer.rule = "target";
  answer.sentence = "no node could take over";
  world.script.flip_answers = {answer};
  const auto ran = world.run({"flip", "mail", "--reason", "it hangs", "--yes", "--format", "json"});
  EXPECT_EQ(ran.code, 3);
  const auto json = nlohmann::json::parse(ran.out);
  EXPECT_TRUE(json["flip"].is_null());
  EXPECT_EQ(json["rule"], "target");
  EXPECT_THAT(json["text"], HasSubstr("drained"));
  EXPECT_EQ(
      json["hint"],
      "`jobflip undrain job2` brings a node back; `jobflip explain mail` has every candidate");
}

}  // namespace
}  // namespace jobflip::cli

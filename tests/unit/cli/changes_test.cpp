/// The commands that change something: what they request from the store, what they refuse, what
/// they print.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "jobflip/config/files.hpp"
#include "support/build_paths.hpp"
#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using Words = std::vector<std::string>;

FakeWorld calm_world() {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  return world;
}

TEST(Change, AsksTheStoreForWhatWasTyped) {
  const std::tuple<Words, std::string, std::string> cases[] = {
      {{"pause", "mail", "--for", "2h", "--reason", "deploy"},
       "pause mail 7200000 by ann: deploy",
       "mail: paused for 2h00m\n"},
      {{"pause", "--all", "--for", "1h30m", "--reason", "x"},
       "pause all 5400000 by ann: x",
       "all pools: paused for 1h30m\n"},
      {{"resume", "mail"}, "resume mail by ann: resume", "mail: resumed\n"},
      {{"resume", "--all", "--reason", "done"}, "resume all by ann: done", "all pools: resumed\n"},
      {{"ack", "mail", "--comment", "looked"},
       "ack mail by ann: looked",
       "mail: the cooldown is lifted\n"},
      {{"abort", "7", "--reason", "wrong"}, "abort 7 by ann: wrong", "flip 7 is aborted\n"},
      {{"drain", "job2", "--reason", "kernel"},
       "drain job2 by ann: kernel",
       "job2 takes nothing over any more\njob2 holds no pool: it can be taken down\n"},
      {{"undrain", "job3"}, "undrain job3 by ann: undrain", "job3 may take over again\n"},
  };
  for (const auto& [words, asked, expected] : cases) {
    auto world = calm_world();
    const auto ran = world.run(words);
    EXPECT_EQ(ran.code, 0) << words[0] << ran.err;
    ASSERT_EQ(world.script.asked.size(), 1u) << words[0];
    EXPECT_EQ(world.script.asked[0], asked);
    EXPECT_EQ(ran.out, expected);
  }
}

TEST(Change, RefusesWordsThatDoNotHoldAndAsksNothing) {
  const std::pair<Words, std::string> cases[] = {
      {{"pause", "mail", "--reason", "x"}, "--for is missing\nHINT: a pause must end by itself"},
      {{"pause", "mail", "--for", "2", "--reason", "x"}, "--for: \"2\" has no unit"},
      {{"pause", "mail", "--for", "0s", "--reason", "x"}, "--for is 0ms, and must be at least 1s"},
      {{"pause", "mail", "--for", "2h"}, "--reason is missing or empty"},
      {{"pause", "mail", "--for", "2h", "--reason", "  \n"}, "--reason is empty"},
      {{"pause", "--for", "2h", "--reason", "x"},
       "POOL is missing\nHINT: name a pool, or write --all"},
      {{"pause", "mail", "--all", "--for", "2h", "--reason", "x"}, "exclude each other"},
      {{"pause", "mial", "--for", "2h", "--reason", "x"}, "did you mean \"mail\"?"},
      {{"ack", "mail"}, "--comment is missing or empty"},
      {{"ack", "--comment", "x"}, "POOL is missing"},
      {{"abort", "7"}, "--reason is missing or empty"},
      {{"drain", "jbo2", "--reason", "x"}, "no pool has a candidate \"jbo2\"\nHINT: did you mean"},
      {{"drain", "it's", "--reason", "x"}, "no pool has a candidate \"it's\""},
      {{"drain", "job2"}, "--reason is missing or empty"},
      {{"drain", "job2", "--reason", std::string(2001, 'x')},
       "is 2001 bytes long, and may have 2000"},
      {{"drain", "job2", "--reason",
        "a\xff"
        "b"},
       "--reason is not UTF-8 text"},
      {{"drain", "job2", "--reason", "\xed\xa0\x80"}, "--reason is not UTF-8 text"},
      {{"drain", "job2", "--reason", "x", "--actor", std::string(201, 'a')},
       "--actor is not UTF-8"},
  };
  for (const auto& [words, wanted] : cases) {
    auto world = calm_world();
    const auto ran = world.run(words);
    EXPECT_EQ(ran.code, 2) << wanted;
    EXPECT_NE(ran.err.find(wanted), std::string::npos) << ran.err;
    EXPECT_TRUE(world.script.asked.empty()) << wanted;
  }
}

TEST(Change, TakesTheLongestReasonAndEveryLetter) {
  auto world = calm_world();
  EXPECT_EQ(world.run({"drain", "job2", "--reason", std::string(2000, 'x')}).code, 0);
  EXPECT_EQ(world.run({"drain", "job2", "--reason", "Größe 日本 🙂"}).code, 0);
}

TEST(Change, NamesWhoAsks) {
  const auto actor = [](FakeWorld world, Words more) {
    Words words{"undrain", "job3"};
    words.insert(words.end(), more.begin(), more.end());
    world.run(words);
    return world.script.asked.at(0);
  };
  auto world = calm_world();
  EXPECT_EQ(actor(world, {"--actor", "eve"}), "undrain job3 by eve: undrain");
  world.environment["SUDO_USER"] = "bob";
  EXPECT_EQ(actor(world, {}), "undrain job3 by bob: undrain");
  world.environment.clear();
  EXPECT_EQ(actor(world, {}), "undrain job3 by login: undrain");
}

TEST(Change, AnswersInJsonToo) {
  auto world = calm_world();
  const auto ran = world.run({"--format", "json", "resume", "mail"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(
      json::parse(ran.out),
      (json{{"schema", 1}, {"accepted", true}, {"changed", true}, {"rule", ""}, {"sentence", ""}}));
}

TEST(Change, SaysInItsOwnWordsWhatWasChanged) {
  auto world = calm_world();
  world.script.answer = core::OperatorAnswer{true, true, "", "paused for 7200 s: mail"};
  const auto ran = world.run({"pause", "mail", "--for", "2h", "--reason", "x"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "mail: paused for 2h00m\n");
}

TEST(Change, SaysWhatTheStoreSaid) {
  auto world = calm_world();
  world.script.answer =
      core::OperatorAnswer{false, false, "flip-in-progress", "flip 8 \x1b[2J runs"};
  auto ran = world.run({"abort", "7", "--reason", "x"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.err, "ERROR: flip 7 can't be aborted\nDETAIL: flip 8 \\x1b[2J runs\n");
  world.script.answer = core::OperatorAnswer{true, false, "", ""};
  ran = world.run({"resume", "mail"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err, "NOTICE: already in that state: nothing changed\n");
}

TEST(Change, DoesNotKnowWhatBecameOfAnUnansweredCall) {
  for (const auto code : {ErrorCode::store_timeout, ErrorCode::store_unreachable}) {
    auto world = calm_world();
    world.script.answer = Error{code, "no answer within 5s", ""};
    const auto ran = world.run({"resume", "mail"});
    EXPECT_EQ(ran.code, 4);
    EXPECT_NE(ran.err.find("it is not known whether this was done\nDETAIL: no answer within 5s"),
              std::string::npos);
  }
  auto world = calm_world();
  world.script.answer = Error{ErrorCode::store_denied, "permission denied", "be an operator"};
  EXPECT_EQ(world.run({"resume", "mail"}).code, 1);
}

TEST(Change, TellsAStoreThatIsDownFromAChangeWithoutAnAnswer) {
  auto world = calm_world();
  world.script.snapshot_error = Error{ErrorCode::store_unreachable, "no\n\tIs it up?\n", ""};
  for (const Words& words : {Words{"abort", "7", "--reason", "x"}, Words{"resume", "mail"},
                             Words{"apply", test::source_path("examples/pools/mail.toml")}}) {
    const auto ran = world.run(words);
    EXPECT_EQ(ran.code, 7) << words[0];
    EXPECT_EQ(ran.err, "ERROR: no; Is it up?\n");
  }
  EXPECT_TRUE(world.script.asked.empty());
}

class Apply : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "jobflip-apply-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  FakeWorld world_;
  std::filesystem::path folder_;
  const std::string example_{test::source_path("examples/pools/mail.toml")};
};

TEST_F(Apply, PutsAFileIntoForceAndPrintsTheChanges) {
  world_.script.apply_answer = Words{"pool mail: new", "pool mail: cooldown 15m -> 20m\x1b[2J"};
  auto ran = world_.run({"apply", example_, "--reason", "first"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "pool mail: new\npool mail: cooldown 15m -> 20m\\x1b[2J\n");
  EXPECT_EQ(ran.err, "NOTICE: 2 changes in force\n");
  EXPECT_EQ(world_.script.asked, (Words{"apply wet by ann: first", "wake mail"}));
  EXPECT_EQ(world_.script.applied->pools[0].name.str(), "mail");
}

TEST_F(Apply, PrintsTheFilesKeysAndUnitsAndNothingOfTheSupervisorsOwnPool) {
  world_.script.apply_answer = Words{"~ pools mail drain_timeout_ms: 30000 -> 31536000000",
                                     "+ nodes job1",
                                     "- pools mail queues old",
                                     "~ pools mail candidates job2: 20 -> 30",
                                     "+ pools jobflip.supervisor",
                                     "~ pools jobflip.supervisor candidates sup1: 10 -> 20",
                                     "~ pools jobflip.supervisor lease_ms: 11000 -> 13445",
                                     "~ budget window_ms: 3600000 -> 5400000",
                                     "~ budget flips: 3 -> 0"};
  auto ran = world_.run({"apply", example_});
  EXPECT_EQ(ran.out,
            "~ pool mail drain_timeout: 30s -> 365d\n"
            "+ node job1\n"
            "- pool mail queue old\n"
            "~ pool mail candidate job2: 20 -> 30\n"
            "~ supervisor_timings lease: 11s -> 13s445ms\n"
            "~ budget window: 1h -> 1h30m\n"
            "~ budget flips: 3 -> 0\n");
  EXPECT_EQ(ran.err, "NOTICE: 7 changes in force\n");
  EXPECT_EQ(
      nlohmann::json::parse(world_.run({"apply", example_, "--format", "json"}).out)["changes"]
          .size(),
      9u)
      << "programs get the store's own lines";
}

TEST_F(Apply, ShowsOfAChangedQueryTheLinesThatChanged) {
  world_.script.snapshot = calm_snapshot();
  const auto wanted = config::parse_fleet_file(example_);
  ASSERT_TRUE(wanted);
  const auto& queue = wanted->pools[0].queues[0];
  auto& before = world_.script.snapshot.pools[0].settings;
  before.name = wanted->pools[0].name;
  before.queues = {queue};
  auto& query = before.queues[0].query;
  const auto end = query.find('\n') + 1;
  query = query.substr(0, end) + "  a line -> that is: gone\n" + query.substr(end);
  world_.script.apply_answer =
      Words{"~ pools " + before.name.str() + " queues " + queue.name.str() + " query: x -> y"};
  const auto ran = world_.run({"apply", example_, "--dry-run"});
  EXPECT_EQ(ran.out, "~ pool " + before.name.str() + " queue " + queue.name.str() +
                         " query:\n    -   a line -> that is: gone\n");
  EXPECT_TRUE(ran.err.starts_with("NOTICE: 1 change; nothing was done: --dry-run\n")) << ran.err;
}

TEST_F(Apply, DryRunChangesNothing) {
  world_.script.apply_answer = Words{"pool mail: new"};
  const auto ran = world_.run({"apply", example_, "--dry-run"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_TRUE(ran.err.starts_with("NOTICE: 1 change; nothing was done: --dry-run\n")) << ran.err;
  ASSERT_EQ(world_.script.asked.size(), 1u);
  EXPECT_EQ(world_.script.asked[0].substr(0, 9), "apply dry");
}

TEST_F(Apply, ShowsEveryFaultOfTheFileAndDoesNotAskTheStore) {
  const std::string path = folder_ / "bad.toml";
  std::ofstream{path}
      << "[budget]\nflips = -1\n[[node]]\nname = \"a b\"\n[[pool]]\nname = \"mail\"\n";
  const auto ran = world_.run({"apply", path});
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.err.find(path + ":2: budget.flips: is -1"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find(path + ":4: node[1].name: node name \"a b\""), std::string::npos);
  EXPECT_NE(ran.err.find(path + ":5: pool.mail.candidates: is missing"), std::string::npos);
  EXPECT_NE(ran.err.find("NOTICE: 3 faults in"), std::string::npos);
  EXPECT_EQ(world_.script.conninfo, "") << "no store was opened";
  EXPECT_EQ(world_.run({"apply", folder_ / "none.toml"}).code, 2);
}

TEST_F(Apply, SaysHowManyFaultsAreNotShown) {
  const std::string path = folder_ / "bad.toml";
  {
    std::ofstream file{path};
    for (int i = 0; i < 5000; ++i) file << "zz" << i << " = 1\n";
  }
  const auto ran = world_.run({"apply", path});
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.err.find("zz0"), std::string::npos);
  EXPECT_LT(ran.err.size(), 20'000u);
  EXPECT_NE(ran.err.find("NOTICE: the first 50 of 5002 faults are shown"), std::string::npos)
      << ran.err.substr(ran.err.size() - std::min<std::size_t>(ran.err.size(), 300));
}

// that is what `apply` is there to repair
TEST_F(Apply, NeedsNoStoreWhoseStateCanBeRead) {
  for (const auto code : {ErrorCode::store_failed, ErrorCode::store_timeout}) {
    world_.script.snapshot_error = Error{code, "snapshot: the store's answer can't be read", ""};
    EXPECT_EQ(world_.run({"apply", example_}).code, 0);
    EXPECT_EQ(world_.run({"abort", "7", "--reason", "x"}).code, 0);
  }
  EXPECT_EQ(world_.script.asked.size(), 6u);
}

TEST_F(Apply, PassesOnWhatTheStoreSays) {
  world_.script.apply_answer = Error{ErrorCode::refused, "pool mail is held", "drain it"};
  EXPECT_EQ(world_.run({"apply", example_}).code, 3);
  world_.script.apply_answer = Error{ErrorCode::store_timeout, "no answer", ""};
  EXPECT_EQ(world_.run({"apply", example_}).code, 4);
}

}  // namespace
}  // namespace jobflip::cli

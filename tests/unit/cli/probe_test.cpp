#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "jobflip/core/sample_fields.hpp"
#include "support/temp_folder.hpp"
#include "unit/cli/fake_world.hpp"
#include "unit/cli/mail_pool.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;

const std::string kPools = kMailPool + R"(sample_every = "10s"
stall_after = "60s"
[[pool.queue]]
name = "reports"
database = "app"
query = "select 2"
[[pool]]
name = "web"
candidates = ["job1", "job2"]
[[pool.queue]]
name = "reports"
database = "other"
query = "select 3"
[[pool]]
name = "jobs"
candidates = ["job1", "job2"]
[[pool.queue]]
name = "default"
database = "app"
preset = "river"
)";

class Probe : public ::testing::Test {
 protected:
  Ran run(std::vector<std::string> words) {
    const auto file = folder_.path() + "/pools.toml";
    std::ofstream{file} << kPools;
    words.insert(words.begin(), "probe");
    for (const char* word : {"--file", file.c_str()}) words.emplace_back(word);
    return world_.run(words);
  }
  FakeWorld world_;
  test::TempFolder folder_;
};

TEST_F(Probe, ShowsTheRowAndWhatIsWorthKnowing) {
  world_.reading->runnable = 7;
  world_.reading->oldest_runnable = 90s;
  world_.reading->head = "a\x1b[31mb";
  const auto ran = run({"email", "--database", "host=db1"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(world_.databases, (std::map<std::string, std::string>{{"app", "host=db1"}}));
  EXPECT_NE(ran.out.find("runnable"), std::string::npos);
  EXPECT_NE(ran.out.find("1m30s"), std::string::npos);
  EXPECT_NE(ran.out.find("there is no marker"), std::string::npos);
  for (const auto& field : core::sample_fields())
    EXPECT_NE(ran.out.find("\n" + core::column_of(field) + " "), std::string::npos)
        << "not as a query has to name it: " << field.name;
  EXPECT_EQ(ran.out.find('\x1b'), std::string::npos);
}

TEST_F(Probe, AnswersJsonWithTheRow) {
  world_.reading->runnable = 7;
  const auto ran = run({"mail/email", "--database", "host=db1", "--format", "json"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto json = nlohmann::json::parse(ran.out);
  EXPECT_EQ(json["row"]["runnable"], 7);
  EXPECT_EQ(json["row"]["oldest_runnable_ms"], nullptr);
  EXPECT_FALSE(json["remarks"].empty());
}

TEST_F(Probe, SaysWhenAPresetKnowsNoJobOfTheQueue) {
  const std::string said =
      "there is no job of this queue: none at the moment, or River has another";
  auto ran = run({"default", "--database", "host=db1"});
  EXPECT_NE(ran.out.find(said), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find("there is no marker"), std::string::npos) << "it has none without jobs";
  EXPECT_EQ(run({"email", "--database", "host=db1"}).out.find(said), std::string::npos);
  world_.reading->deferred = 1;
  EXPECT_EQ(run({"default", "--database", "host=db1"}).out.find(said), std::string::npos);
}

TEST_F(Probe, SaysThatACompletionIsInTheFuture) {
  world_.reading->last_done_at = wall(std::chrono::hours{2});
  const auto ran = run({"email", "--database", "host=db1"});
  EXPECT_NE(ran.out.find("in the future: is a clock ahead"), std::string::npos) << ran.out;
}

TEST_F(Probe, WatchSaysAVerdictForEachReading) {
  world_.reading->runnable = 7;
  world_.interrupt_at = world_.now + 200s;
  const auto ran = run({"email", "--database", "host=db1", "--watch"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(world_.readings, 20);
  EXPECT_NE(ran.out.find("WARMUP"), std::string::npos);
  EXPECT_NE(ran.out.find("STALLED"), std::string::npos) << ran.out;
}

TEST_F(Probe, PrintsTheStatementAndItsPlanWithoutAReading) {
  EXPECT_EQ(run({"email", "--database", "host=db1", "--sql"}).out, "select 1\n");
  EXPECT_EQ(run({"email", "--database", "host=db1", "--explain"}).out,
            "Aggregate (cost=1)\n  \\x1b[31mSeq Scan\n");
  EXPECT_EQ(world_.readings, 0);
}

TEST_F(Probe, ThePlansAndStatementsOfProgramsAreDocuments) {
  const std::vector<std::string> where{"email", "--database", "host=db1", "--format"};
  const auto with = [&](const char* format, const char* what) {
    auto words = where;
    words.insert(words.end(), {format, what});
    return run(words).out;
  };
  EXPECT_EQ(nlohmann::json::parse(with("json", "--sql"))["sql"], "select 1");
  EXPECT_EQ(nlohmann::json::parse(with("json", "--explain"))["plan"],
            (std::vector<std::string>{"Aggregate (cost=1)", "  \\x1b[31mSeq Scan"}));
  EXPECT_EQ(with("tsv", "--sql"), "sql\nselect 1\n");
  EXPECT_EQ(with("tsv", "--explain"), "plan\nAggregate (cost=1)\n  \\x1b[31mSeq Scan\n");
  const auto of_preset = nlohmann::json::parse(
      run({"default", "--database", "host=db1", "--format", "json", "--sql"}).out);
  EXPECT_EQ(of_preset["made_for"], "a preset");
}

TEST_F(Probe, WatchGivesProgramsALineForEachReading) {
  world_.reading->runnable = 7;
  world_.interrupt_at = world_.now + 25s;
  std::istringstream json{
      run({"email", "--database", "host=db1", "--watch", "--format", "json"}).out};
  int lines = 0;
  for (std::string line; std::getline(json, line); ++lines) {
    const auto one = nlohmann::json::parse(line);
    EXPECT_EQ(one["verdict"], "WARMUP");
    EXPECT_EQ(one["row"]["runnable"], 7);
    EXPECT_TRUE(one["error"].is_null());
  }
  EXPECT_EQ(lines, 3);
  world_.interrupt_at = world_.now + 5s;
  const auto tsv = run({"email", "--database", "host=db1", "--watch", "--format", "tsv"}).out;
  EXPECT_EQ(tsv.substr(0, tsv.find('\n')), "at\tverdict\treason");
  EXPECT_NE(tsv.find("\tWARMUP\t"), std::string::npos) << tsv;
  world_.reading = Error{ErrorCode::probe_failed, "queue email: denied", "grant it"};
  world_.interrupt_at = world_.now + 5s;
  const auto failed = nlohmann::json::parse(
      run({"email", "--database", "host=db1", "--watch", "--format", "json"}).out);
  EXPECT_TRUE(failed["row"].is_null());
  EXPECT_EQ(failed["error"]["hint"], "grant it");
}

TEST_F(Probe, TheStatementOfAQueryNeedsNoDatabase) {
  const auto ran = run({"email", "--sql", "--supervisor-config", "/no/such.toml"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "select 1\n");
  const auto preset = run({"default", "--sql", "--supervisor-config", "/no/such.toml"});
  EXPECT_EQ(preset.code, 2);
  EXPECT_NE(preset.err.find("depends on the tables that its database has"), std::string::npos);
}

TEST_F(Probe, ListsOnlyTheQueuesOfThatName) {
  const auto several = run({"reports", "--database", "host=db1"}).err;
  EXPECT_NE(several.find("write one of: mail/reports, web/reports\n"), std::string::npos)
      << several;
  const auto none = run({"emial", "--database", "host=db1"}).err;
  EXPECT_NE(none.find("mail/email, mail/reports, web/reports, jobs/default"), std::string::npos);
}

TEST_F(Probe, SaysWhatIsWrong) {
  world_.reading = Error{ErrorCode::probe_failed, "queue email: permission denied", "grant it"};
  struct Case {
    std::vector<std::string> words;
    int code;
    const char* says;
  };
  const std::vector<Case> cases{
      {{}, 2, "which queue?"},
      {{"emial", "--database", "host=db1"}, 2, "write one of: mail/email"},
      {{"reports", "--database", "host=db1"}, 2, "several queues"},
      {{"web/email", "--database", "host=db1"}, 2, "is no queue"},
      {{"email", "--database", "host=db1 password=x"}, 2, "password"},
      {{"email", "--supervisor-config", "/no/such.toml"}, 2, "--database"},
      {{"email", "--database", "host=db1"}, 1, "permission denied"},
  };
  for (const auto& [words, code, says] : cases) {
    const auto ran = run(words);
    EXPECT_EQ(ran.code, code) << says << "\n" << ran.err;
    EXPECT_NE(ran.err.find(says), std::string::npos) << ran.err;
  }
}

}  // namespace
}  // namespace jobflip::cli

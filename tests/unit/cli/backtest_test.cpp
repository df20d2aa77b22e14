#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "support/build_paths.hpp"
#include "support/temp_folder.hpp"
#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

const std::string kTrace = "tests/traces/01-all-slots-held/";

std::string csv() {
  return test::source_path(kTrace + "samples.csv");
}

Ran run(std::vector<std::string> words, const std::string& typed = "") {
  FakeWorld world;
  world.typed = typed;
  words.insert(words.begin(), "backtest");
  return world.run(words);
}

TEST(Backtest, PrintsTheChangesAndTheFlips) {
  const auto ran = run({"--csv", csv()});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("STALLED"), std::string::npos);
  EXPECT_NE(ran.out.find("1 flip wanted"), std::string::npos) << ran.out;
}

TEST(Backtest, AnswersJsonWithAVerdictForEachReading) {
  const auto ran = run(
      {"--csv", csv(), "--settings", test::source_path(kTrace + "settings"), "--format", "json"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto json = nlohmann::json::parse(ran.out);
  EXPECT_EQ(json["verdicts"].size(), 721U);
  ASSERT_EQ(json["flips"].size(), 1U);
  EXPECT_EQ(json["flips"][0]["at_s"], 2030);
}

TEST(Backtest, TriesEachValueOfASetting) {
  const auto ran = run({"--csv", csv(), "--set", "stall_after=30s,5m", "--set",
                        "job_timeout=30s,1h", "--format", "json"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto rows = nlohmann::json::parse(ran.out)["sweep"];
  ASSERT_EQ(rows.size(), 4U);
  for (const auto& row : rows) {
    const bool patient = row["settings"]["job_timeout"] == "1h";
    EXPECT_EQ(row["flips"], 1) << row;
    EXPECT_EQ(row["first_at_s"] > 5000, patient) << row;
  }
}

TEST(Backtest, SetsOverTheFileAndReadsStandardInput) {
  const test::TempFolder dir;
  const auto settings = dir.path() + "/settings";
  std::ofstream{settings} << "# of a queue\nstall_after = 90s\njob_timeout=1h\n";
  std::ifstream file{csv()};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto ran = run({"--csv", "-", "--settings", settings, "--set", "job_timeout=90s"}, text);
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("limit 1m30s, set by stall_after"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("1 flip wanted"), std::string::npos) << ran.out;
}

/// Jobs are due, one completes at each reading, and from half of the file on none does.
std::string stalls(const test::TempFolder& dir, int every, int readings) {
  const auto path = dir.path() + "/every" + std::to_string(every) + ".csv";
  std::ofstream out{path};
  out << "time_s,runnable,oldest_runnable_s,done\n";
  for (int i = 0; i < readings; ++i) {
    const int quiet = std::max(0, i - readings / 2);
    out << every * i << ",5," << 20 + every * quiet << "," << std::min(i, readings / 2) << "\n";
  }
  return path;
}

TEST(Backtest, TakesTheSpacingOfTheFileIfNoSettingSaysIt) {
  const test::TempFolder dir;
  for (const int every : {30, 300}) {
    const auto ran = run({"--csv", stalls(dir, every, 400), "--set", "stall_after=30m"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_NE(ran.out.find("1 flip wanted"), std::string::npos) << every << "\n" << ran.out;
    const auto text = every == 30 ? "sample_every = \"30s\"" : "sample_every = \"5m\"";
    EXPECT_NE(ran.err.find(text), std::string::npos) << ran.err;
    EXPECT_EQ(ran.err.find("WARNING"), std::string::npos) << ran.err;
  }
}

TEST(Backtest, TakesTheSpacingOfStandardInputToo) {
  const test::TempFolder dir;
  std::ifstream file{stalls(dir, 30, 400)};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto ran = run({"--csv", "-", "--set", "stall_after=30m", "--format", "json"}, text);
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto json = nlohmann::json::parse(ran.out);
  EXPECT_EQ(json["verdicts"].size(), 400U);
  EXPECT_EQ(json["flips"].size(), 1U);
  for (const char* key : {"at", "ended_by", "flip"})
    EXPECT_FALSE(json["flips"][0].contains(key)) << key << " is of the store's readings";
}

TEST(Backtest, WarnsOfASampleEveryThatIsNotTheFiles) {
  const test::TempFolder dir;
  const auto file = stalls(dir, 300, 100);
  auto ran = run({"--csv", file, "--set", "sample_every=10s"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_NE(ran.err.find("sample_every = \"10s\", but the readings of the file are 5m apart"),
            std::string::npos)
      << ran.err;
  ran = run({"--csv", file, "--set", "sample_every=4m"});
  EXPECT_EQ(ran.err, "");
}

TEST(Backtest, ShowsOnlyWhatIsAbnormalIfBrief) {
  const test::TempFolder dir;
  const auto ran = run({"--csv", stalls(dir, 10, 400), "--set", "stall_after=3m", "--brief"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out.find("WARMUP"), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find("OK"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("STALLED"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("1 flip wanted"), std::string::npos) << ran.out;
}

TEST(Backtest, HasTheWantedFlipsAmongTheRowsOfTsv) {
  const test::TempFolder dir;
  const auto ran =
      run({"--csv", stalls(dir, 10, 400), "--set", "stall_after=3m", "--format", "tsv"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto stalled = ran.out.find("\tSTALLED\t");
  const auto wanted = ran.out.find("\tFLIP-WANTED\tstuck for 30.0s; ended: no; ");
  ASSERT_NE(wanted, std::string::npos) << ran.out;
  EXPECT_LT(stalled, wanted);
}

TEST(Backtest, WritesAPicture) {
  const test::TempFolder dir;
  const auto plot = dir.path() + "/plot.svg";
  EXPECT_EQ(run({"--csv", csv(), "--plot", plot}).code, 0);
  std::ifstream file{plot};
  const std::string svg{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_NE(svg.find("<title>STALLED</title>"), std::string::npos);
  EXPECT_EQ(run({"--csv", csv(), "--plot", dir.path() + "/no/such/plot.svg"}).code, 1);
}

TEST(Backtest, WritesItsPictureThroughNothingThatSomebodyElsePutThere) {
  const test::TempFolder dir;
  const auto plot = dir.path() + "/plot.svg";
  const auto write = [&] { return run({"--csv", csv(), "--plot", plot}); };
  const auto text_of = [](const std::string& path) {
    std::ifstream file{path};
    return std::string{std::istreambuf_iterator<char>{file}, {}};
  };
  EXPECT_EQ(write().code, 0);
  const auto picture = text_of(plot);
  for (const std::string name : {"/plot.svg", "/plot.svg.partial"}) {
    const auto precious = dir.path() + "/precious";
    std::ofstream{precious} << "precious";
    std::filesystem::remove(dir.path() + name);
    std::filesystem::create_symlink(precious, dir.path() + name);
    EXPECT_EQ(write().code, 0) << name;
    EXPECT_EQ(text_of(precious), "precious") << name;
    EXPECT_EQ(text_of(plot), picture) << name;
    EXPECT_TRUE(std::filesystem::is_regular_file(std::filesystem::symlink_status(plot))) << name;
  }
  std::filesystem::remove(plot);
  ASSERT_EQ(::mkfifo(plot.c_str(), 0600), 0);
  const auto refused = write();
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.err.find("plot.svg is not a regular file"), std::string::npos) << refused.err;
}

TEST(Backtest, ShowsABoundedNumberOfChanges) {
  const test::TempFolder dir;
  const auto file = dir.path() + "/flapping.csv";
  {
    std::ofstream csv_of_another{file};
    csv_of_another << "time_s,paused\n";
    for (int i = 0; i < 30'000; ++i) csv_of_another << 10 * i << (i % 2 == 0 ? ",t\n" : ",f\n");
  }
  const auto ran = run({"--csv", file, "--format", "tsv"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(std::ranges::count(ran.out, '\n'), 20'001);
  EXPECT_NE(ran.err.find("the first 20000 changes are shown, and 10000 are not"), std::string::npos)
      << ran.err;
}

TEST(Backtest, SaysWhatIsWrong) {
  const test::TempFolder dir;
  const auto bad = dir.path() + "/bad.csv";
  std::ofstream{bad} << "time_s,runnable\n1,many\n";
  struct Case {
    std::vector<std::string> words;
    int code;
    const char* says;
  };
  const std::vector<Case> cases{
      {{}, 2, "name either QUEUE or --csv"},
      {{"email", "--csv", csv()}, 2, "name either QUEUE or --csv"},
      {{"email", "--since", "soon"}, 2, "--since"},
      {{"--csv", dir.path() + "/none.csv"}, 2, "none.csv can't be read"},
      {{"--csv", bad}, 2, "bad.csv:2: column runnable: \"many\""},
      {{"--csv", csv(), "--settings", dir.path() + "/none"}, 2, "can't be read"},
      {{"--csv", csv(), "--set", "stall_after"}, 2, "is no KEY=VALUE"},
      {{"--csv", csv(), "--set", "stall_after="}, 2, "stall_after: has no value"},
      {{"--csv", csv(), "--set", "stall_after=3m,,4m"}, 2, "stall_after: has no value"},
      {{"--csv", csv(), "--set", "preset=river"}, 2, "preset: says where a queue is read"},
      {{"--csv", csv(), "--set", "name=x"}, 2, "name: says where a queue is read"},
      {{"--csv", csv(), "--set", "stall_aftr=3m"}, 2, "stall_aftr"},
      {{"--csv", csv(), "--set", "stall_after=3"}, 2, "stall_after"},
      {{"--csv", csv(), "--set", "enter_after=0"}, 2, "enter_after"},
      {{"--csv", csv(), "--hold-down", "soon"}, 2, "--hold-down"},
      {{"--csv", "-", "--set", "stall_after=3m,4m"}, 2, "several values"},
      {{"--csv", csv(), "--set", "stall_after=3m,4m", "--plot", dir.path() + "/plot.svg"},
       2,
       "--plot draws one replay"},
      {{"--csv", csv(), "--set", "stall_after=3m,4m", "--set", "job_timeout=3m,4m", "--set",
        "enter_after=2,3"},
       2,
       "3 settings have several values"},
  };
  for (const auto& [words, code, says] : cases) {
    const auto ran = run(words);
    EXPECT_EQ(ran.code, code) << says << "\n" << ran.err;
    EXPECT_NE(ran.err.find(says), std::string::npos) << ran.err;
  }
}

}  // namespace
}  // namespace jobflip::cli

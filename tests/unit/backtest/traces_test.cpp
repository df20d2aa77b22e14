// Every trace under tests/traces, replayed: what must be said and done, and what must not.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "jobflip/backtest/csv.hpp"
#include "jobflip/config/files.hpp"
#include "support/build_paths.hpp"

namespace jobflip::backtest {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream in{path};
  EXPECT_TRUE(in) << path;
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in{line};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

struct Replayed {
  std::vector<ReplayVerdict> said;
  std::vector<WantedFlip> flips;
};

Replayed replayed(const fs::path& trace) {
  const auto settings = config::parse_queue_settings(text_of(trace / "settings"), "settings");
  EXPECT_TRUE(settings);
  std::ifstream file{trace / "samples.csv"};
  CsvReadings readings{file, "samples.csv"};
  Replay replay{*settings, Millis{30'000}};
  Replayed out;
  for (;;) {
    const auto one = readings.next();
    EXPECT_TRUE(one) << one.error().text;
    if (!one || !*one) break;
    out.said.push_back(replay.next(**one));
  }
  out.flips = replay.flips();
  return out;
}

Millis seconds(const std::string& word) {
  return Millis{static_cast<std::int64_t>(std::stod(word) * 1000)};
}

bool is_in(Millis at, Millis from, Millis to) {
  return at >= from && at <= to;
}

/// "" if the expectation holds, else where it does not.
std::string why_not(const Replayed& replay, const std::string& line) {
  auto words = words_of(line);
  const std::string kind = words.at(0);
  const auto named = [&](const ReplayVerdict& said, std::size_t from) {
    const std::string name{core::name_of(said.verdict)};
    return std::find(words.begin() + static_cast<std::ptrdiff_t>(from), words.end(),
                     name == "BUSY" && kind == "must" ? "OK" : name) != words.end();
  };
  const auto text = [](const ReplayVerdict& said) {
    return std::to_string(said.at.count() / 1000) +
           " s: " + std::string{core::name_of(said.verdict)} + ": " + said.reason;
  };
  if (kind == "must" || kind == "not") {
    for (const ReplayVerdict& said : replay.said)
      if (is_in(said.at, seconds(words.at(1)), seconds(words.at(2))) &&
          named(said, 3) != (kind == "must"))
        return text(said);
    return "";
  }
  if (kind == "by" || kind == "from") {
    const std::size_t by = kind == "by" ? 1 : 3;
    const Millis from = kind == "by" ? Millis{} : seconds(words.at(1));
    for (const ReplayVerdict& said : replay.said)
      if (is_in(said.at, from, seconds(words.at(by))) && named(said, by + 1)) return "";
    return "none of these is said";
  }
  if (kind == "flip_by" || kind == "noflip") {
    const Millis from = kind == "noflip" ? seconds(words.at(1)) : Millis{};
    const Millis to = seconds(words.at(kind == "noflip" ? 2 : 1));
    for (const WantedFlip& flip : replay.flips)
      if (is_in(flip.at, from, to))
        return kind == "flip_by" ? ""
                                 : std::to_string(flip.at.count() / 1000) + " s: " + flip.reason;
    return kind == "flip_by" ? "no flip is wanted" : "";
  }
  EXPECT_EQ(kind, "says") << "an expectation that this test does not know";
  const std::regex wanted{line.substr(line.find(words.at(3), line.find(words.at(2)) + 1))};
  for (const ReplayVerdict& said : replay.said)
    if (is_in(said.at, seconds(words.at(1)), seconds(words.at(2))) &&
        std::regex_search(said.reason, wanted))
      return "";
  return "no reason matches";
}

/// What the row can't tell apart: tests/traces/README.md.
bool is_known_to_fail(const std::string& trace, const std::string& line) {
  return trace == "35-maintenance-mode" && line.starts_with("noflip");
}

std::vector<std::string> names_of_traces() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator{test::source_path("tests/traces")})
    if (entry.is_directory()) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

class Traces : public testing::TestWithParam<std::string> {};

TEST_P(Traces, AreJudgedAsExpected) {
  const auto folder = fs::path{test::source_path("tests/traces")} / GetParam();
  const Replayed replay = replayed(folder);
  ASSERT_GT(replay.said.size(), 100U);
  std::istringstream lines{text_of(folder / "expected.txt")};
  int expectations = 0;
  for (std::string line; std::getline(lines, line);) {
    if (words_of(line).empty() || line.starts_with('#')) continue;
    ++expectations;
    const std::string why = why_not(replay, line);
    if (is_known_to_fail(GetParam(), line))
      EXPECT_NE(why, "") << line << " holds now: take it off the list of what is known to fail";
    else
      EXPECT_EQ(why, "") << line;
  }
  EXPECT_GT(expectations, 0);
}

std::string name_of_case(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, Traces, testing::ValuesIn(names_of_traces()), name_of_case);

}  // namespace
}  // namespace jobflip::backtest

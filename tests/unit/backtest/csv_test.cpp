#include "jobflip/backtest/csv.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace jobflip::backtest {
namespace {

using namespace std::chrono_literals;

constexpr const char* kHeader =
    "time_s,runnable,oldest_runnable_s,unpromoted,running,oldest_running_s,done,last_done_at,"
    "failed,paused,marker,head,error\n";

struct Read {
  std::vector<Reading> readings;
  std::string error;
};

Read read(const std::string& text) {
  std::istringstream in{text};
  CsvReadings readings{in, "x.csv"};
  Read out;
  for (;;) {
    auto one = readings.next();
    if (!one) {
      out.error = one.error().text;
      return out;
    }
    if (!*one) return out;
    out.readings.push_back(std::move(**one));
  }
}

TEST(CsvReadings, HaveEveryColumnOfTheProbeRow) {
  const auto got = read(std::string{kHeader} +
                        "10.5,3,1.25,1,2,30,100,8,4,f,77,\"a,\"\"b\"\"\",\r\n"
                        "\n"
                        "20,0,,0,0,,100,2026-11-23T03:12:09.000000Z,4,,,,\n");
  ASSERT_EQ(got.error, "");
  ASSERT_EQ(got.readings.size(), 2U);
  const auto& one = *got.readings[0].sample;
  EXPECT_EQ(got.readings[0].at, 10'500ms);
  EXPECT_EQ(one.runnable, 3);
  EXPECT_EQ(one.oldest_runnable, 1250ms);
  EXPECT_EQ(one.unpromoted, 1);
  EXPECT_EQ(one.running, 2);
  EXPECT_EQ(one.oldest_running, 30s);
  EXPECT_EQ(one.done, 100);
  EXPECT_EQ(one.last_done_at, WallTime{8s});
  EXPECT_EQ(one.failed, 4);
  EXPECT_EQ(one.paused, false);
  EXPECT_EQ(one.marker, 77);
  EXPECT_EQ(one.head, "a,\"b\"");
  const auto& other = *got.readings[1].sample;
  EXPECT_FALSE(other.oldest_runnable || other.paused || other.marker || other.head);
  EXPECT_EQ(rfc3339(*other.last_done_at), "2026-11-23T03:12:09.000000Z");
}

TEST(CsvReadings, TimesAndFlagsMayBeAsPostgresqlAndJobflipPrintThem) {
  const auto got = read(
      "time_s,last_done_at,paused\n1,2026-11-27 22:00:00+00,yes\n2,2026-11-27T22:00:00Z,no\n"
      "3,2026-11-27 22:00:00Z,t\n4,1795816800,false\n");
  ASSERT_EQ(got.error, "");
  ASSERT_EQ(got.readings.size(), 4U);
  for (const auto& one : got.readings)
    EXPECT_EQ(rfc3339(one.sample->last_done_at.value()), "2026-11-27T22:00:00.000000Z");
  EXPECT_EQ(got.readings[0].sample->paused, true);
  EXPECT_EQ(got.readings[1].sample->paused, false);
}

TEST(CsvReadings, AWrongValueIsToldWhatIsAccepted) {
  for (const auto& [column, hint] :
       {std::pair{"last_done_at", "2026-11-27 22:00:00+00 or 2026-11-27T22:00:00Z, or the seconds"},
        {"paused", "write true, t, yes or 1, or false, f, no or 0"},
        {"runnable", "a whole number of 0 or more"},
        {"marker", "a whole number, or nothing"},
        {"oldest_runnable_s", "seconds, such as 12.5"}}) {
    std::istringstream in{"time_s," + std::string{column} + "\n1,x\n"};
    CsvReadings readings{in, "x.csv"};
    const auto one = readings.next();
    ASSERT_TRUE(one.has_error()) << column;
    EXPECT_NE(one.error().hint.find(hint), std::string::npos) << one.error().hint;
  }
}

TEST(CsvReadings, MayLeaveOutColumnsAndHaveTheOptionalOnes) {
  const auto got = read("blocked,time_s,queue\n5,1,mail\n");
  ASSERT_EQ(got.error, "");
  EXPECT_EQ(got.readings.at(0).sample->blocked, 5);
}

TEST(CsvReadings, TakeWhatSpreadsheetsAndClocksDoToThem) {
  const auto got = read("\xEF\xBB\xBFtime_s,oldest_runnable_s\n1,-4.5\n1,2\n");
  ASSERT_EQ(got.error, "");
  ASSERT_EQ(got.readings.size(), 2U) << "two in one second";
  EXPECT_EQ(got.readings[0].sample->oldest_runnable, 0ms) << "another host's clock is ahead";
  EXPECT_EQ(got.readings[1].sample->oldest_runnable, 2s);
}

TEST(CsvReadings, AnErrorIsAReadingThatFailed) {
  const auto got = read("time_s,runnable,error\n1,,statement timeout\n2,4,\n");
  ASSERT_EQ(got.readings.size(), 2U);
  ASSERT_TRUE(got.readings[0].sample.has_error());
  EXPECT_EQ(got.readings[0].sample.error().text, "statement timeout");
  EXPECT_EQ(got.readings[1].sample->runnable, 4);
}

TEST(CsvReadings, AreReplayedFromTheFirstTimeThatIsTakenToTheLast) {
  const auto got = read("time_s,runnable\n-4000000000,1\n0,1\n4000000000,1\n");
  ASSERT_EQ(got.error, "");
  core::QueueSettings settings;
  settings.name = QueueName::of("queue");
  settings.stall_after = std::chrono::days{365};
  Replay replay{settings, 30s};
  core::QueueState last{};
  for (const auto& one : got.readings) last = replay.next(one).verdict;
  EXPECT_EQ(last, core::QueueState::warmup) << "the watch began again";
  settings.stall_after = 60s;
  Replay another{settings, 30s};
  for (const auto& one : got.readings) last = another.next(one).verdict;
  Reading later = got.readings.back();
  for (int i = 0; i < 30; ++i) {
    later.at += 10s;
    last = another.next(later).verdict;
  }
  EXPECT_EQ(last, core::QueueState::stalled);
}

TEST(CsvReadings, NameTheLineTheColumnAndTheValueThatIsWrong) {
  struct Bad {
    std::string text;
    std::vector<const char*> says;
  };
  const std::vector<Bad> all{
      {"", {"x.csv:0", "the file is empty"}},
      {"runnable\n1\n", {"x.csv:1", "no column time_s"}},
      {"time_s,time_s\n", {"time_s", "twice"}},
      {"time_s,runable\n", {"runable", "column of the probe row"}},
      {"time_s,runnable\n1\n", {"x.csv:2", "1 cells", "2"}},
      {"time_s\nsoon\n", {"x.csv:2", "time_s", "soon"}},
      {"time_s\nnan\n", {"nan"}},
      {"time_s\n1e300\n", {"1e300"}},
      {"time_s\n4000000001\n", {"time_s", "more than 4000000000 seconds"}},
      {"time_s\n-4000000001\n", {"time_s", "more than 4000000000 seconds"}},
      {"time_s\n5\n4\n", {"x.csv:3", "goes back"}},
      {"time_s,runnable\n1,five\n", {"x.csv:2", "runnable", "five"}},
      {"time_s,runnable\n1,-1\n", {"runnable", "-1"}},
      {"time_s,runnable\n1,1.5\n", {"runnable", "1.5"}},
      {"time_s,done\n1,99999999999999999999\n", {"done"}},
      {"time_s,oldest_runnable_s\n1,-6\n", {"oldest_runnable_s", "-6"}},
      {"time_s,oldest_runnable_s\n1,inf\n", {"oldest_runnable_s", "inf"}},
      {"time_s,paused\n1,maybe\n", {"paused", "maybe"}},
      {"time_s,last_done_at\n1,today\n", {"last_done_at", "today"}},
      {"time_s,head\n1,\"a\n", {"x.csv:2", "quote"}},
      {"time_s\n" + std::string(70'000, '1') + "\n", {"x.csv:2", "longer than 64 KiB"}},
      {"time_s,\x1b[31m\n", {"column of the probe row"}},
  };
  for (const Bad& bad : all) {
    const auto got = read(bad.text);
    for (const char* word : bad.says)
      EXPECT_NE(got.error.find(word), std::string::npos)
          << bad.text.substr(0, 80) << ": " << got.error;
    EXPECT_EQ(got.error.find('\x1b'), std::string::npos);
  }
}

}  // namespace
}  // namespace jobflip::backtest

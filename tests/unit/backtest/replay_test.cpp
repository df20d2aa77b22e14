#include "jobflip/backtest/replay.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "jobflip/backtest/document.hpp"
#include "jobflip/backtest/plot.hpp"

namespace jobflip::backtest {
namespace {

using namespace std::chrono_literals;

core::QueueSettings settings() {
  core::QueueSettings out;
  out.name = QueueName::of("q");
  out.stall_after = 60s;
  out.job_timeout = 60s;
  return out;
}

/// Readings of a queue that completes jobs, but from `from` to `to` stands.
struct Queue {
  Millis from;
  Millis to;
  std::int64_t done{0};

  Reading at(Millis now) {
    if (now < from || now >= to) ++done;
    Reading out;
    out.at = now;
    out.sample->runnable = 5;
    out.sample->done = done;
    return out;
  }
};

struct Whole {
  std::vector<ReplayVerdict> said;
  std::vector<WantedFlip> flips;
};

Whole replay(Millis hold_down, Queue queue, Millis end) {
  Replay run{settings(), hold_down};
  Whole out;
  for (Millis now{}; now <= end; now += 10s) out.said.push_back(run.next(queue.at(now)));
  out.flips = run.flips();
  return out;
}

TEST(Replay, WantsOneFlipForAStallThatLastsForTheHoldDown) {
  const auto whole = replay(30s, {400s, 800s}, 1000s);
  ASSERT_EQ(whole.flips.size(), 1U);
  EXPECT_EQ(whole.flips[0].at, 480s) << "60 s after the last job, at 390 s, and 30 s more";
  EXPECT_EQ(whole.flips[0].stuck_for, 30s);
  EXPECT_EQ(whole.flips[0].ended_by_itself, 320s) << "the first job, at 800 s";
  EXPECT_NE(whole.flips[0].reason.find("no job was taken"), std::string::npos);
}

TEST(Replay, WantsNoneForAStallThatIsShorter) {
  EXPECT_EQ(replay(30s, {400s, 470s}, 1000s).flips.size(), 0U);
  EXPECT_EQ(replay(0s, {400s, 470s}, 1000s).flips.size(), 1U);
}

TEST(Replay, SaysWhenTheVerdictChanges) {
  const auto whole = replay(30s, {400s, 800s}, 1000s);
  std::vector<std::string> changes;
  for (const ReplayVerdict& said : whole.said)
    if (said.changed)
      changes.push_back(std::to_string(said.at.count() / 1000) + " " +
                        std::string{core::name_of(said.verdict)});
  EXPECT_EQ(changes, (std::vector<std::string>{"0 WARMUP", "120 OK", "450 STALLED", "810 OK"}));
}

/// "0 WARMUP 120 OK": each change with its time in seconds.
std::string changes_of(const std::vector<ReplayVerdict>& all) {
  std::string text;
  for (const ReplayVerdict& said : all)
    if (said.changed)
      text += (text.empty() ? "" : " ") + std::to_string(said.at.count() / 1000) + " " +
              std::string{core::name_of(said.verdict)};
  return text;
}

TEST(Replay, BeginsAgainWhereLiveDid) {
  const auto run_with = [](Millis begins) {
    Queue queue{400s, 5000s};
    Replay run{settings(), 3600s};
    std::vector<ReplayVerdict> out;
    for (Millis now{}; now <= 1000s; now += 10s) {
      auto reading = queue.at(now);
      reading.begins = now == begins || now == 0s;
      out.push_back(run.next(reading));
    }
    return changes_of(out);
  };
  EXPECT_EQ(run_with(0s), "0 WARMUP 120 OK 450 STALLED");
  EXPECT_EQ(run_with(500s), "0 WARMUP 120 OK 450 STALLED 500 WARMUP 620 STALLED")
      << "a flip was made, and did not help";
}

/// A stall from 400 s to 800 s with a flip or takeover, after which the watch begins again or not.
WantedFlip flip_of(std::optional<PoolMove> move, Millis moved_at, std::optional<Millis> begins) {
  Queue queue{400s, 800s};
  Replay run{settings(), 30s};
  for (Millis now{}; now <= 1000s; now += 10s) {
    auto reading = queue.at(now);
    if (now == moved_at) reading.moved = move;
    reading.begins = now == begins;
    run.next(reading);
  }
  EXPECT_EQ(run.flips().size(), 1U);
  return run.flips().empty() ? WantedFlip{} : run.flips().front();
}

TEST(Replay, AStallThatWasFlippedOrTakenOverDidNotEndByItself) {
  const PoolMove flip{WallTime{}, FlipId{7}};
  const PoolMove takeover{WallTime{}, std::nullopt};
  for (const auto& move : {flip, takeover})
    for (const Millis at : {460s, 480s, 700s, 800s}) {
      SCOPED_TRACE(at.count());
      const auto wanted = flip_of(move, at, std::nullopt);
      EXPECT_EQ(wanted.moved, move);
      EXPECT_FALSE(wanted.ended_by_itself);
    }
  EXPECT_EQ(flip_of(flip, 700s, 720s).moved, flip);
}

TEST(Replay, AFlipBeforeOrAfterTheStallIsNotAboutIt) {
  const PoolMove flip{WallTime{}, FlipId{7}};
  for (const Millis at : {300s, 440s, 810s}) {
    const auto wanted = flip_of(flip, at, std::nullopt);
    EXPECT_FALSE(wanted.moved) << at.count();
    EXPECT_TRUE(wanted.ended_by_itself) << at.count();
  }
}

TEST(Replay, NobodyKnowsHowAStallEndedInWhichTheWatchBeganAgain) {
  const auto wanted = flip_of(std::nullopt, 0s, 700s);
  EXPECT_FALSE(wanted.moved);
  EXPECT_FALSE(wanted.ended_by_itself);
}

TEST(Replay, WhatHungTeachesNoRunTimeAcrossANewWatch) {
  Replay run{core::QueueSettings{}, 30s};
  Reading reading;
  const auto next = [&](bool completes) {
    reading.at += 10s;
    reading.begins = false;
    if (completes) ++reading.sample->done;
    if (reading.sample->oldest_running) *reading.sample->oldest_running += 10s;
    run.next(reading);
  };
  for (int i = 0; i < 200; ++i) next(true);
  reading.sample->running = 1;
  reading.sample->oldest_running = 0ms;
  for (int i = 0; i < 200; ++i) next(false);
  reading.begins = true;
  reading.at += 10s;
  run.next(reading);
  for (int i = 0; i < 30; ++i) next(true);
  reading.sample->running = 0;
  reading.sample->oldest_running.reset();
  next(true);
  EXPECT_LE(run.rhythm().run_times.longest(), 30s);
}

TEST(Replay, AFirstReadingThatFailsIsAChange) {
  Replay run{settings(), 30s};
  Reading failed;
  failed.sample = Error{ErrorCode::probe_failed, "no right", ""};
  EXPECT_TRUE(run.next(failed).changed);
  failed.at = 10s;
  EXPECT_FALSE(run.next(failed).changed);
}

TEST(Replay, WantsNoFlipWhileTheDatabaseCanHardlyBeRead) {
  const auto flips_with = [](int failed_of_ten) {
    Queue queue{400s, 5000s};
    Replay run{settings(), 30s};
    for (int i = 0; i <= 100; ++i) {
      auto reading = queue.at(i * 10s);
      if (reading.at >= 400s && i % 2 == 1 && i % 10 < 2 * failed_of_ten)
        reading.sample = Error{ErrorCode::database_failed, "timeout", ""};
      EXPECT_NE(run.next(reading).verdict, core::QueueState::blind);
    }
    return run.flips().size();
  };
  EXPECT_EQ(flips_with(3), 1U);
  EXPECT_EQ(flips_with(4), 0U) << "the cause is the database";
}

TEST(Replay, SaysForHowLongItWasStuckNotForHowLongItHadTo) {
  const auto whole = replay(25s, {400s, 800s}, 1000s);
  ASSERT_EQ(whole.flips.size(), 1U);
  EXPECT_EQ(whole.flips[0].stuck_for, 30s) << "a reading each 10 s";
}

TEST(Document, HasAVerdictForEachReadingAndTheFlips) {
  const auto whole = replay(30s, {400s, 800s}, 1000s);
  std::ostringstream out;
  DocumentWriter writer{out};
  for (const ReplayVerdict& said : whole.said) writer.add(said);
  writer.finish(whole.flips);
  const auto json = nlohmann::json::parse(out.str());
  ASSERT_EQ(json["verdicts"].size(), 101U);
  EXPECT_EQ(json["verdicts"][45]["at_s"], 450);
  EXPECT_EQ(json["verdicts"][45]["verdict"], "STALLED");
  EXPECT_NE(json["verdicts"][45]["reason"], "");
  ASSERT_EQ(json["flips"].size(), 1U);
  EXPECT_EQ(json["flips"][0]["at_s"], 480);
  EXPECT_EQ(json["flips"][0]["ended_by_itself_after_s"], 320);
}

TEST(Document, HasFractionsOfSeconds) {
  std::ostringstream out;
  DocumentWriter writer{out};
  writer.add({1500ms, core::QueueState::ok, "x", true});
  writer.finish({});
  EXPECT_EQ(nlohmann::json::parse(out.str())["verdicts"][0]["at_s"], 1.5);
}

TEST(Document, HasTheClockAndTheEndOfAStallOfTheStoresReadings) {
  std::ostringstream out;
  DocumentWriter writer{out, WallTime{std::chrono::hours{24 * 365}}};
  writer.add({480s, core::QueueState::stalled, "x", true});
  const PoolMove flip{WallTime{}, FlipId{7}};
  const PoolMove takeover{WallTime{}, std::nullopt};
  writer.finish({{480s, 30s, "x", std::nullopt, flip},
                 {580s, 30s, "x", std::nullopt, takeover},
                 {680s, 30s, "x", 5s, std::nullopt},
                 {780s, 30s, "x", std::nullopt, std::nullopt}});
  const auto json = nlohmann::json::parse(out.str());
  EXPECT_EQ(json["verdicts"][0]["at"], "1971-01-01T00:08:00.000000Z");
  const auto& flips = json["flips"];
  EXPECT_EQ(flips[0]["at"], "1971-01-01T00:08:00.000000Z");
  EXPECT_EQ(flips[0]["ended_by"], "flip");
  EXPECT_EQ(flips[0]["flip"], 7);
  EXPECT_EQ(flips[1]["ended_by"], "takeover");
  EXPECT_TRUE(flips[1]["flip"].is_null());
  EXPECT_EQ(flips[2]["ended_by"], "itself");
  EXPECT_TRUE(flips[3]["ended_by"].is_null());
}

TEST(Document, IsWholeWithoutReadings) {
  std::ostringstream out;
  DocumentWriter writer{out};
  writer.finish({});
  const auto json = nlohmann::json::parse(out.str());
  EXPECT_TRUE(json["verdicts"].empty() && json["flips"].empty());
}

TEST(Plot, ShowsWhatIsAbnormalHoweverManyReadingsThereAre) {
  std::vector<Point> points;
  for (int i = 0; i < 50'000; ++i)
    points.push_back({Millis{i * 1000},
                      i == 25'000 ? core::QueueState::stalled : core::QueueState::ok, true, i % 7,
                      1});
  const auto svg = plot_svg(points, {{25'000s, 30s, "x", std::nullopt}});
  EXPECT_NE(svg.find("<title>STALLED</title>"), std::string::npos);
  EXPECT_NE(svg.find("stroke=\"red\""), std::string::npos);
  EXPECT_LT(svg.size(), 60'000U);
  EXPECT_NE(plot_svg({}, {}).find("</svg>"), std::string::npos);
}

}  // namespace
}  // namespace jobflip::backtest

// `backtest QUEUE`: readings that the store has kept, beside what was done about the pool then.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;

/// Queue email of pool mail: an hour of readings, the last one just before now. A job completes
/// between two of them, but not in a stall of 10 minutes, which begins after half an hour.
class BacktestStore : public ::testing::Test {
 protected:
  BacktestStore() {
    world_.script.snapshot = calm_snapshot();
    auto& pool = world_.script.snapshot.pools.front().settings;
    core::QueueSettings queue;
    queue.name = QueueName::of("email");
    queue.database = "app";
    queue.query = "select 1";
    queue.stall_after = 60s;
    pool.queues = {queue};
  }
  WallTime at(Millis after) const { return world_.script.snapshot.store_time - 1h + after; }
  /// A watch that begins again at `begins`, as after a flip.
  void keep_readings(std::optional<Millis> begins = std::nullopt) {
    core::QueueSample sample;
    sample.runnable = 5;
    for (Millis now{}; now < 1h; now += 10s) {
      const bool stands = now >= 30min && now < 40min && (!begins || now < *begins);
      if (!stands) ++sample.done;
      sample.oldest_runnable = stands ? now - 30min + 5s : 5s;
      core::KeptSample one{at(now), 5ms, stands ? "STALLED" : "OK", sample, ""};
      one.begins = begins == now;
      world_.script.samples.push_back(one);
    }
  }
  void record(core::HistoryKind kind, Millis after, std::optional<FlipId> flip,
              const std::string& outcome = "verified") {
    core::HistoryEntry entry;
    entry.at = at(after);
    entry.pool = PoolName::of("mail");
    entry.kind = kind;
    entry.flip = flip;
    entry.outcome = outcome;
    world_.script.history.push_back(entry);
  }
  Ran run(std::vector<std::string> words = {}) {
    words.insert(words.begin(), {"backtest", "email"});
    return world_.run(words);
  }
  nlohmann::json json(std::vector<std::string> words = {}) {
    words.insert(words.end(), {"--format", "json"});
    const auto ran = run(words);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return nlohmann::json::parse(ran.out);
  }
  FakeWorld world_;
};

TEST_F(BacktestStore, SaysTheTimeInUtcWhateverSinceIs) {
  keep_readings();
  for (const char* since : {"61m", "14d"}) {
    const auto ran = run({"--since", since});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_NE(ran.out.find("2026-11-23 02:31:"), std::string::npos) << ran.out;
    const auto flip = json({"--since", since})["flips"][0];
    EXPECT_EQ(flip["at"].get<std::string>().substr(0, 17), "2026-11-23T02:31:") << flip;
    EXPECT_TRUE(flip["at_s"].is_number());
  }
}

TEST_F(BacktestStore, AStallThatNobodyFlippedEndedByItself) {
  keep_readings();
  record(core::HistoryKind::flip, 20min, FlipId{5});
  record(core::HistoryKind::flip, 35min, FlipId{6}, "aborted");
  record(core::HistoryKind::hold, 35min, std::nullopt, "observe");
  record(core::HistoryKind::flip, 50min, FlipId{7});
  EXPECT_NE(run().out.find("by itself after"), std::string::npos) << run().out;
  const auto flip = json()["flips"][0];
  EXPECT_EQ(flip["ended_by"], "itself");
  EXPECT_TRUE(flip["flip"].is_null());
}

TEST_F(BacktestStore, AStallThatWasFlippedDidNotEndByItself) {
  keep_readings(33min);
  record(core::HistoryKind::flip, 32min + 52s, FlipId{7});
  const auto ran = run();
  EXPECT_NE(ran.out.find("was flipped (flip 7)"), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find("by itself after"), std::string::npos) << ran.out;
  const auto flip = json()["flips"][0];
  EXPECT_EQ(flip["ended_by"], "flip");
  EXPECT_EQ(flip["flip"], 7);
  EXPECT_TRUE(flip["ended_by_itself_after_s"].is_null());
  const auto row = json({"--set", "stall_after=60s,61s"})["sweep"][0];
  EXPECT_EQ(row["flips"], 1);
  EXPECT_EQ(row["ended_by_themselves"], 0);
  EXPECT_EQ(row["were_flipped"], 1);
  EXPECT_EQ(row["first_at"].get<std::string>().substr(0, 17), "2026-11-23T02:31:") << row;
}

TEST_F(BacktestStore, ATakeoverAndANewWatchAreNoEndByItself) {
  keep_readings(33min);
  const auto flip = json()["flips"][0];
  EXPECT_TRUE(flip["ended_by"].is_null()) << "who began the watch again is not known";
  record(core::HistoryKind::takeover, 32min + 52s, std::nullopt, "taken");
  EXPECT_EQ(json()["flips"][0]["ended_by"], "takeover");
  EXPECT_NE(run().out.find("was taken over"), std::string::npos);
}

TEST_F(BacktestStore, TheHoldDownIsThePoolsUnlessItIsGiven) {
  keep_readings();
  auto& pool = world_.script.snapshot.pools.front().settings;
  pool.hold_down = 5min;
  EXPECT_EQ(json()["flips"][0]["stuck_for_s"], 300);
  pool.hold_down = 15min;
  EXPECT_EQ(json()["flips"].size(), 0U);
  EXPECT_EQ(json({"--hold-down", "40s"})["flips"][0]["stuck_for_s"], 40);
}

TEST_F(BacktestStore, WithoutAReadingItSaysSoAndWhenTheyCome) {
  for (const auto& words :
       {std::vector<std::string>{}, {"--format", "json"}, {"--set", "stall_after=1m,2m"}}) {
    const auto ran = run(words);
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(ran.out.empty(), (words != std::vector<std::string>{"--format", "json"}));
    EXPECT_NE(ran.err.find("the store has kept no reading of queue email"), std::string::npos);
    EXPECT_NE(ran.err.find("rows of 60 readings or of 4 minutes"), std::string::npos) << ran.err;
  }
}

}  // namespace
}  // namespace jobflip::cli

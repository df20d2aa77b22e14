#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "jobflip/core/rhythm.hpp"
#include "support/temp_folder.hpp"
#include "unit/cli/fake_world.hpp"
#include "unit/cli/mail_pool.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;

/// Pool mail with a queue of a system that keeps its jobs, and one of a system that does not.
class Learn : public ::testing::Test {
 protected:
  Learn() {
    world_.script.snapshot = calm_snapshot();
    auto& queues = world_.script.snapshot.pools.front().settings.queues;
    core::QueueSettings queue;
    queue.name = QueueName::of("email");
    queue.database = "app";
    queue.preset = "river";
    queues = {queue};
    queue.name = QueueName::of("tasks");
    queue.preset = "graphile-worker";
    queues.push_back(queue);
    queue.name = QueueName::of("own");
    queue.preset.reset();
    queue.query = "select 1";
    queues.push_back(queue);
  }
  Ran run(std::vector<std::string> words) {
    words.insert(words.begin(), "learn");
    for (const char* word : {"--database", "host=db1"}) words.emplace_back(word);
    return world_.run(words);
  }
  /// A job each minute until now, which waits for a second and runs for 5.
  void keep_jobs(int count) {
    std::vector<core::FinishedJob> jobs;
    const auto now = wall();
    for (int i = 1; i <= count; ++i)
      jobs.push_back({now - i * 1min, now - i * 1min + 1s, now - i * 1min + 6s});
    world_.finished_jobs = jobs;
  }
  void keep_readings(int count) {
    core::QueueSample sample;
    for (int i = 0; i < count; ++i) {
      sample.done = i;
      world_.script.samples.push_back(
          {world_.script.snapshot.store_time - (count - i) * 10s, 5ms, "OK", sample, ""});
    }
  }
  core::QueueSettings& email() {
    return world_.script.snapshot.pools.front().settings.queues.front();
  }
  FakeWorld world_;
};

TEST_F(Learn, ReadsTheCompletedJobsSaysWhatTheyShowAndKeepsIt) {
  keep_jobs(180);
  const auto ran = run({"email"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("mail/email: from 180 completed jobs of River, 2h59m back (60"),
            std::string::npos)
      << ran.out;
  EXPECT_NE(ran.out.find("enough is known"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("a stall after 3m00s"), std::string::npos) << ran.out;
  EXPECT_NE(ran.err.find("kept: the leading supervisor takes it in"), std::string::npos) << ran.err;
  ASSERT_TRUE(world_.script.taught);
  EXPECT_EQ(world_.script.taught->pool, PoolName::of("mail"));
  const auto kept = core::parse_rhythm_document(world_.script.taught->document);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->taught, 1);
  EXPECT_TRUE(kept->is_known());
  EXPECT_EQ(world_.script.asked.back(), "learn mail/email by ann: learn mail/email");
}

TEST_F(Learn, ADryRunKeepsNothing) {
  keep_jobs(180);
  const auto ran = run({"mail/email", "--dry-run"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.err.find("nothing was kept: --dry-run"), std::string::npos) << ran.err;
  EXPECT_FALSE(world_.script.taught);
}

TEST_F(Learn, ADryRunShowsWhatWouldBeKept) {
  core::Rhythm known;
  for (int i = 0; i < 3; ++i) known.quiet_gaps.add(40min);
  world_.script.learned = core::rhythm_document(known);
  keep_jobs(180);
  const auto json = nlohmann::json::parse(run({"email", "--dry-run", "--format", "json"}).out);
  EXPECT_EQ(json["dry_run"], true);
  EXPECT_EQ(json["kept"], false);
  EXPECT_GE(json["learned"]["longest_quiet_gap_ms"], 2'400'000) << "which was known before";
}

TEST_F(Learn, SaysThatWhatWasKnownAlreadyIsNotKeptAgain) {
  keep_jobs(180);
  world_.script.answer = core::OperatorAnswer{true, false, "", ""};
  EXPECT_EQ(nlohmann::json::parse(run({"email", "--format", "json"}).out)["kept"], false);
}

TEST_F(Learn, SaysWhetherRunTimesCanBeKnown) {
  keep_jobs(180);
  EXPECT_EQ(run({"email"}).out.find("no run times"), std::string::npos);
  for (auto& job : *world_.finished_jobs) job.started.reset();
  const auto ran = run({"email"});
  EXPECT_NE(ran.out.find("it does not keep when they began: no run times"), std::string::npos)
      << ran.out;
}

TEST_F(Learn, FromReadingsAsIfNoLimitWasSet) {
  for (auto& queue : world_.script.snapshot.pools.front().settings.queues) queue.stall_after = 60s;
  core::QueueSample sample;
  sample.runnable = 5;
  for (int i = 0; i < 400; ++i) {
    sample.done += i < 200 || i >= 260 ? 1 : 0;  // ten minutes without movement
    world_.script.samples.push_back(
        {world_.script.snapshot.store_time - (400 - i) * 10s, 5ms, "OK", sample, ""});
  }
  const auto json = nlohmann::json::parse(run({"own", "--format", "json"}).out);
  EXPECT_GE(json["learned"]["longest_quiet_gap_ms"], 600'000);
}

TEST_F(Learn, FromReadingsThoughTheStoresClockWasSetBack) {
  keep_readings(400);
  world_.script.samples[200].at += 30s;
  const auto ran = run({"own"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("from 400 readings"), std::string::npos) << ran.out;
}

TEST_F(Learn, FromReadingsAsTheWatchBeganThen) {
  keep_readings(60);
  const auto verdict_of_the_31st = [&] {
    const auto ran = world_.run({"backtest", "own", "--format", "json"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    return nlohmann::json::parse(ran.out)["verdicts"][30]["verdict"];
  };
  EXPECT_EQ(verdict_of_the_31st(), "IDLE");
  world_.script.samples[30].begins = true;
  EXPECT_EQ(verdict_of_the_31st(), "WARMUP");
}

TEST_F(Learn, AddsToWhatIsKnown) {
  core::Rhythm known;
  known.taught = 6;
  known.vain_waits = 1;
  for (int i = 0; i < 3; ++i) known.quiet_gaps.add(40min);
  world_.script.learned = core::rhythm_document(known);
  keep_jobs(180);
  ASSERT_EQ(run({"email"}).code, 0);
  const auto kept = core::parse_rhythm_document(world_.script.taught->document);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->taught, 7);
  EXPECT_GE(kept->quiet_gaps.longest(), 40min);
  EXPECT_TRUE(kept->is_known());
}

TEST_F(Learn, WithoutAHistoryItReplaysTheReadingsOfTheStoreAndSaysWhy) {
  keep_readings(400);
  const auto ran = run({"tasks"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.err.find("Graphile Worker keeps no history: a job is deleted once it is done"),
            std::string::npos)
      << ran.err;
  EXPECT_NE(ran.out.find("from 400 readings that the store has kept, over 1h06m"),
            std::string::npos)
      << ran.out;
  EXPECT_TRUE(core::parse_rhythm_document(world_.script.taught->document)->is_known());
  ASSERT_EQ(run({"own"}).code, 0);
  ASSERT_EQ(run({"email", "--readings"}).code, 0) << "if it is wanted so";
}

TEST_F(Learn, NothingToLearnFromIsAnErrorWithTheWayOut) {
  auto ran = run({"email"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("River has no completed job of queue email"), std::string::npos);
  EXPECT_NE(ran.err.find("--readings"), std::string::npos);
  ran = run({"own"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("the store has kept no reading of queue own"), std::string::npos);
  world_.finished_jobs = Error{ErrorCode::probe_failed, "permission denied", "grant it"};
  ran = run({"email"});
  EXPECT_NE(ran.code, 0);
  EXPECT_NE(ran.err.find("grant it; or learn from the store's readings with --readings"),
            std::string::npos)
      << ran.err;
  EXPECT_FALSE(world_.script.taught);
  EXPECT_EQ(run({"none"}).code, 2);
  EXPECT_EQ(world_.run({"learn"}).code, 2);
}

TEST_F(Learn, SaysHowFarBackTheTableIsRead) {
  const auto ran = run({"email"});
  EXPECT_NE(ran.err.find("of the last 14 days"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("the newest 20000 at most are read"), std::string::npos) << ran.err;
}

TEST_F(Learn, SaysThatAQueueOfAFileIsNotApplied) {
  const test::TempFolder dir;
  const auto file = dir.path() + "/pools.toml";
  std::ofstream{file} << kMailPool
                      << "[[pool.queue]]\nname = \"fresh\"\ndatabase = \"app\"\n"
                         "preset = \"graphile-worker\"\n";
  const auto ran = run({"fresh", "--file", file, "--dry-run"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("queue fresh is not applied, so the store has no readings of it"),
            std::string::npos)
      << ran.err;
}

TEST_F(Learn, SaysThatItIsCombinedWithWhatWasKnown) {
  keep_jobs(180);
  const std::string text = "combined with what was known before";
  EXPECT_EQ(run({"email"}).out.find(text), std::string::npos);
  core::Rhythm known;
  known.watched = 1h;
  world_.script.learned = core::rhythm_document(known);
  EXPECT_NE(run({"email"}).out.find(text), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(run({"email", "--format", "json"}).out)["combined_with_known"],
            true);
}

TEST_F(Learn, LeavesOutWhatOverlapsAFlipOfThePool) {
  keep_jobs(180);
  core::HistoryEntry entry;
  entry.kind = core::HistoryKind::flip;
  entry.flip = FlipId{7};
  entry.outcome = "verified";
  world_.script.history = {entry};
  core::FlipTimeline timeline;
  timeline.flip.state = core::FlipState::verified;
  timeline.flip.requested_at = wall() - 60min;
  timeline.flip.started_at = wall() - 58min;
  timeline.evidence = R"({"queues": [{"verdict": "STALLED", "quiet_ms": 300000}]})";
  world_.script.timelines = {timeline};
  const auto ran = run({"email"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("from 173 completed jobs"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("7 more waited or ran during a flip of the pool, and are left out"),
            std::string::npos)
      << ran.out;
}

TEST_F(Learn, ExplainShowsWhatIsKnownAfterwards) {
  keep_jobs(180);
  ASSERT_EQ(run({"email"}).code, 0);
  const auto quiet = world_.run({"explain", "mail", "--format", "json"});
  EXPECT_TRUE(nlohmann::json::parse(quiet.out)["queues"][0]["learned"].is_null()) << quiet.err;
  world_.script.all_learned = std::vector<core::Learned>{*world_.script.taught};
  const auto ran = world_.run({"explain", "mail"});
  EXPECT_NE(ran.out.find("learned:"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("enough is known"), std::string::npos) << ran.out;
  const auto json = nlohmann::json::parse(world_.run({"explain", "mail", "--format", "json"}).out);
  EXPECT_EQ(json["queues"][0]["learned"]["known"], true) << json["queues"][0];
  world_.script.all_learned = Error{ErrorCode::store_failed, "no function", ""};
  EXPECT_EQ(world_.run({"explain", "mail"}).code, 0);
}

TEST_F(Learn, WarnsOfSettingsThatContradictIt) {
  keep_jobs(180);
  email().job_timeout = 2s;
  const auto ran = run({"email", "--format", "json"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto json = nlohmann::json::parse(ran.out);
  EXPECT_EQ(json["source"], "jobs");
  EXPECT_EQ(json["count"], 180);
  EXPECT_EQ(json["kept"], true);
  EXPECT_EQ(json["learned"]["known"], true);
  ASSERT_EQ(json["warnings"].size(), 1U);
  EXPECT_EQ(json["warnings"][0]["setting"], "job_timeout");
  EXPECT_EQ(json["warnings"][0]["value_ms"], 2000);
  EXPECT_NE(run({"email"}).err.find("job_timeout = \"2s\", but jobs that run for up to"),
            std::string::npos);
}

TEST_F(Learn, IsToldThatSomebodyElseWasFaster) {
  keep_jobs(30);
  world_.script.answer = core::OperatorAnswer{false, false, "learned-meanwhile", "somebody else"};
  const auto ran = run({"email"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("refused: learned-meanwhile"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("run it again"), std::string::npos);
}

}  // namespace
}  // namespace jobflip::cli

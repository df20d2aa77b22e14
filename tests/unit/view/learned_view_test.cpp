#include "jobflip/view/learned_view.hpp"

#include <gtest/gtest.h>

#include "jobflip/base/exact_duration.hpp"

namespace jobflip::view {
namespace {

using namespace std::chrono_literals;

core::QueueSettings unset() {
  core::QueueSettings queue;
  queue.name = QueueName::of("email");
  return queue;
}

core::Rhythm known() {
  core::Rhythm r;
  r.served = 20;
  r.watched = 3h;
  r.most_running = 2;
  for (int i = 0; i < 20; ++i) {
    r.quiet_gaps.add(20s);
    r.run_times.add(10s);
    r.due_ages.add(30s);
    r.idle_gaps.add(1min);
  }
  core::update_limits(r);
  return r;
}

std::string text_of(const core::QueueSettings& queue, const core::Rhythm& r) {
  std::string out;
  for (const auto& sentence : learned_sentences(queue, r)) out += sentence + "\n";
  return out;
}

void expect_in(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST(LearnedView, SaysAboutOfWhatIsTheUpperEndOfABucket) {
  const auto text = text_of(unset(), known());
  for (const char* part : {"nothing moves for up to about ", "jobs run for up to about ",
                           "there is no work for up to about ",
                           "in 95 % of the backlogs, the oldest due job gets up to about "})
    expect_in(text, part);
}

TEST(LearnedView, GivesTheSameLimitInASentenceAndAsJson) {
  const auto r = known();
  ASSERT_LT(*r.limits.run, core::kLeastWindow) << "the floor is what counts";
  expect_in(text_of(unset(), r), "one that runs for more than 3m00s may hang");
  EXPECT_EQ(learned_json(unset(), r)["limits"]["run_ms"], 180'000);
  auto queue = unset();
  queue.pickup_every = 5min;
  expect_in(text_of(queue, r), "a stall after 15m00s");
  EXPECT_EQ(learned_json(queue, r)["limits"]["stall_ms"], 900'000);
}

TEST(LearnedView, SaysWhichSettingCountsInPlaceOfWhatWasLearned) {
  auto queue = unset();
  queue.stall_after = 15s;
  queue.job_timeout = 5min;
  queue.age_target = 20min;
  const auto text = text_of(queue, known());
  expect_in(text, "a stall after 3m00s; stall_after = \"15s\" is set, and counts\n");
  expect_in(text, "may hang; job_timeout = \"5m\" is set, and counts\n");
  expect_in(text, "LAGGING above 10m00s; age_target = \"20m\" is set, and counts\n");
  const auto json = learned_json(queue, known());
  EXPECT_EQ(json["limits"]["stall_ms"], 180'000);
  EXPECT_EQ(json["in_force"]["stall_ms"], 15'000);
  EXPECT_EQ(json["in_force"]["run_ms"], 300'000);
  EXPECT_EQ(json["in_force"]["age_ms"], 1'200'000);
  queue.pickup_every = 1min;
  expect_in(text_of(queue, known()), "stall_after = \"15s\" is set, and counts as 3m00s");
}

TEST(LearnedView, SaysNothingOfRunTimesIfNoJobWasSeenRunning) {
  auto r = known();
  r.most_running = 0;
  EXPECT_EQ(text_of(unset(), r).find("jobs run"), std::string::npos);
}

TEST(LearnedView, IsASentenceWhileLittleIsKnown) {
  core::Rhythm r;
  r.moving = 30s;
  r.served = 3;
  const auto text = text_of(unset(), r);
  expect_in(text,
            "30.0s of the 25m00s of movement that are needed were seen, and the queue was "
            "emptied 3 of the 10 times that would do, too");
  expect_in(text, "quiet gaps: none was seen: a stall after 2h00m");
  EXPECT_EQ(text.find("0ms"), std::string::npos) << text;
}

TEST(LearnedView, FindsTheRhythmOfAQueue) {
  const auto pool = PoolName::of("mail");
  const auto queue = QueueName::of("email");
  const std::vector<core::Learned> learned{{pool, QueueName::of("other"), "{}"},
                                           {pool, queue, core::rhythm_document(known())},
                                           {PoolName::of("paper"), queue, "no document"}};
  ASSERT_TRUE(rhythm_of(learned, pool, queue));
  EXPECT_EQ(rhythm_of(learned, pool, queue)->served, 20);
  EXPECT_FALSE(rhythm_of(learned, PoolName::of("paper"), queue));
  EXPECT_FALSE(rhythm_of(learned, PoolName::of("none"), queue));
}

core::Rhythm with_a_wait() {
  core::Rhythm r = known();
  r.wait = 55min;
  r.quiet_gaps.add(90s);
  r.idle_gaps = {};
  for (int i = 0; i < 20; ++i) r.idle_gaps.add(10min);
  core::update_limits(r);
  return r;
}

TEST(LearnedView, SaysAWaitOnPurposeAndARhythmWithTheirLimits) {
  const core::Rhythm r = with_a_wait();
  ASSERT_EQ(*r.limits.wait, 2h);
  const auto text = text_of(unset(), r);
  expect_in(text,
            "workers that run nothing wait for up to 55m00s on purpose: a stall of these "
            "after 2h00m\n");
  const auto json = learned_json(unset(), r);
  EXPECT_EQ(json["longest_wait_ms"], 3'300'000);
  EXPECT_EQ(json["limits"]["wait_ms"], 7'200'000);
  EXPECT_EQ(json["limits"]["age_ms"], r.limits.age.count());
  ASSERT_TRUE(r.limits.silence);
  EXPECT_EQ(json["limits"]["silence_ms"], r.limits.silence->count());
  expect_in(text, ", regularly: SILENT after " + short_duration(*r.limits.silence));
  EXPECT_TRUE(learned_json(unset(), {})["limits"]["wait_ms"].is_null());
}

TEST(LearnedView, ComparesEachQueueWithWhatWasLearnedAboutItself) {
  core::Fleet fleet;
  for (const char* name : {"mail", "web"}) {
    auto& pool = fleet.pools.emplace_back();
    pool.name = PoolName::of(name);
    for (const char* queue : {"email", "other"}) {
      pool.queues.push_back(unset());
      pool.queues.back().name = QueueName::of(queue);
      pool.queues.back().stall_after = 60s;
    }
  }
  const std::vector<core::Learned> learned{
      {PoolName::of("web"), QueueName::of("email"), core::rhythm_document(with_a_wait())},
      {PoolName::of("web"), QueueName::of("other"), "no JSON"}};
  const auto advice = advice_on_fleet(fleet, learned);
  ASSERT_EQ(advice.size(), 1U);
  EXPECT_EQ(advice[0].pool, PoolName::of("web"));
  EXPECT_EQ(advice[0].queue, QueueName::of("email"));
  expect_in(advice_text(advice[0]), "pool web queue email: stall_after = \"1m\", but ");
  const auto json = advice_json(advice);
  EXPECT_EQ(json[0]["value_ms"], 60'000);
  EXPECT_EQ(json[0]["learned_ms"], 3'300'000);
}

}  // namespace
}  // namespace jobflip::view

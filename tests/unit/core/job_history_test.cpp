#include "jobflip/core/job_history.hpp"

#include <gtest/gtest.h>

#include "jobflip/core/learned_advice.hpp"
#include "unit/core/detector_harness.hpp"

namespace jobflip::core {
namespace {

constexpr WallTime kFirst{std::chrono::hours{500'000}};

FinishedJob job(Millis due, Millis waits, Millis runs) {
  return {kFirst + due, kFirst + due + waits, kFirst + due + waits + runs};
}

/// A job each minute for `length`, with so long a run.
std::vector<FinishedJob> steady(Millis length, Millis runs = 5s) {
  std::vector<FinishedJob> jobs;
  for (Millis at{}; at < length; at += 1min) jobs.push_back(job(at, 1s, runs));
  return jobs;
}

HistoryLesson learn(const std::vector<FinishedJob>& jobs, Millis until) {
  return learn_from_jobs(email(), jobs, kFirst + until);
}

TEST(JobHistory, TeachesNothingWithoutJobs) {
  EXPECT_EQ(learn({}, 1h).rhythm, Rhythm{});
}

TEST(JobHistory, IsWhatASupervisorWouldHaveLearnedMeanwhile) {
  const auto lesson = learn(steady(2h), 2h);
  EXPECT_EQ(lesson.jobs, 120U);
  EXPECT_TRUE(lesson.has_starts);
  EXPECT_GE(lesson.span, 119min);
  EXPECT_TRUE(lesson.rhythm.is_known());
  EXPECT_EQ(windows_of(unset(), lesson.rhythm).stall, 3min);
  EXPECT_GE(lesson.rhythm.run_times.total(), 50);
  EXPECT_LE(lesson.rhythm.run_times.longest(), 15s);
  EXPECT_GE(lesson.rhythm.idle_gaps.total(), 50);
}

TEST(JobHistory, ShowsTheWaitsOfAQuotaWithoutAnySetting) {
  std::vector<FinishedJob> jobs;
  for (int hour = 0; hour < 5; ++hour)  // 200 are due at once, 40 an hour are allowed
    for (int i = 0; i < 40; ++i) jobs.push_back(job(0s, hour * 1h + i * 5s, 2s));
  const auto lesson = learn(jobs, 5h);
  EXPECT_GE(lesson.rhythm.quiet_gaps.longest(), 55min);
  const auto advice = advice_on(email(), lesson.rhythm);  // stall_after = 60s
  ASSERT_EQ(advice.size(), 1U);
  EXPECT_EQ(advice[0].setting, "stall_after");
  EXPECT_EQ(advice[0].value, 60s);
  EXPECT_GE(advice[0].learned, 55min);
  EXPECT_NE(advice[0].fix.find("set stall_after = \""), std::string::npos) << advice[0].fix;
}

TEST(JobHistory, LongJobsAreRunTimesAndNoQuietGaps) {
  const auto lesson = learn(steady(3h, 12min), 3h);
  EXPECT_GE(lesson.rhythm.run_times.longest(), 12min);
  EXPECT_LE(lesson.rhythm.quiet_gaps.longest(), 1min);
  EXPECT_GE(lesson.rhythm.most_running, 10);
}

TEST(JobHistory, WithoutStartsNoRunTimesAreLearned) {
  auto jobs = steady(2h, 12min);
  for (auto& one : jobs) one.started.reset();
  const auto lesson = learn(jobs, 2h);
  EXPECT_FALSE(lesson.has_starts);
  EXPECT_TRUE(lesson.rhythm.is_known());
  EXPECT_EQ(lesson.rhythm.run_times.total(), 0);
  EXPECT_FALSE(lesson.rhythm.limits.run);
}

TEST(JobHistory, TimesOutOfOrderAndTheFutureAreBounded) {
  const std::vector<FinishedJob> jobs{{kFirst + 9h, kFirst + 5h, kFirst + 1h},
                                      {WallTime::min(), kFirst, kFirst + 2h},
                                      {kFirst, WallTime::max(), WallTime::max()}};
  const auto lesson = learn(jobs, 3h);
  EXPECT_EQ(lesson.jobs, 3U);
  EXPECT_LE(lesson.rhythm.watched, 3h);
}

/// Jobs that wait for 200 ms, for 24 hours; what was due in `outage` is done after it.
std::vector<FinishedJob> with_outage(Millis from, Millis until) {
  std::vector<FinishedJob> jobs;
  for (Millis at{}; at < 24h; at += 1min) {
    const bool waits = at >= from && at < until;
    jobs.push_back(job(at, waits ? until - at + (at - from) / 60 : 200ms, 2s));
  }
  return jobs;
}

TEST(JobHistory, ALongOutageSetsNoAgeLimit) {
  const auto lesson = learn(with_outage(8h, 14h), 24h);
  EXPECT_EQ(lesson.rhythm.limits.age, 10min) << short_duration(lesson.rhythm.limits.age);
}

TEST(JobHistory, WhatWaitedOrRanInAFlippedStallIsLeftOut) {
  auto jobs = with_outage(10min, 1h);
  // it hung at once, somebody put it back by hand, and then it completed
  jobs.push_back({kFirst + 9min, kFirst + 10min, kFirst + 100min});
  const Outage outage{kFirst + 10min, kFirst + 1h};
  const auto lesson = learn_from_jobs(email(), jobs, kFirst + 24h, {&outage, 1});
  EXPECT_EQ(lesson.left_out, 51U);
  EXPECT_EQ(lesson.jobs, jobs.size() - 51U);
  EXPECT_LE(lesson.rhythm.run_times.longest(), 20s);
  EXPECT_LE(lesson.rhythm.due_ages.longest(), 20s);
  EXPECT_LE(lesson.rhythm.quiet_gaps.longest(), 20s);
  EXPECT_LE(lesson.rhythm.idle_gaps.longest(), 2min) << "nor was there no work";
  const auto all = learn(jobs, 24h);
  EXPECT_EQ(all.left_out, 0U);
  EXPECT_GT(all.rhythm.run_times.longest(), 1h) << "without the flip it would be taught";
}

TEST(JobHistory, IsPutTogetherWithWhatIsKnownAndTheSameAgainChangesNothing) {
  const auto one = learn(steady(2h), 2h).rhythm;
  auto other = learn(steady(1h, 12min), 1h).rhythm;
  other.wait = 50min;
  other.vain_waits = 2;
  other.taught = 4;
  const auto both = merged(one, other);
  EXPECT_EQ(both.quiet_gaps.longest(),
            std::max(one.quiet_gaps.longest(), other.quiet_gaps.longest()));
  EXPECT_EQ(both.run_times.longest(), other.run_times.longest());
  EXPECT_EQ(both.watched, one.watched);
  EXPECT_EQ(both.wait, 50min);
  EXPECT_TRUE(both.limits.wait);
  EXPECT_EQ(both.vain_waits, 2);
  EXPECT_EQ(both.taught, 4);
  EXPECT_EQ(merged(both, other), both);
  EXPECT_EQ(merged(both, one), both);
}

TEST(JobHistory, KeepsOfEachThingTheOneThatIsKnownBetter) {
  const auto one = learn(steady(2h), 2h).rhythm;
  Rhythm other;
  other.wait = 50min;
  other.wait_age = 5h;
  other.vain_hangs = 3;
  other.idle_minutes[7] = 90;
  ASSERT_EQ(one.idle_minutes[7], 0);
  for (const auto& both : {merged(one, other), merged(other, one)}) {
    EXPECT_EQ(both.wait_age, 5h) << "the wait's own";
    EXPECT_EQ(both.vain_hangs, 3);
    EXPECT_EQ(both.idle_minutes[7], 90);
    EXPECT_EQ(both.watched, one.watched);
  }
}

TEST(JobHistory, CountsTheLastJobThoughItEndedBetweenTwoReadings) {
  EXPECT_EQ(learn({job(0s, 1s, 5s), job(1min, 1s, 8s)}, 1h).rhythm.jobs, 1) << "after the first";
}

TEST(JobHistory, DoesNotDependOnHowTheProbeCounts) {
  const auto by_queue = learn_from_jobs(email(DoneKind::queue), steady(2h), kFirst + 2h).rhythm;
  for (const DoneKind kind : {DoneKind::table, DoneKind::window})
    EXPECT_EQ(learn_from_jobs(email(kind), steady(2h), kFirst + 2h).rhythm, by_queue);
  QueueSettings aged = email();
  aged.age_target = 5min;
  EXPECT_FALSE(without_limits(aged).age_target);
}

Rhythm known() {
  Rhythm rhythm;
  rhythm.served = kServedToKnow;
  for (int i = 0; i < 20; ++i) {
    rhythm.quiet_gaps.add(6min);
    rhythm.run_times.add(10min);
    rhythm.due_ages.add(20min);
  }
  update_limits(rhythm);
  return rhythm;
}

TEST(LearnedAdvice, NamesEachSettingBelowWhatIsNormal) {
  QueueSettings queue = email();
  queue.age_target = 5min;
  const auto advice = advice_on(queue, known());
  ASSERT_EQ(advice.size(), 3U);
  EXPECT_EQ(advice[0].setting, "stall_after");
  EXPECT_NE(advice[0].text.find("quiet gaps of up to "), std::string::npos) << advice[0].text;
  EXPECT_EQ(advice[1].setting, "job_timeout");
  EXPECT_NE(advice[1].text.find("jobs that run for up to "), std::string::npos);
  EXPECT_EQ(advice[2].setting, "age_target");
  for (const auto& one : advice) EXPECT_EQ(one.fix.find("set " + one.setting + " = \""), 0U);
}

TEST(LearnedAdvice, SaysNothingOfWhatFitsOrIsNotSet) {
  EXPECT_TRUE(advice_on(unset(), known()).empty());
  QueueSettings queue = email();
  queue.stall_after = 10min;
  queue.job_timeout = 15min;
  queue.age_target = 30min;
  EXPECT_TRUE(advice_on(queue, known()).empty());
  queue.stall_after = 1min;
  queue.pickup_every = 3min;  // which makes W 9 minutes
  EXPECT_TRUE(advice_on(queue, known()).empty());
}

TEST(LearnedAdvice, SaysNothingWhileLittleIsKnown) {
  Rhythm rhythm = known();
  rhythm.served = 0;
  rhythm.run_times = {};
  update_limits(rhythm);
  EXPECT_TRUE(advice_on(email(), rhythm).empty());
  rhythm.wait = 40min;  // which is known by itself
  EXPECT_EQ(advice_on(email(), rhythm).size(), 1U);
}

TEST(LearnedAdvice, IsAFifthMoreThanWhatIsNormalInWholeMinutes) {
  Rhythm rhythm;
  rhythm.served = kServedToKnow;
  rhythm.wait = 55min;
  update_limits(rhythm);
  const auto advice = advice_on(email(), rhythm);
  ASSERT_EQ(advice.size(), 1U);
  EXPECT_EQ(advice[0].fix,
            "set stall_after = \"1h6m\", or leave it out: then it is learned, and now 2h00m");
  rhythm.wait = 6min;
  EXPECT_EQ(advice_on(email(), rhythm)[0].fix.substr(0, 27), "set stall_after = \"7m20s\", ");
}

TEST(LearnedAdvice, SaysNothingOfALimitThatIsJustLongEnough) {
  const Rhythm rhythm = known();
  QueueSettings queue = email();
  queue.stall_after = rhythm.quiet_gaps.longest();
  queue.job_timeout = rhythm.run_times.longest();
  queue.age_target = usual_age(rhythm);
  EXPECT_TRUE(advice_on(queue, rhythm).empty());
  *queue.job_timeout -= 1ms;
  EXPECT_EQ(advice_on(queue, rhythm).size(), 1U);
}

}  // namespace
}  // namespace jobflip::core

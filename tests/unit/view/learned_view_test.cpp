#include "jobflip/view/learned_view.hpp"

#include <gmock/gmock.h>

#include "jobflip/base/exact_duration.hpp"

namespace jobflip::view {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

core::QueueSettings queue(const char* name) {
  core::QueueSettings out;
  out.name = QueueName::of(name);
  out.stall_after = 60s;
  return out;
}

core::Rhythm known() {
  core::Rhythm rhythm;
  rhythm.served = 12;
  rhythm.moving = 20min;
  rhythm.quiet_gaps.add(90s);
  rhythm.wait = 55min;
  rhythm.run_times.add(2s, 20);
  rhythm.due_ages.add(20min);
  rhythm.idle_gaps.add(10min, 20);
  core::update_limits(rhythm);
  return rhythm;
}

TEST(LearnedView, SaysEachThingThatIsKnownAndItsLimit) {
  const core::Rhythm r = known();
  ASSERT_EQ(*r.limits.wait, 2h);
  const auto text = [](Millis length) { return short_duration(length); };
  EXPECT_THAT(
      learned_sentences(r),
      ElementsAre("enough is known: 20m00s of movement were watched, and all due jobs were done "
                  "12 times",
                  "quiet gaps: while jobs are due and none runs, nothing moves for up to " +
                      text(r.quiet_gaps.longest()) + ": a stall after " + text(r.limits.quiet),
                  "workers that run nothing wait for up to 55m00s on purpose: a stall of these "
                  "after 2h00m",
                  "jobs run for up to " + text(r.run_times.longest()) + " (99 % for up to " +
                      text(r.run_times.longest()) + "): one that runs for more than 3m00s may hang",
                  "the oldest due job is up to " + text(r.due_ages.longest()) +
                      " old in 95 % of the readings: LAGGING above " + text(r.limits.age),
                  "there is no work for up to " + text(r.idle_gaps.longest()) +
                      ", regularly: SILENT after " + text(*r.limits.silence)));
}

TEST(LearnedView, SaysHowMuchIsMissing) {
  EXPECT_THAT(learned_sentences({}), ElementsAre(HasSubstr("little is known yet; learning: "),
                                                 HasSubstr("a stall after 2h00m"),
                                                 "run times: 0 of 10 jobs that are needed were "
                                                 "seen"));
}

TEST(LearnedView, HasTheLimitsAsJson) {
  const core::Rhythm r = known();
  const auto json = learned_json(r);
  EXPECT_EQ(json["longest_wait_ms"], 3'300'000);
  EXPECT_EQ(json["usual_age_ms"], core::usual_age(r).count());
  EXPECT_EQ(json["limits"]["stall_ms"], r.limits.quiet.count());
  EXPECT_EQ(json["limits"]["wait_ms"], 7'200'000);
  EXPECT_EQ(json["limits"]["run_ms"], r.limits.run->count());
  EXPECT_EQ(json["limits"]["age_ms"], r.limits.age.count());
  EXPECT_EQ(json["limits"]["silence_ms"], r.limits.silence->count());
  EXPECT_TRUE(learned_json({})["limits"]["wait_ms"].is_null());
}

TEST(LearnedView, ComparesEachQueueWithWhatWasLearnedAboutItself) {
  core::Fleet fleet;
  for (const char* name : {"mail", "web"}) {
    auto& pool = fleet.pools.emplace_back();
    pool.name = PoolName::of(name);
    pool.queues = {queue("email"), queue("other")};
  }
  const std::vector<core::Learned> learned{
      {PoolName::of("web"), QueueName::of("email"), core::rhythm_document(known())},
      {PoolName::of("web"), QueueName::of("other"), "no JSON"}};
  const auto advice = advice_on_fleet(fleet, learned);
  ASSERT_EQ(advice.size(), 1U);
  EXPECT_EQ(advice[0].pool, PoolName::of("web"));
  EXPECT_EQ(advice[0].queue, QueueName::of("email"));
  EXPECT_THAT(advice_text(advice[0]),
              HasSubstr("pool web queue email: stall_after = \"1m\", but quiet gaps of up to 55m"));
  const auto json = advice_json(advice);
  EXPECT_EQ(json[0]["value_ms"], 60'000);
  EXPECT_EQ(json[0]["learned_ms"], 3'300'000);
}

}  // namespace
}  // namespace jobflip::view

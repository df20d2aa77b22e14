/// The figures of a month.
#include "report/month_review.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/report/sample_month.hpp"

namespace jobflip::report {
namespace {

using namespace std::chrono_literals;
using ::testing::DoubleNear;
using ::testing::Optional;

constexpr double kExact = 1e-12;

const Watched& one_of(const std::vector<Watched>& all, const std::string& name) {
  return *std::ranges::find(all, name, &Watched::name);
}

double share(Millis down, Millis watched) {
  return 1 - static_cast<double>(down.count()) / static_cast<double>(watched.count());
}

TEST(MonthReview, CountsOverlappingStandstillsOnceAndClipsThem) {
  const auto review = review_of(full_month());
  const auto& mail = one_of(review.pools, "mail");
  // 1 and 2: 00:58 to 01:06; 3: 4 min; 5: the first 10 of its 25 min; 6 ends after 5 min of June
  EXPECT_EQ(mail.month.down, 8min + 4min + 10min + 5min);
  EXPECT_EQ(mail.before.down, 5min) << "of incident 6";
  EXPECT_THAT(mail.month.uptime(), Optional(DoubleNear(share(27min, 30 * 24h), kExact)));
  EXPECT_EQ(review.crossing, 2) << "5 and 6";
  EXPECT_EQ(review.incidents.month, 5);
  EXPECT_EQ(review.incidents.before, 2) << "6 was opened in May";
}

TEST(MonthReview, IsOfTheTimeInWhichAPoolWasThere) {
  const auto review = review_of(full_month());
  const auto& paper = one_of(review.pools, "paper");
  EXPECT_EQ(paper.month.up, 21 * 24h) << "from the 10th on";
  EXPECT_EQ(paper.month.unwatched, 9 * 24h);
  EXPECT_EQ(paper.before.uptime(), std::nullopt) << "not 100 %";
  const auto& old = one_of(review.pools, "old");
  EXPECT_EQ(old.month.up, 19 * 24h) << "until the 20th";
  EXPECT_EQ(old.month.unwatched, 11 * 24h);
}

TEST(MonthReview, LeavesMaintenanceAndUncheckedTimeOut) {
  const auto review = review_of(full_month());
  const auto& web = one_of(review.services, "web");
  EXPECT_EQ(web.month.down, 30min) << "the other half hour was maintenance";
  EXPECT_EQ(web.month.maintenance, 30min);
  EXPECT_EQ(web.month.unwatched, 48h) << "nobody checked on the last two days";
  EXPECT_EQ(one_of(review.services, "login").month.slow, 1h);
  EXPECT_EQ(one_of(review.services, "login").month.uptime(), 1.0) << "slow is up";
}

TEST(MonthReview, HasThreeUptimesOfAll) {
  auto facts = full_month();
  facts.services.clear();
  facts.maintenance.clear();
  const auto review = review_of(facts);
  const Millis of_mail = 30 * 24h, of_paper = 21 * 24h, of_old = 19 * 24h;
  const double mail = share(27min, of_mail);
  EXPECT_THAT(review.pools_all.of_time,
              Optional(DoubleNear(share(27min, of_mail + of_paper + of_old), kExact)));
  EXPECT_THAT(review.pools_all.average, Optional(DoubleNear((mail + 1 + 1) / 3, kExact)));
  EXPECT_THAT(review.pools_all.all_up, Optional(DoubleNear(mail, kExact)));
  EXPECT_EQ(review.services_all.average, std::nullopt);
}

TEST(MonthReview, PutsMinutesIntoTheDayInWhichTheyPassed) {
  const auto review = review_of(full_month());
  const auto& mail = one_of(review.pools, "mail");
  ASSERT_EQ(mail.down_by_day.size(), 30u);
  EXPECT_EQ(mail.down_by_day[0], 5min) << "of incident 6";
  EXPECT_EQ(mail.down_by_day[2], 8min);
  EXPECT_EQ(mail.down_by_day[12], 4min) << "22:00 UTC is the 13th in Zurich";
  EXPECT_EQ(mail.down_by_day[29], 10min);
  EXPECT_EQ(one_of(review.services, "web").down_by_day[11], 30min);
}

TEST(MonthReview, HasAnErrorBudget) {
  auto facts = full_month();
  facts.pool_target = 99.9;
  const auto review = review_of(facts);
  const auto& mail = one_of(review.pools, "mail");
  EXPECT_EQ(mail.budget, Millis{30 * 24 * 3'600}) << "a thousandth of 30 days";
  EXPECT_EQ(mail.budget_left(), mail.budget - 27min);
  EXPECT_TRUE(mail.is_met());
  facts.pool_target = 99.95;
  EXPECT_FALSE(one_of(review_of(facts).pools, "mail").is_met());
}

TEST(MonthReview, OfARunningMonthIsSoFarWithTheWholeBudget) {
  auto facts = full_month();
  facts.now = utc("2026-06-15 22:00:00");
  for (auto& pool : facts.pools)
    for (auto& known : pool.known) known.to = std::min(known.to, facts.now);
  const auto review = review_of(facts);
  EXPECT_TRUE(review.so_far);
  EXPECT_EQ(review.until, facts.now);
  const auto& mail = one_of(review.pools, "mail");
  EXPECT_EQ(mail.month.up + mail.month.down, 15 * 24h);
  EXPECT_EQ(mail.month.unwatched, 0ms) << "what is to come is not unknown";
  EXPECT_EQ(mail.budget, Millis{30 * 24 * 3'600});
  EXPECT_FALSE(review_of(full_month()).so_far);
}

TEST(MonthReview, CountsAnOpenIncidentUntilNow) {
  auto facts = full_month();
  facts.month.incidents = {down_from(9, utc("2026-06-30 20:00:00"), 1min)};
  facts.before.incidents.clear();
  auto& open = facts.month.incidents.front();
  open.closed_at.reset();
  std::erase_if(open.stages, [](const core::StageReached& one) {
    return one.stage == core::IncidentStage::first_job ||
           one.stage == core::IncidentStage::recovered;
  });
  EXPECT_EQ(one_of(review_of(facts).pools, "mail").month.down, 2h);
  facts.now = utc("2026-06-30 20:30:00");
  EXPECT_EQ(one_of(review_of(facts).pools, "mail").month.down, 30min);
}

TEST(MonthReview, KnowsTheMinutesOfAnIncidentThatWasOpenedLater) {
  auto facts = full_month();
  facts.month.incidents.clear();
  facts.before.incidents.clear();
  facts.around = {down_from(9, utc("2026-06-30 21:59:55"), 2min)};
  const auto review = review_of(facts);
  EXPECT_EQ(one_of(review.pools, "mail").month.down, 5s);
  EXPECT_EQ(review.incidents.month, 0);
}

TEST(MonthReview, LeavesOutWhatTheClockMadeNegativeAndCountsIt) {
  auto facts = full_month();
  facts.month.incidents = {down_from(9, utc("2026-06-03 01:00:00"), 5min)};
  facts.before.incidents.clear();
  for (auto& stage : facts.month.incidents.front().stages)
    if (stage.stage == core::IncidentStage::first_job) stage.at -= 1h;
  const auto review = review_of(facts);
  EXPECT_EQ(one_of(review.pools, "mail").month.down, 0ms);
  EXPECT_EQ(review.set_back, 1);
  EXPECT_EQ(review.response.progress.set_back, 1);
  EXPECT_EQ(review.response.progress.count, 0);
  EXPECT_EQ(review.response.detect.count, 1);
}

TEST(MonthReview, CountsWhatTheClockMadeNegativeInItsMonthOnly) {
  auto facts = full_month();
  facts.month.incidents.clear();
  facts.before.incidents = {down_from(8, utc("2026-05-03 01:00:00"), 5min)};
  for (auto& stage : facts.before.incidents.front().stages)
    if (stage.stage == core::IncidentStage::first_job) stage.at -= 1h;
  EXPECT_EQ(review_of(facts).set_back, 0);
}

TEST(MonthReview, APoolThatWasRemovedGetsNoBudgetForTheRestOfTheMonth) {
  auto facts = full_month();
  facts.now = utc("2026-06-15 22:00:00");
  const auto goes_on = one_of(review_of(facts).pools, "mail").budget;
  for (auto& pool : facts.pools) pool.exists = false;
  EXPECT_LT(one_of(review_of(facts).pools, "mail").budget, goes_on);
}

TEST(MonthReview, GoesByWhatAPersonDecided) {
  auto facts = full_month();
  for (auto& incident : facts.month.incidents) incident.downtime = {false, "ann"};
  facts.before.incidents.clear();
  EXPECT_EQ(one_of(review_of(facts).pools, "mail").month.down, 0ms);
  auto& slow = facts.month.incidents[1];
  slow.pool = PoolName::of("mail");
  slow.stages.clear();
  slow.downtime = {true, "ann"};
  EXPECT_EQ(one_of(review_of(facts).pools, "mail").month.down, 20min)
      << "from its opening to its close";
}

TEST(MonthReview, KnowsNothingBeforeTheStoreKeptIncidents) {
  auto facts = full_month();
  facts.incidents_kept_since = utc("2026-06-15 22:00:00");
  const auto review = review_of(facts);
  EXPECT_EQ(one_of(review.pools, "mail").month.unwatched, 15 * 24h);
  EXPECT_EQ(one_of(review.pools, "mail").before.uptime(), std::nullopt);
}

TEST(MonthReview, CountsIncidentsByClassAgainstTheMonthBefore) {
  const auto review = review_of(full_month());
  const auto of = [&](core::IncidentClass kind) {
    return review.classes.at(static_cast<std::size_t>(kind));
  };
  EXPECT_EQ(of(core::IncidentClass::queued).month, 4);
  EXPECT_EQ(of(core::IncidentClass::queued).before, 1);
  EXPECT_EQ(of(core::IncidentClass::slowness).month, 1);
  EXPECT_EQ(of(core::IncidentClass::slowness).before, 1);
  EXPECT_EQ(of(core::IncidentClass::node).month, 0);
  EXPECT_EQ(review.downtimes.month, 4);
  EXPECT_EQ(review.perceptible.month, 5);
  ASSERT_FALSE(review.longest.empty());
  EXPECT_EQ(review.longest.front().incident.id.value, 5);
  EXPECT_EQ(review.longest.front().down, 10min) << "in the month";
}

TEST(Lengths, HaveTheMiddleOneAsTheirMedian) {
  EXPECT_EQ(lengths_of({3s, 1s, 20s}).median, std::optional<Millis>{3s});
  EXPECT_EQ(lengths_of({4s, 1s, 20s, 2s}).median, std::optional<Millis>{3s});
  EXPECT_EQ(lengths_of({7s}).median, std::optional<Millis>{7s});
  EXPECT_EQ(lengths_of({}).median, std::nullopt);
  EXPECT_EQ(lengths_of({}).worst, std::nullopt);
}

TEST(Lengths, AreComparedWithTheTarget) {
  const auto lengths = lengths_of({5min, 5min + 1ms, 15min, 15min + 1ms, -1ms});
  EXPECT_EQ(lengths.count, 4);
  EXPECT_EQ(lengths.within_lower, 1);
  EXPECT_EQ(lengths.within_upper, 3);
  EXPECT_EQ(lengths.worst, std::optional<Millis>{15min + 1ms});
  EXPECT_EQ(lengths.set_back, 1);
}

TEST(MonthReview, MeasuresHowQuicklyJobflipWas) {
  const auto review = review_of(full_month());
  const auto& times = review.response;
  EXPECT_EQ(times.detect.count, 4);
  EXPECT_EQ(times.detect.median, std::optional<Millis>{10s});
  EXPECT_EQ(times.decide.worst, std::optional<Millis>{30s});
  EXPECT_EQ(times.progress.worst, std::optional<Millis>{25min});
  EXPECT_EQ(times.progress.median, std::optional<Millis>{5min}) << "of 3, 4, 6 and 25";
  EXPECT_EQ(times.backlog.set_back, 1) << "of incident 4";
  EXPECT_EQ(times.flip.count, 4);
  EXPECT_EQ(times.flip.set_back, 1);
  EXPECT_EQ(times.wait.count, 5);
}

TEST(MonthReview, LeavesMovesOfAHealthyPoolOutOfTheTimes) {
  auto facts = full_month();
  for (auto& incident : facts.month.incidents) {
    incident.cause = core::IncidentCause::flip;
    incident.kind = core::IncidentClass::other;
  }
  const auto review = review_of(facts);
  EXPECT_EQ(review.response.detect.count, 0);
  EXPECT_TRUE(review.slow_queues.empty());
}

TEST(MonthReview, CountsFlipsByTriggerAndOutcome) {
  const auto review = review_of(full_month());
  const auto& by_supervisor = review.flips.at(static_cast<std::size_t>(FlipTrigger::supervisor));
  EXPECT_EQ(by_supervisor.flips, 2);
  EXPECT_EQ(by_supervisor.restarts, 1);
  EXPECT_EQ(by_supervisor.by_outcome.at("verified"), 1);
  EXPECT_EQ(by_supervisor.by_outcome.at("ineffective"), 1);
  EXPECT_EQ(by_supervisor.by_outcome.at("held"), 3);
  const auto& by_person = review.flips.at(static_cast<std::size_t>(FlipTrigger::person));
  EXPECT_EQ(by_person.flips, 2);
  EXPECT_EQ(by_person.by_outcome.at("open"), 1);
  EXPECT_EQ(by_person.by_outcome.at("refused"), 1);
  EXPECT_EQ(review.flips.at(static_cast<std::size_t>(FlipTrigger::takeover)).flips, 1);
  EXPECT_EQ(review.all_flips.month, 5);
  EXPECT_EQ(review.all_flips.before, 1);
  EXPECT_EQ(review.holds.at("cooldown"), 2);
  EXPECT_EQ(review.deployments.at(2).month, 1) << "rolled back";
}

TEST(MonthReview, SortsQueuesByTheirLongestWait) {
  const auto review = review_of(full_month());
  ASSERT_EQ(review.slow_queues.size(), 2u);
  EXPECT_EQ(review.slow_queues[0].queue, "email");
  EXPECT_EQ(review.slow_queues[0].longest_wait, 25min);
  EXPECT_EQ(review.slow_queues[0].incidents, 4);
  EXPECT_EQ(review.slow_queues[1].queue, "push");
}

TEST(MonthReview, IsEmptyIfNothingIsKnown) {
  EXPECT_TRUE(review_of(empty_month()).is_empty);
  EXPECT_FALSE(review_of(full_month()).is_empty);
  auto facts = empty_month();
  facts.pools = {{PoolName::of("mail"), {{utc("2026-07-01 00:00:00"), facts.now}}, true, false}};
  EXPECT_TRUE(review_of(facts).is_empty) << "it was not there yet";
}

TEST(MonthReview, IsBoundedInTimeWithManyIncidents) {
  const auto review = review_of(large_month(kMostMonthIncidents));
  EXPECT_EQ(review.incidents.month, static_cast<std::int64_t>(kMostMonthIncidents));
  EXPECT_EQ(review.longest.size(), kMostLongIncidents);
}

}  // namespace
}  // namespace jobflip::report

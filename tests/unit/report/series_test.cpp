/// Readings of a queue: what is kept of many, and what they show of trouble and cure.
#include "jobflip/report/series.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "unit/report/sample_facts.hpp"

namespace jobflip::report {
namespace {

using namespace std::chrono_literals;

SeriesRange an_hour() {
  SeriesRange range;
  range.since = at(0ms);
  range.until = at(1h);
  range.onset = at(10min);
  range.over = at(50min);
  range.started = at(40min);
  return range;
}

core::KeptSample reading(Millis after, std::int64_t waiting, std::int64_t done,
                         const std::string& verdict = "OK") {
  core::KeptSample out;
  out.at = at(after);
  out.verdict = verdict;
  out.sample.emplace();
  out.sample->runnable = waiting;
  out.sample->oldest_runnable = Millis{waiting * 100};
  out.sample->done = done;
  return out;
}

Series built(const SeriesRange& range, const std::vector<core::KeptSample>& samples,
             core::DoneKind kind = core::DoneKind::queue) {
  SeriesBuilder builder{QueueName::of("email"), kind, range};
  for (const auto& sample : samples) builder.add(sample);
  return builder.finish();
}

TEST(Series, KeepsEveryReadingIfTheyAreFew) {
  std::vector<core::KeptSample> samples;
  for (int i = 0; i < 600; ++i) samples.push_back(reading(i * 6s, i % 7, i));
  const auto series = built(an_hour(), samples);
  ASSERT_EQ(series.points.size(), 600u);
  EXPECT_EQ(series.points[599].at, at(599 * 6s));
  EXPECT_EQ(series.readings, 600);
}

TEST(Series, KeepsThePeaksOfMany) {
  std::vector<core::KeptSample> samples;
  for (int i = 0; i < 36'000; ++i) samples.push_back(reading(i * 100ms, 50 + i % 3, i));
  samples[20'001].sample->runnable = 999;
  samples[20'003].sample->runnable = 0;
  samples[25'555].sample->oldest_runnable = 77min;
  const auto series = built(an_hour(), samples);
  EXPECT_LE(series.points.size(), kMostPoints);
  EXPECT_GE(series.points.size(), 300u);
  EXPECT_EQ(series.readings, 36'000);
  const auto has = [&](auto what) { return std::ranges::any_of(series.points, what); };
  EXPECT_TRUE(has([](const Point& p) { return p.waiting == 999 && p.at == at(2'000'100ms); }));
  EXPECT_TRUE(has([](const Point& p) { return p.waiting == 0; }));
  EXPECT_TRUE(has([](const Point& p) { return p.oldest == Millis{77min}; }));
  EXPECT_TRUE(std::ranges::is_sorted(series.points, {}, &Point::at));
  EXPECT_EQ(series.most_waiting->waiting, 999);
  EXPECT_EQ(series.longest_wait->oldest, Millis{77min});
}

TEST(Series, LeavesOutWhatIsOutsideOfItsRange) {
  const auto series = built(an_hour(), {reading(-1ms, 1, 1), reading(0ms, 2, 2),
                                        reading(59min, 3, 3), reading(60min, 4, 4)});
  ASSERT_EQ(series.points.size(), 2u);
  EXPECT_EQ(series.points[0].waiting, 2);
  EXPECT_EQ(series.points[1].waiting, 3);
}

TEST(Series, TakesThePeaksOfTheTroubleOnly) {
  const auto series = built(
      an_hour(), {reading(5min, 900, 1), reading(20min, 30, 1, "STALLED"), reading(55min, 800, 1)});
  EXPECT_EQ(series.most_waiting->waiting, 30);
  EXPECT_TRUE(series.in_trouble);
}

TEST(Series, IsInTroubleByItsVerdictMeanwhile) {
  for (const char* verdict : {"OK", "IDLE", "BUSY", "WARMUP", "PAUSED", "SILENT", "of tomorrow"})
    EXPECT_FALSE(built(an_hour(), {reading(20min, 1, 1, verdict)}).in_trouble) << verdict;
  for (const char* verdict : {"STALLED", "HELD", "STARVED", "FAILING", "LAGGING", "BLIND"})
    EXPECT_TRUE(built(an_hour(), {reading(20min, 1, 1, verdict)}).in_trouble) << verdict;
  EXPECT_FALSE(built(an_hour(), {reading(5min, 1, 1, "STALLED")}).in_trouble);
  EXPECT_FALSE(built(an_hour(), {reading(51min, 1, 1, "STALLED")}).in_trouble);
}

TEST(Series, SeesTheFirstJobThatCompletesAfterTheNewWorkersRan) {
  const auto series = built(an_hour(), {reading(39min, 9, 70), reading(40min, 9, 70, "STALLED"),
                                        reading(41min, 9, 70, "STALLED"),
                                        reading(42min, 9, 71, "LAGGING"), reading(43min, 2, 75)});
  EXPECT_EQ(series.first_done, at(42min));
  EXPECT_EQ(series.well_again, at(43min));
}

TEST(Series, CountsNoJobThatCompletedBefore) {
  const auto series =
      built(an_hour(), {reading(38min, 9, 70), reading(39min, 9, 75), reading(41min, 9, 75)});
  EXPECT_FALSE(series.first_done);
  EXPECT_FALSE(series.well_again) << "it was OK, and nothing had completed";
}

TEST(Series, TakesACounterThatFellForAReset) {
  auto fell = reading(41min, 9, 3);
  auto newer = reading(42min, 9, 2);
  fell.sample->last_done_at = at(5min);
  newer.sample->last_done_at = at(41min);
  auto before = reading(39min, 9, 70);
  before.sample->last_done_at = at(5min);
  EXPECT_FALSE(built(an_hour(), {before, fell}).first_done);
  EXPECT_EQ(built(an_hour(), {before, fell, newer}).first_done, at(42min))
      << "a window's count may fall while jobs complete";
}

TEST(Series, CountsReadingsThatFailedAndShowsThemAsGaps) {
  core::KeptSample failed;
  failed.at = at(20min);
  failed.verdict = "BLIND";
  failed.error = "timeout";
  const auto series = built(an_hour(), {reading(19min, 5, 1), failed, reading(21min, 6, 1)});
  EXPECT_EQ(series.failed, 1);
  ASSERT_EQ(series.points.size(), 3u);
  EXPECT_FALSE(series.points[1].read);
  EXPECT_EQ(series.points[1].verdict, core::QueueState::blind);
}

}  // namespace
}  // namespace jobflip::report

#include "jobflip/core/rhythm.hpp"

#include <gtest/gtest.h>

#include "unit/core/detector_harness.hpp"

namespace jobflip::core {
namespace {

TEST(RhythmDocument, BringsBackWhatWasLearned) {
  Watch watch{unset()};
  watch.sample.runnable = 5;
  watch.learn();
  watch.sample.runnable = 0;
  watch.ticks(30);
  watch.ticks_that_complete(2);
  Rhythm known = watch.state.rhythm;
  known.wait_age = 3h;
  known.wait = 50min;
  known.unsure_wait = 4min;
  known.unsure_age = 1h;
  known.vain_waits = 2;
  known.vain_hangs = 1;
  known.vain_age = 5h;
  known.taught = 3;
  update_limits(known);
  const auto back = parse_rhythm_document(rhythm_document(known));
  ASSERT_TRUE(back) << back.error().text;
  EXPECT_EQ(back->limits, known.limits);
  EXPECT_EQ(back->moving, known.moving);
  EXPECT_EQ(back->wait_age, 3h);
  EXPECT_EQ(back->unsure_wait, 4min);
  EXPECT_EQ(back->unsure_age, 1h);
  EXPECT_EQ(back->vain_waits, 2);
  EXPECT_EQ(back->vain_hangs, 1);
  EXPECT_EQ(back->vain_age, 5h);
  EXPECT_EQ(back->taught, 3);
  EXPECT_EQ(rhythm_document(*back), rhythm_document(known));
}

TEST(RhythmDocument, BringsBackEachPart) {
  Rhythm known;
  int number = 0;
  for (auto* length : {&known.watched, &known.moving, &known.backlogged, &known.faded, &known.wait,
                       &known.wait_age, &known.unsure_wait, &known.unsure_age, &known.vain_age})
    *length = ++number * 1min;
  for (auto* count : {&known.served, &known.jobs, &known.most_drained, &known.most_running,
                      &known.vain_waits, &known.vain_hangs, &known.taught})
    *count = ++number;
  for (auto* counts : {&known.quiet_gaps, &known.run_times, &known.success_gaps, &known.due_ages,
                       &known.idle_gaps})
    counts->add(++number * 1min, 0.25F);  // which has almost faded
  known.idle_minutes[5] = 60'000;         // the most that is counted
  update_limits(known);
  const auto back = parse_rhythm_document(rhythm_document(known));
  ASSERT_TRUE(back) << back.error().text;
  EXPECT_EQ(*back, known);
}

TEST(RhythmDocument, IsSmallHoweverMuchWasLearned) {
  Rhythm full;
  for (std::size_t i = 0; i < LengthCounts::kBuckets; ++i)
    for (auto* counts :
         {&full.quiet_gaps, &full.run_times, &full.success_gaps, &full.due_ages, &full.idle_gaps})
      counts->set_weight(i, 123456.78);
  full.idle_minutes.fill(59'999);
  for (auto* length : {&full.watched, &full.moving, &full.backlogged, &full.faded, &full.wait,
                       &full.wait_age, &full.unsure_wait, &full.unsure_age, &full.vain_age})
    *length = kLengthMax;
  full.served = full.most_drained = 1'000'000;
  EXPECT_LE(rhythm_document(full).size(), 8U * 1024);
}

TEST(RhythmDocument, NamesTheKeyThatCannotBeRead) {
  ASSERT_TRUE(parse_rhythm_document(R"({"served": 3, "run_times": [[5, 2.5]]})"));
  ASSERT_TRUE(parse_rhythm_document(R"({"served": 1000000000})"));
  const std::vector<std::pair<const char*, const char*>> bad{
      {"[]", "no JSON object"},
      {"", "no JSON object"},
      {R"({"served": -1})", "served"},
      {R"({"served": 2147483647})", "served"},
      {R"({"moving_ms": "a"})", "moving_ms"},
      {R"({"watched_ms": -5})", "watched_ms"},
      {R"({"run_times": [[92, 1]]})", "run_times"},
      {R"({"run_times": [[-1, 1]]})", "run_times"},
      {R"({"run_times": [[1]]})", "run_times"},
      {R"({"quiet_gaps": {"a": 1}})", "quiet_gaps"},
      {R"({"idle_minutes": [[168, 1]]})", "idle_minutes"},
      {R"({"idle_minutes": [[1, 99999]]})", "idle_minutes"},
  };
  for (const auto& [json, key] : bad) {
    const auto read = parse_rhythm_document(json);
    ASSERT_FALSE(read) << json;
    EXPECT_NE(read.error().text.find(key), std::string::npos) << read.error().text;
  }
}

}  // namespace
}  // namespace jobflip::core

#include "jobflip/view/left_behind_view.hpp"

#include <gmock/gmock.h>

namespace jobflip::view {
namespace {

using namespace std::chrono_literals;
using core::WorkersEnd;
using ::testing::ElementsAre;

core::FlipTimeline timeline_with(core::RunningJobs running, WorkersEnd workers,
                                 std::vector<std::string> states = {"requested", "draining",
                                                                    "released"}) {
  core::FlipTimeline timeline;
  timeline.flip.from = NodeName::of("job1");
  for (const auto& state : states) timeline.steps.push_back({{}, state, "", ""});
  timeline.left_behind = core::LeftBehind{workers, running.jobs.value_or(0), {running}, 0};
  return timeline;
}

core::RunningJobs three(std::string preset = "pg-boss") {
  return {QueueName::of("email"), std::move(preset), 3, {"17", "18", "20"}, 400ms};
}

std::string text_of(const core::FlipTimeline& timeline) {
  const auto texts = left_behind_texts(timeline);
  EXPECT_EQ(texts.size(), 1u);
  return texts.empty() ? "" : texts.front();
}

TEST(LeftBehind, NamesTheJobsThatMayRunTwiceAndUntilWhen) {
  EXPECT_EQ(text_of(timeline_with(three(), WorkersEnd::killed)),
            "3 jobs of queue email were running on job1 and killed: 17, 18, 20: they may run twice "
            "once pg-boss gives them back, after at most 15m");
  EXPECT_EQ(text_of(timeline_with(three(), WorkersEnd::drained)),
            "3 jobs of queue email were running on job1 when the flip was decided: 17, 18, 20; its "
            "workers drained: they ended by themselves");
  EXPECT_EQ(text_of(timeline_with(three(), WorkersEnd::unknown, {"requested", "expired"})),
            "3 jobs of queue email were running on job1, which went silent: 17, 18, 20: they may "
            "run twice once pg-boss gives them back, after at most 15m");
  EXPECT_EQ(text_of(timeline_with(three(), WorkersEnd::unknown)),
            "3 jobs of queue email were running on job1, and how its workers ended is not known: "
            "17, 18, 20: they may run twice once pg-boss gives them back, after at most 15m");
  EXPECT_EQ(text_of(timeline_with(three(), WorkersEnd::unknown, {"requested", "draining"})),
            "3 jobs of queue email were running on job1 when the flip was decided: 17, 18, 20");
}

TEST(LeftBehind, SaysOfATakeoverThatAllMayRunTwice) {
  auto timeline = timeline_with(three(), WorkersEnd::unknown, {"taken", "started"});
  timeline.flip.takeover = true;
  EXPECT_EQ(text_of(timeline),
            "3 jobs of queue email were running on job1, which went silent: 17, 18, 20: they may "
            "run twice once pg-boss gives them back, after at most 15m");
  EXPECT_EQ(workers_end(timeline), "lost");
  timeline.left_behind->queues[0].jobs.reset();
  EXPECT_EQ(text_of(timeline),
            "queue email could not be read before the takeover: what ran on job1 is not known, and "
            "may run twice");
  timeline.left_behind->queues.clear();
  EXPECT_EQ(text_of(timeline), "no job was running on job1 when it was last read");
}

TEST(LeftBehind, SaysWhenTheQueueSystemGivesThemBack) {
  const auto end_of = [](const std::string& preset) {
    const auto text = text_of(timeline_with(three(preset), WorkersEnd::killed));
    return text.substr(text.find("twice ") + 6);
  };
  EXPECT_EQ(end_of(""), "if the queue gives them back");
  EXPECT_EQ(end_of("of a later version"), "if the queue gives them back");
  EXPECT_EQ(end_of("river"), "once River gives them back, after at most 1h");
  EXPECT_THAT(end_of("que"), ::testing::StartsWith("at once, by PostgreSQL itself: "));
  EXPECT_THAT(end_of("procrastinate"), ::testing::StartsWith("once they are given back: you "));
}

TEST(LeftBehind, SaysHowManyAreNotNamedAndHowOldTheReadingWas) {
  auto one = three();
  one.jobs = 1;
  one.ids = {"17"};
  one.read_ago = 12min;
  EXPECT_EQ(
      text_of(timeline_with(one, WorkersEnd::killed)),
      "1 job of queue email was running on job1 and killed (as read 12m00s before): 17: it may "
      "run twice once pg-boss gives it back, after at most 15m");
  auto more = three();
  more.jobs = 7;
  EXPECT_THAT(text_of(timeline_with(more, WorkersEnd::killed)),
              ::testing::HasSubstr(": 17, 18, 20 and 4 more: "));
  more.ids.clear();
  EXPECT_THAT(text_of(timeline_with(more, WorkersEnd::killed)),
              ::testing::HasSubstr("7 jobs of queue email were running on job1 and killed: they"));
}

TEST(LeftBehind, SaysOfAReadingHowOldItWasFromTenSecondsOn) {
  auto jobs = three();
  jobs.read_ago = 10s;
  EXPECT_EQ(text_of(timeline_with(jobs, WorkersEnd::killed)).find("as read"), std::string::npos);
  jobs.read_ago = 11s;
  EXPECT_THAT(text_of(timeline_with(jobs, WorkersEnd::killed)),
              ::testing::HasSubstr("killed (as read 11.0s before): 17"));
}

TEST(LeftBehind, CountsOneQueueThatIsLeftOut) {
  auto timeline = timeline_with(three(), WorkersEnd::killed);
  timeline.left_behind->queues_left_out = 1;
  timeline.left_behind->jobs = 4;
  ASSERT_EQ(left_behind_texts(timeline).size(), 2u);
  EXPECT_EQ(left_behind_texts(timeline)[1], "and jobs of 1 more queue; 4 jobs in all");
}

TEST(LeftBehind, EscapesIdsThatASystemOutsideMade) {
  auto hostile = three();
  hostile.ids = {"\x1b[2J", std::string(500, 'x')};
  const auto timeline = timeline_with(hostile, WorkersEnd::killed);
  const auto text = text_of(timeline);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_LT(text.size(), 400u);
  EXPECT_EQ(left_behind_json(timeline).dump().find("\\u001b"), std::string::npos);
}

TEST(LeftBehind, SaysNothingOfWhatWasNotRecorded) {
  auto timeline = timeline_with(three(), WorkersEnd::killed);
  timeline.flip.from = NodeName{};
  EXPECT_TRUE(left_behind_texts(timeline).empty()) << "nobody held the pool";
  timeline = timeline_with(three(), WorkersEnd::killed);
  timeline.left_behind.reset();
  EXPECT_TRUE(left_behind_texts(timeline).empty());
  EXPECT_TRUE(left_behind_json(timeline).is_null());
  timeline.left_behind = core::LeftBehind{};
  EXPECT_THAT(left_behind_texts(timeline), ElementsAre("no job was running on job1"));
  auto blind = three();
  blind.jobs.reset();
  EXPECT_EQ(text_of(timeline_with(blind, WorkersEnd::killed)),
            "queue email could not be read when the flip was decided: what ran on job1 is not "
            "known");
}

TEST(LeftBehind, HasItAllAsJson) {
  auto timeline = timeline_with(three(), WorkersEnd::killed);
  timeline.left_behind->queues_left_out = 2;
  timeline.left_behind->jobs = 9;
  const auto json = left_behind_json(timeline);
  EXPECT_EQ(json["workers"], "killed");
  EXPECT_EQ(json["jobs"], 9);
  EXPECT_EQ(json["queues_left_out"], 2);
  EXPECT_EQ(json["queues"][0], Json::parse(R"({"queue": "email", "preset": "pg-boss", "jobs": 3,
                            "ids": ["17", "18", "20"], "read_ago_ms": 400})"));
  EXPECT_EQ(json["sentences"].size(), 2u);
  EXPECT_EQ(json["sentences"][1], "and jobs of 2 more queues; 9 jobs in all");
}

}  // namespace
}  // namespace jobflip::view

#include "jobflip/view/incident_view.hpp"

#include <gmock/gmock.h>

#include "jobflip/core/incident_rules.hpp"

namespace jobflip::view {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using enum core::IncidentStage;

constexpr WallTime kOpened{std::chrono::sys_days{std::chrono::year{2026} / 11 / 28} +
                           std::chrono::hours{3}};

core::Incident sample_incident() {
  core::Incident i;
  i.id = IncidentId{7};
  i.pool = PoolName::of("mail");
  i.kind = core::IncidentClass::queued;
  i.cause = core::IncidentCause::verdict;
  i.sentence = "queue email is STALLED";
  i.opened_at = kOpened;
  i.opened_by = "supervisor sup1";
  i.closed_at = kOpened + 3min;
  i.closed_by = "supervisor sup1";
  i.perceptible_after = 60s;
  i.most_waiting = 99;
  i.longest_wait = 130s;
  i.stages = {{.stage = onset, .at = kOpened - 12s},
              {.stage = detected, .at = kOpened, .queue = "email", .waiting = 40, .oldest = 12s},
              {.stage = decided, .at = kOpened + 30s, .flip = FlipId{3}},
              {.stage = stopped, .at = kOpened + 33s, .flip = FlipId{3}},
              {.stage = started, .at = kOpened + 35s, .flip = FlipId{3}},
              {.stage = first_job, .at = kOpened + 60s, .flip = FlipId{3}}};
  i.flips = {FlipId{3}};
  i.holds = 1;
  i.labels = {"vendor"};
  i.notes = {{kOpened + 1h, "ada", "alice", "line one\n\x1b[31mred"}};
  core::judge_by_rule(i, kOpened + 1h);
  return i;
}

TEST(IncidentView, TheHeadlineSaysWhatItIsAndHowLong) {
  auto incident = sample_incident();
  EXPECT_EQ(incident_headline(incident, kOpened + 1h),
            "incident 7 of mail: queued, critical, over after 3m00s");
  incident.closed_at.reset();
  EXPECT_EQ(incident_headline(incident, kOpened + 5min),
            "incident 7 of mail: queued, critical, open for 5m00s");
  incident.merged_into = IncidentId{6};
  EXPECT_THAT(incident_headline(incident, kOpened), HasSubstr("part of incident 6"));
}

TEST(IncidentView, TheDeploymentsNearItAreNamed) {
  auto incident = sample_incident();
  core::Deployment one;
  one.id = 12;
  one.version = "4.2.1";
  one.started_by = "ci";
  one.started_at = kOpened - 72s;
  incident.deployments = {one};
  EXPECT_THAT(incident_texts(incident, kOpened + 1h),
              Contains("deployment 12 of version 4.2.1: began 1m00s before the onset, by ci; still "
                       "running"));
  const auto json = incident_json(incident, true);
  ASSERT_EQ(json["deployments"].size(), 1u);
  EXPECT_EQ(json["deployments"][0]["version"], "4.2.1");
  EXPECT_FALSE(incident_json(incident, false).contains("deployments"));
}

TEST(IncidentView, TheSentencesNameTheFiguresAndWhoDecided) {
  auto incident = sample_incident();
  auto texts = incident_texts(incident, kOpened + 1h);
  EXPECT_THAT(texts, Contains("no progress for 1m12s"));
  EXPECT_THAT(texts, Contains("perceptible, by rule; downtime, by rule"));
  EXPECT_THAT(texts, Contains("at worst 99 jobs waited, the oldest for 2m10s; users notice from "
                              "1m00s on"));
  EXPECT_THAT(texts, Contains("flip 3; 1 hold; labels: vendor"));
  incident.downtime = {false, "ada"};
  texts = incident_texts(incident, kOpened + 1h);
  EXPECT_THAT(texts, Contains("perceptible, by rule; not downtime, as decided by ada"));
}

TEST(IncidentView, OnlyWhatIsKnownIsADuration) {
  auto incident = sample_incident();
  EXPECT_EQ(
      incident_durations_text(incident),
      "detected 12.0s after the onset; decided 30.0s after the detection; workers stopped 3.0s "
      "after the decision; new workers ran 5.0s after the decision; first job 1m12s after the "
      "onset");
  incident.stages.erase(incident.stages.begin());
  EXPECT_THAT(incident_durations_text(incident), HasSubstr("first job 30.0s after the decision"))
      << "without an onset";
  incident.stages.clear();
  EXPECT_EQ(incident_durations_text(incident), "");
}

TEST(IncidentView, JsonHasNullForWhatIsNotKnown) {
  auto incident = sample_incident();
  auto json = incident_json(incident, true);
  EXPECT_EQ(json["durations"]["to_detect_ms"], 12'000);
  EXPECT_EQ(json["durations"]["to_first_job_ms"], 72'000);
  EXPECT_TRUE(json["durations"]["to_recover_ms"].is_null());
  EXPECT_EQ(json["stages"].size(), 6u);
  EXPECT_EQ(json["stages"][1]["waiting"], 40);
  EXPECT_TRUE(json["stages"][2]["waiting"].is_null());
  EXPECT_EQ(json["flips"], Json::array({3}));
  EXPECT_EQ(json["downtime"]["value"], true);
  EXPECT_TRUE(json["downtime"]["by"].is_null());
  EXPECT_FALSE(incident_json(incident, false).contains("stages"));
}

TEST(IncidentView, TextsFromOutsideMoveNoCursor) {
  auto incident = sample_incident();
  incident.sentence = incident.opened_by = incident.closed_by = "a\x1b[2Jb\n\u202Ec";
  incident.downtime.by = incident.sentence;
  for (const auto& text : incident_texts(incident, kOpened)) {
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("\n")));
    EXPECT_THAT(text, Not(HasSubstr("\u202E")));
  }
}

}  // namespace
}  // namespace jobflip::view

#include "jobflip/view/evidence_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jobflip/core/evidence.hpp"
#include "jobflip/core/plan_now.hpp"
#include "unit/core/supervisor_fleet.hpp"

namespace jobflip::view {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

using Texts = std::vector<std::string>;

core::Snapshot stalled_fleet() {
  auto fleet = core::healthy_fleet();
  auto pool = core::healthy_pool();
  core::QueueSample sample;
  sample.runnable = 99;
  pool.queues = {{QueueName::of("email"), "STALLED", "nothing moved", 45s, Millis{}, sample}};
  pool.candidates[1].drained = true;
  pool.candidates[1].drain_reason = "disk\x1b[31m";
  fleet.pools = {pool};
  return fleet;
}

Texts texts_by_hand(const core::Snapshot& fleet, const core::FlipIntent& intent) {
  const auto& pool = fleet.pools[0];
  auto evidence = core::evidence_of(pool, intent, core::plan_by_hand(fleet, pool, intent));
  auto older = evidence.queues[0].newest_first[0];
  older.runnable = 90;
  evidence.queues[0].newest_first.push_back(older);
  return evidence_texts(core::evidence_json(evidence));
}

TEST(EvidenceTexts, SayWhatTheDecisionSaw) {
  core::FlipIntent intent;
  intent.manual = true;
  intent.to = NodeName::of("job3");
  auto fleet = stalled_fleet();
  fleet.pools[0].pause = core::PauseView{WallTime{}, 1h, "deploy", "ann"};
  const auto texts = texts_by_hand(fleet, intent);
  EXPECT_EQ(texts[0], "asked for with --to job3");
  EXPECT_EQ(texts[1],
            "queue email: STALLED for 45.0s: nothing moved; in 2 readings: runnable 90 -> 99, "
            "running 0, done 0, failed 0");
  EXPECT_THAT(texts, Contains(StartsWith("pause was overridden by hand: paused for 1h00m")));
  EXPECT_THAT(texts, Contains(StartsWith("rules that allowed it: ")));
  EXPECT_THAT(texts, Contains(HasSubstr("job3 could take over: ready")));
  EXPECT_THAT(texts, Contains(HasSubstr("job2 could not take over: drained: disk\\x1b[31m")));
}

TEST(EvidenceTexts, OfASupervisorsDecisionNameNoOptions) {
  const auto fleet = stalled_fleet();
  const auto& pool = fleet.pools[0];
  auto evidence = core::evidence_of(pool, {}, core::plan_automatic(fleet, pool));
  core::CandidateView crashing;
  crashing.node = NodeName::of("job1");
  crashing.crashes = 5;
  crashing.crash_reason = "exited with 3";
  evidence.crashing_holder = crashing;
  const auto texts = evidence_texts(core::evidence_json(evidence));
  EXPECT_THAT(texts, Not(Contains(StartsWith("asked for"))));
  EXPECT_EQ(texts[0], "queue email: STALLED for 45.0s: nothing moved") << "one reading";
  EXPECT_THAT(texts, Contains("the workers of job1 ended by themselves 5 times, most recently: "
                              "exited with 3"));
}

TEST(EvidenceTexts, NameEveryOptionOfAPersonAndTheRuleThatBlocked) {
  EXPECT_THAT(evidence_texts(R"({"asked": {"from": "job1", "host_is_off": true}})"),
              ElementsAre("asked for with --from job1 --host-is-off"));
  EXPECT_THAT(evidence_texts(R"({"automatic": true, "asked": {"to": "job2"}})"), IsEmpty());
  EXPECT_THAT(
      evidence_texts(R"({"gates": [{"rule": "pause", "applies": true, "text": "for 1h"}]})"),
      ElementsAre("pause blocked it: for 1h"));
}

TEST(EvidenceTexts, CountWhatHadNoRoom) {
  EXPECT_THAT(evidence_texts(R"({"queues_left_out": 0, "candidates_left_out": 0})"), IsEmpty());
  EXPECT_THAT(evidence_texts(R"({"queues_left_out": 3, "candidates_left_out": 2})"),
              ElementsAre("3 more queues were left out of the record",
                          "2 more candidates were left out of the record"));
}

TEST(EvidenceTexts, OfOtherObjectsAreFewAndEscaped) {
  EXPECT_THAT(evidence_texts(""), IsEmpty());
  EXPECT_THAT(evidence_texts("[1]"), IsEmpty());
  EXPECT_THAT(evidence_texts("{}"), IsEmpty());
  EXPECT_THAT(evidence_texts(R"({"queues": 5, "gates": "no", "candidates": {}, "asked": []})"),
              IsEmpty());
  const auto odd = evidence_texts(
      R"({"queues": [7, {"queue": "a\u001b[2J", "verdict_age_ms": -9223372036854775808,
          "samples_newest_first": [{"done": "x"}, {"done": 1e99}]}]})");
  ASSERT_EQ(odd.size(), 1U);
  EXPECT_THAT(odd[0], StartsWith("queue a\\x1b[2J: "));
  EXPECT_THAT(odd[0], Not(HasSubstr(" for ")));
  std::string many = R"({"candidates": [{})";
  for (int i = 0; i < 500; ++i) many += ",{}";
  const auto texts = evidence_texts(many + "]}");
  EXPECT_EQ(texts.size(), 21U);
  EXPECT_EQ(texts.back(), "481 more candidates are not shown");
}

}  // namespace
}  // namespace jobflip::view

/// What a decision saw, and what chose the target.
#include "report/decision.hpp"

#include <gtest/gtest.h>

#include "unit/report/sample_facts.hpp"

namespace jobflip::report {
namespace {

using namespace std::chrono_literals;

Decision some_decision() {
  return read_decision(full_facts().flips[0].evidence).value();
}

std::string why(const Decision& decision, const std::string& node) {
  for (const auto& one : decision.candidates)
    if (one.node == node) return why_chosen_or_not(decision, one);
  return "no such candidate";
}

DecisionCandidate& of(Decision& decision, const std::string& node) {
  for (auto& one : decision.candidates)
    if (one.node == node) return one;
  ADD_FAILURE() << node;
  return decision.candidates[0];
}

TEST(Decision, ReadsWhatTheEvidenceSays) {
  const auto decision = some_decision();
  EXPECT_TRUE(decision.automatic);
  EXPECT_EQ(decision.holder, "job1");
  EXPECT_EQ(decision.target, "job2");
  ASSERT_EQ(decision.gates.size(), 3u);
  EXPECT_EQ(decision.gates[1].rule, "hold-down");
  ASSERT_EQ(decision.queues.size(), 2u);
  EXPECT_EQ(decision.queues[0].quiet, Millis{90s});
  EXPECT_EQ(decision.queues[0].window, Millis{60s});
  EXPECT_EQ(decision.queues[1].quiet, std::nullopt);
  EXPECT_EQ(stuck_for(decision), Millis{30s});
  EXPECT_EQ(of(const_cast<Decision&>(decision), "job5").priority, 50);
}

TEST(Decision, IsNothingIfTheDocumentIsNoEvidence) {
  for (const char* text :
       {"", "{}", "[]", "null", "7", "{\"gates\": 7}", "{\"queues\": [1, 2]}", "{"})
    EXPECT_FALSE(read_decision(text)) << text;
}

TEST(Decision, SurvivesOtherTypesAndNumbers) {
  const auto decision = read_decision(
      R"({"automatic":"yes","to":7,"gates":[{"rule":[],"allows":1}],"candidates":[{"node":"job9",
      "priority":-4,"crashes":99999999999999},{"node":null}],"queues":[{"queue":"q",
      "quiet_ms":-1,"verdict_age_ms":1e300,"window_ms":18446744073709551615}],"asked":[]})");
  ASSERT_TRUE(decision);
  EXPECT_FALSE(decision->automatic);
  EXPECT_EQ(decision->target, "");
  EXPECT_FALSE(decision->candidates[0].priority);
  EXPECT_EQ(decision->candidates[0].crashes, 0);
  EXPECT_FALSE(decision->queues[0].quiet);
  EXPECT_FALSE(decision->queues[0].window);
  EXPECT_EQ(why(*decision, "job9"), "could not take over");
}

TEST(Decision, LeavesOutAndCountsWhatIsTooMuch) {
  std::string gates;
  for (int i = 0; i < 80; ++i) gates += std::string{i == 0 ? "" : ","} + R"({"rule":"pause"})";
  const auto decision = read_decision("{\"gates\":[" + gates + "],\"queues_left_out\":3}");
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->gates.size(), kMostOfAList);
  EXPECT_EQ(decision->left_out, 33);
}

TEST(DecisionTarget, WasFirstByNameAmongEquals) {
  const auto decision = some_decision();
  EXPECT_EQ(why(decision, "job2"),
            "of 2 that could take over with priority 100, it comes first by name; ready, beat 0.4s "
            "ago");
  EXPECT_EQ(why(decision, "job3"),
            "could take over, and has the same priority (100): job2 comes first by name");
  EXPECT_EQ(why(decision, "job5"),
            "could take over, but its workers crashed 4 times in a row: it comes last");
  EXPECT_EQ(why(decision, "job4"), "drained by ann: disk swap");
  EXPECT_EQ(why(decision, "job1"), "holds the pool");
}

TEST(DecisionTarget, WasFirstByPriority) {
  auto decision = some_decision();
  of(decision, "job2").priority = 10;
  EXPECT_EQ(why(decision, "job3"),
            "could take over, but has priority 100, and job2 has 10: the lower comes first");
  EXPECT_EQ(why(decision, "job2"),
            "of 3 that could take over, it has the lowest priority number (10); ready, beat 0.4s "
            "ago");
}

TEST(DecisionTarget, WasTheOnlyOneOrNamedOrARestart) {
  auto decision = some_decision();
  decision.asked_to = "job2";
  EXPECT_EQ(why(decision, "job2"), "a person named it: --to job2; ready, beat 0.4s ago");
  EXPECT_EQ(why(decision, "job3"), "could take over, but a person named job2");
  decision.asked_to = "";
  of(decision, "job3").eligible = of(decision, "job5").eligible = false;
  EXPECT_EQ(why(decision, "job2"),
            "it was the only candidate that could take over; ready, beat 0.4s ago");
  decision.restart = true;
  decision.target = "job1";
  EXPECT_EQ(why(decision, "job1"),
            "it holds the pool, and the pool restarts first; holds the pool");
  EXPECT_EQ(why(decision, "job2"), "could take over, but the pool restarts first");
}

TEST(DecisionTarget, SaysWhatAnOlderRecordDoesNotKnow) {
  auto decision = some_decision();
  for (auto& one : decision.candidates) one.priority = {}, one.crashes = 0;
  EXPECT_EQ(why(decision, "job3"), "could take over; its priority is not recorded");
  EXPECT_EQ(why(decision, "job2"),
            "it comes first by priority, then by name; ready, beat 0.4s ago");
  decision.target = "job7";
  EXPECT_EQ(why(decision, "job3"), "could take over; no target is recorded");
}

}  // namespace
}  // namespace jobflip::report

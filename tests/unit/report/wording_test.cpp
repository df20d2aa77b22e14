/// Who noticed, which flip cured, in which order, by which name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "jobflip/report/assemble.hpp"
#include "jobflip/report/markdown.hpp"
#include "report/figures.hpp"
#include "unit/report/sample_facts.hpp"

namespace jobflip::report {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using enum core::IncidentStage;

std::string text_of(const Facts& facts) {
  return markdown_of(assemble(facts));
}

std::size_t times_in(const std::string& text, const std::string& part) {
  std::size_t times = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++times;
  return times;
}

/// Flip 7 did not help, and flip 9 did.
Facts facts_of_two_flips() {
  auto out = full_facts();
  auto second = out.flips[0];
  out.flips[0].flip.state = core::FlipState::ineffective;
  second.flip.id = FlipId{9};
  second.flip.requested_at = at(130s);
  second.flip.started_at = at(137s);
  out.flips.push_back(second);
  auto& incident = out.incident;
  incident.flips.push_back(FlipId{9});
  std::erase_if(incident.stages, [](const auto& one) { return one.stage == first_job; });
  for (const auto& [stage, after] :
       {std::pair{decided, 130s}, std::pair{started, 137s}, std::pair{first_job, 141s}})
    incident.stages.push_back({stage, at(after), FlipId{9}, "", {}, {}});
  return out;
}

TEST(Wording, NamesTheFlipThatCuredAndMeasuresThat) {
  const auto facts = facts_of_two_flips();
  const auto figures = figures_of(facts);
  EXPECT_EQ(figures.flip, FlipId{9});
  EXPECT_EQ(figures.flip_time, Millis{7s});
  EXPECT_EQ(figures.to_first_job, Millis{4s});
  const auto text = text_of(facts);
  EXPECT_THAT(text, HasSubstr("**Flip 7 did not cure it: "));
  EXPECT_THAT(text, HasSubstr("Flip 9 cured it: "));
  EXPECT_THAT(text, HasSubstr("| Flip time | 7.0s | decision to the new node's workers running, of "
                              "flip 9 |"));
  EXPECT_THAT(text, Not(HasSubstr("The flip cured it")));
}

TEST(Wording, MeasuresTheLastFlipWhoseWorkersRanIfNoneCured) {
  auto facts = facts_of_two_flips();
  facts.flips[1].flip.state = core::FlipState::ineffective;
  EXPECT_EQ(figures_of(facts).flip, FlipId{9});
  EXPECT_EQ(figures_of(full_facts()).flip, FlipId{7});
}

TEST(Wording, OfAPlannedMoveCallsNothingACure) {
  auto facts = full_facts();
  facts.incident.cause = core::IncidentCause::flip;
  facts.incident.kind = core::IncidentClass::other;
  facts.incident.opened_by = facts.flips[0].flip.actor = "ada";
  facts.incident.stages.erase(facts.incident.stages.begin());
  facts.flips[0].flip.automatic = false;
  auto text = text_of(facts);
  EXPECT_THAT(text, HasSubstr("ada moved the pool at 03:01:00.000 UTC (04:01:00.000 CET)"));
  EXPECT_THAT(text, HasSubstr("The move worked: a job completed on job2"));
  EXPECT_THAT(text, HasSubstr("ada asked for flip 7 from job1 to job2"));
  EXPECT_THAT(text, HasSubstr("Every queue was well at "));
  for (const char* part : {"cured", "jobflip detected", "recovered at", "verdict to"})
    EXPECT_THAT(text, Not(HasSubstr(part)));
  facts.flips[0].flip.state = core::FlipState::ineffective;
  EXPECT_THAT(text_of(facts), HasSubstr("The move did not work: "));
}

TEST(Wording, SaysWhoReportedIt) {
  auto facts = full_facts();
  facts.incident.cause = core::IncidentCause::person;
  facts.incident.opened_by = "ada";
  facts.incident.sentence = "customers call";
  const auto text = text_of(facts);
  EXPECT_THAT(text, HasSubstr("ada reported it at 03:01:00.000 UTC (04:01:00.000 CET), 1m00s after "
                              "the last progress: customers call."));
  EXPECT_THAT(text, HasSubstr("| ada | ada reported it: customers call (queue email"));
  EXPECT_THAT(text, Not(HasSubstr("jobflip detected")));
  EXPECT_THAT(text, HasSubstr("The flip cured it")) << "something was ill";
}

TEST(Wording, QuotesTheDetectionWithWhatWasSeenThen) {
  auto facts = full_facts();
  facts.incident.sentence = "queue email is STALLED: no job for 1m00s";
  auto text = text_of(facts);
  EXPECT_THAT(text, HasSubstr("1m00s after the last progress: queue email is STALLED: no job for "
                              "1m00s."));
  EXPECT_THAT(text, Not(HasSubstr("last progress: queue email was STALLED: no job was taken")));
  facts.of_flip = true;
  text = text_of(facts);
  EXPECT_THAT(text,
              HasSubstr("1m00s after the last progress. When the flip was decided, queue "
                        "email was STALLED: no job was taken, completed or failed for 1m30s"));
}

TEST(Wording, TellsAnEventOfAFlipOnceAndByWhom) {
  auto facts = full_facts();
  facts.flips[0].steps.push_back({at(140s), "acknowledged", "", "it is fixed"});
  core::AuditEvent event;
  event.chain = "mail";
  event.kind = "acknowledged";
  event.flip = 7;
  event.at = at(140s);
  event.actor = "ada";
  event.reason = "it is fixed";
  event.payload = "{}";
  facts.events.push_back(event);
  const auto text = text_of(facts);
  EXPECT_EQ(times_in(text, "it is fixed"), 1u);
  EXPECT_THAT(text, HasSubstr("| ada | the cooldown of flip 7 is lifted: it is fixed |"));
  facts.events.pop_back();
  EXPECT_THAT(text_of(facts), HasSubstr("| \\- | flip 7: it is fixed |")) << "nobody knows by whom";
}

TEST(Wording, TellsATakeAndANoteOnce) {
  auto facts = full_facts();
  facts.events[3].flip = 7;
  core::AuditEvent noted;
  noted.chain = "mail";
  noted.kind = "incident_changed";
  noted.at = facts.incident.notes[0].at;
  noted.actor = "ann";
  noted.reason = facts.incident.notes[0].text;
  noted.payload = R"({"incident":12,"what":"note","value":""})";
  facts.events.push_back(noted);
  const auto text = text_of(facts);
  EXPECT_THAT(text, Not(HasSubstr("job2 took the pool from job1")));
  EXPECT_EQ(times_in(text, facts.incident.notes[0].text), 1u);
}

TEST(Wording, HasOneFormOfNames) {
  auto facts = full_facts();
  core::AuditEvent event;
  event.chain = "mail";
  event.kind = "crash_loop";
  event.at = at(80s);
  event.actor = "node job1";
  event.payload = "{}";
  facts.events.push_back(event);
  const auto text = text_of(facts);
  EXPECT_THAT(text, Not(HasSubstr("| node job1 |")));
  EXPECT_THAT(text, HasSubstr("| supervisor sup1 | flip 7 verified: ")) << "not: sup1";
}

TEST(Wording, PutsTiesInTheOrderOfTheStages) {
  auto facts = full_facts();
  auto& stages = facts.incident.stages;
  for (auto& stage : stages)
    if (stage.stage != onset && stage.stage != recovered) stage.at = at(90s);
  std::ranges::reverse(stages);
  const auto page = assemble(facts);
  std::string order;
  for (const auto& mark : page.marks) order += mark.text + "; ";
  EXPECT_EQ(order,
            "the last progress; jobflip detected it; a flip or a takeover was decided; the old "
            "node has no worker left, or its lease ran out; the new node has the lease; the new "
            "node's workers run; the first job completed; recovered; ");
  auto& steps = facts.flips[0].steps;
  for (auto& step : steps) step.at = at(90s);
  std::ranges::reverse(steps);
  const auto text = text_of(facts);
  for (const char* step :
       {"flip 7 requested", "flip 7 draining", "flip 7 released", "flip 7 taken", "flip 7 started"})
    EXPECT_THAT(text, HasSubstr(step));
  EXPECT_LT(text.find("flip 7 requested"), text.find("flip 7 draining"));
  EXPECT_LT(text.find("flip 7 draining"), text.find("flip 7 released"));
  EXPECT_LT(text.find("flip 7 released"), text.find("flip 7 taken"));
  EXPECT_LT(text.find("flip 7 taken"), text.find("flip 7 started"));
}

TEST(Wording, ShowsMillisecondsInOffsets) {
  const auto text = text_of(full_facts());
  EXPECT_THAT(text, HasSubstr("| +1m32.120s |"));
  EXPECT_THAT(text, HasSubstr("| +0.000s |"));
  EXPECT_THAT(text, HasSubstr("| -1m00.000s |"));
  EXPECT_THAT(text, HasSubstr("| +10m00.000s |"));
}

TEST(Wording, OfTheRuleSaysOnlyThatUsersMayHaveNoticed) {
  auto facts = full_facts();
  facts.incident.perceptible_after = 1min;
  auto text = text_of(facts);
  EXPECT_THAT(text, HasSubstr("severity major, long enough for users to notice (rule: 1m00s), "
                              "downtime (decided by ann). Opened by supervisor sup1: queue email "
                              "is STALLED."));
  EXPECT_THAT(text, Not(HasSubstr("users noticed")));
  facts.incident.perceptible.by = "bob";
  EXPECT_THAT(text_of(facts), HasSubstr("users noticed (decided by bob)"));
}

TEST(Wording, DoesNotRepeatItself) {
  const auto text = text_of(full_facts());
  EXPECT_THAT(text, HasSubstr("| flip 7 requested: queue email is STALLED: no job"));
  EXPECT_THAT(text, HasSubstr("| flip 7: black box: 866 bytes |"));
  EXPECT_THAT(text, Not(HasSubstr("requested: requested")));
}

}  // namespace
}  // namespace jobflip::report

/// A takeover: nobody asked for it, and nobody saw how the old workers ended.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jobflip/report/assemble.hpp"
#include "jobflip/report/derived.hpp"
#include "jobflip/report/markdown.hpp"
#include "report/figures.hpp"
#include "unit/report/sample_facts.hpp"

namespace jobflip::report {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using enum core::IncidentStage;

/// job1 goes silent at +0s, and job2 takes over at +12s.
Facts facts_of_takeover() {
  auto out = full_facts();
  auto& timeline = out.flips[0];
  auto& flip = timeline.flip;
  flip.id = FlipId{8};
  flip.takeover = true;
  flip.automatic = false;
  flip.actor = "node job2";
  flip.reason = "node job1 did not renew its lease for 12000 ms";
  flip.requested_at = at(12s);
  flip.drained_at = {};
  flip.released_at = flip.taken_at = flip.requested_at;
  flip.started_at = at(13s);
  flip.ended_at = at(20s);
  timeline.evidence = "";
  timeline.black_boxes.clear();
  timeline.left_behind->workers = core::WorkersEnd::unknown;
  timeline.steps = {{at(12s), "taken", "job2", flip.reason},
                    {at(13s), "started", "job2", "the new node's workers run"},
                    {at(20s), "verified", "sup1", "a job completed on the new node"}};
  auto& incident = out.incident;
  incident.kind = core::IncidentClass::node;
  incident.cause = core::IncidentCause::node_loss;
  incident.opened_at = at(12s) + 1ms;
  incident.opened_by = "node job2";
  incident.sentence = flip.reason;
  incident.flips = {flip.id};
  incident.holds = 0;
  const auto of = [&](core::IncidentStage stage, Millis after, std::optional<FlipId> id) {
    return core::StageReached{stage, at(after), id, "", {}, {}};
  };
  incident.stages = {
      of(onset, 0ms, {}),          of(stopped, 12s, flip.id),       of(granted, 12s, flip.id),
      of(detected, 12s + 1ms, {}), of(decided, 12s + 1ms, flip.id), of(started, 13s, flip.id),
      of(first_job, 20s, flip.id), of(recovered, 25s, {})};
  incident.closed_at = at(25s);
  auto takeover = out.events[3];
  takeover.kind = "takeover";
  takeover.flip = 8;
  takeover.at = at(12s);
  out.events = {takeover};
  return out;
}

std::string page_of(const Facts& facts) {
  return markdown_of(assemble(facts));
}

TEST(TakeoverPage, SaysWhoTookOverAndThatNobodyAsked) {
  const auto text = page_of(facts_of_takeover());
  EXPECT_THAT(text, HasSubstr("job2 took over from job1 at 03:00:12.000 UTC (04:00:12.000 CET), "
                              "whose lease had run out: node job1 did not renew its lease for "
                              "12000 ms. Nobody saw how job1's workers ended."));
  EXPECT_THAT(text, HasSubstr("The takeover cured it: a job completed on job2"));
  EXPECT_THAT(text, HasSubstr("### Takeover 8: job1 -> job2"));
  EXPECT_THAT(text, HasSubstr("takeover 8 started: the new node's workers run"));
  for (const char* part : {"by hand", "asked for", "were gone", "gone after", "lip 8"})
    EXPECT_THAT(text, Not(HasSubstr(part)));
}

TEST(TakeoverPage, SaysThatTheJobsMayRunTwice) {
  const auto facts = facts_of_takeover();
  EXPECT_EQ(figures_of(facts).maybe_twice, 2);
  const auto text = page_of(facts);
  EXPECT_THAT(text, HasSubstr("**2 jobs in flight may have run twice (listed below).**"));
  EXPECT_THAT(text, HasSubstr("2 jobs of queue email were running on job1, which went silent: "
                              "8117, 8120: they may run twice"));
  EXPECT_THAT(text, HasSubstr("| lost: nobody saw how | **may run twice** |"));
  for (const char* part : {"not recorded", "not decided yet", "when the flip was decided"})
    EXPECT_THAT(text, Not(HasSubstr(part)));
}

TEST(TakeoverPage, SaysSoIfWhatRanIsNotRecorded) {
  auto facts = facts_of_takeover();
  facts.flips[0].left_behind.reset();
  EXPECT_THAT(page_of(facts),
              HasSubstr("What ran on the silent node is not recorded: it may run twice."));
}

TEST(TakeoverPage, WeighsNoCandidates) {
  const auto text = page_of(facts_of_takeover());
  EXPECT_THAT(text, HasSubstr("The first candidate that saw the lease run out took it; a takeover "
                              "weighs no candidates."));
  EXPECT_THAT(text, Not(HasSubstr("evidence")));
}

TEST(TakeoverPage, TellsTheTakeoverOnceWithEachLetter) {
  const auto text = page_of(facts_of_takeover());
  EXPECT_THAT(text, HasSubstr("| BCDE | 2026-11-23 03:00:12.000 | 04:00:12.000 CET | +12.000s | "
                              "job2 | takeover 8: job2 took over from job1"));
  EXPECT_THAT(text, Not(HasSubstr("which was silent")));
  EXPECT_THAT(text, Not(HasSubstr("jobflip detected it: node")));
}

TEST(TakeoverPage, OfAFlipAloneIsAboutALostNode) {
  const auto incident = incident_of(facts_of_takeover().flips[0], {});
  EXPECT_EQ(incident.cause, core::IncidentCause::node_loss);
  EXPECT_EQ(incident.kind, core::IncidentClass::node);
}

}  // namespace
}  // namespace jobflip::report

/// What a page says, in which order, how large it gets, and that no text breaks out of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "jobflip/report/assemble.hpp"
#include "jobflip/report/html.hpp"
#include "jobflip/report/json.hpp"
#include "jobflip/report/markdown.hpp"
#include "jobflip/view/json_text.hpp"
#include "unit/report/golden.hpp"
#include "unit/report/sample_facts.hpp"

namespace jobflip::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(PostmortemPage, IsTheOneThatWasRead) {
  const auto page = assemble(full_facts());
  expect_golden("postmortem.md", markdown_of(page));
  expect_golden("postmortem.html", html_of(page, without_library()));
}

TEST(PostmortemPage, HasItsSectionsInThisOrder) {
  std::vector<std::string> titles;
  for (const auto& section : assemble(full_facts()).sections) titles.push_back(section.id);
  EXPECT_THAT(titles, ElementsAre("summary", "impact", "timeline", "deployments", "queues",
                                  "verdict", "target", "black-boxes", "jobs", "holds", "root-cause",
                                  "went-well", "went-badly", "actions", "about"));
}

/// What a reviewer asks who saw nothing of it.
TEST(PostmortemPage, AnswersTheQuestionsOfAReviewer) {
  const auto text = markdown_of(assemble(full_facts()));
  const auto says = [&](const char* part) { EXPECT_THAT(text, HasSubstr(part)); };
  says("Queue email of pool mail made no progress for 1m35s");
  says("jobflip detected it at 03:01:00.000 UTC (04:01:00.000 CET), 1m00s after the last progress");
  says("Supervisor sup1 asked for flip 7 from job1 to job2");
  says("The flip cured it: a job completed on job2");
  says("2 jobs in flight may have run twice");
  says("job2 was chosen: of 2 that could take over with priority 100, it comes first by name");
  says("drained by ann: disk swap");
  says("8117, 8120");
  says("1795828470423355");
  says("STALLED for 30.0s, 30.0s wanted");
  says("a flip is wanted, and rule hold-down holds it back (and 2 more like it)");
  says("the mail library hung on a dead connection");
}

TEST(PostmortemPage, SaysWhatIsNotKnown) {
  Facts facts;
  facts.incident.pool = PoolName::of("mail");
  const auto text = markdown_of(assemble(facts));
  EXPECT_THAT(text, HasSubstr("Nothing in the record shows that a queue had stopped"));
  EXPECT_THAT(text, HasSubstr("How many jobs waited is not known"));
  EXPECT_THAT(text, HasSubstr("| Time without progress | not known |"));
  EXPECT_THAT(text, HasSubstr("The store has no reading of this time"));
  EXPECT_THAT(html_of(assemble(facts)), HasSubstr("</html>"));
}

TEST(PostmortemPage, TellsATakeoverWithoutAFlip) {
  auto facts = full_facts();
  facts.flips.clear();
  auto takeover = facts.events[3];
  takeover.kind = "takeover";
  facts.events = {takeover};
  auto text = markdown_of(assemble(facts));
  EXPECT_THAT(text, HasSubstr("Without a flip, at 03:01:32.300 UTC (04:01:32.300 CET): job2 took "
                              "over from job1, which was silent"));
  EXPECT_THAT(text, HasSubstr("what ran there is not recorded, and may run twice"));
  facts.events[0].flip = 7;
  text = markdown_of(assemble(facts));
  EXPECT_THAT(text, Not(HasSubstr("Without a flip")));
  EXPECT_THAT(text, HasSubstr("No flip stopped workers"));
}

TEST(PostmortemPage, TellsEveryOutcome) {
  auto facts = full_facts();
  const auto outcome = [&](core::FlipState state) {
    facts.flips[0].flip.state = state;
    return markdown_of(assemble(facts));
  };
  EXPECT_THAT(outcome(core::FlipState::ineffective), HasSubstr("The flip did not cure it"));
  EXPECT_THAT(outcome(core::FlipState::unverified),
              HasSubstr("Whether the flip cured it is not known"));
  EXPECT_THAT(outcome(core::FlipState::failed), HasSubstr("The flip failed after 7.0s"));
  EXPECT_THAT(outcome(core::FlipState::aborted), HasSubstr("The flip was aborted after 7.0s"));
  EXPECT_THAT(outcome(core::FlipState::started),
              HasSubstr("The flip has not ended: it is started"));
}

TEST(PostmortemPage, IsSmallAndQuickForALargePool) {
  const auto facts = large_facts(100);
  const auto begin = std::clock();  // of the processor: others may use the machine, too
  const auto page = assemble(facts);
  const auto html = html_of(page);
  EXPECT_LT(std::clock() - begin, 2 * CLOCKS_PER_SEC);
  EXPECT_LT(html.size(), 2'000'000u);
  EXPECT_EQ(page.charts.size(), kMostCharts);
  EXPECT_LT(markdown_of(page).size(), 2'000'000u);
}

class HostilePage : public ::testing::TestWithParam<const char*> {
 protected:
  std::string text() const { return GetParam(); }
};

INSTANTIATE_TEST_SUITE_P(
    Texts, HostilePage,
    ::testing::Values("</script><script>document.title='run'</script>",
                      "<img src=http://127.0.0.1:1/x onerror=\"document.title='run'\">",
                      "![x](http://127.0.0.1:1/y) [z](javascript:alert(1)) | x | **b**",
                      "a\n\n# heading\n\n| a |\n|---|\n- item\n\n```\ncode",
                      "\x1b]0;title\x07\x1b[2J", "\u202egnp.exe \u2066x\u2069 \u200b",
                      "'\"--><!--<![CDATA[&lt;\\", "@all #1 https://x.example"));

/// Whatever the text is, the page has the elements that it has with a harmless one.
TEST_P(HostilePage, HasNoMoreElementsThanAHarmlessOne) {
  const auto count = [](const std::string& html, char c) { return std::ranges::count(html, c); };
  const auto hostile = html_of(assemble(hostile_facts(text())));
  const auto harmless = html_of(assemble(hostile_facts("text")));
  EXPECT_EQ(count(hostile, '<'), count(harmless, '<'));
  EXPECT_EQ(count(hostile, '>'), count(harmless, '>'));
  EXPECT_EQ(count(hostile, '"'), count(harmless, '"'));
  EXPECT_EQ(count(hostile, '\n'), count(harmless, '\n'));
  EXPECT_EQ(hostile.find('\x1b'), std::string::npos);
  EXPECT_EQ(hostile.find("\u202e"), std::string::npos);
}

TEST_P(HostilePage, HasNoMoreLinesOrMarkupInMarkdown) {
  const auto hostile = markdown_of(assemble(hostile_facts(text())));
  const auto harmless = markdown_of(assemble(hostile_facts("text")));
  EXPECT_EQ(std::ranges::count(hostile, '\n'), std::ranges::count(harmless, '\n'));
  const auto bare = [](const std::string& markdown, char c) {
    std::ptrdiff_t count = 0;
    for (std::size_t i = 0; i < markdown.size(); ++i) {
      if (markdown[i] == '\\')
        ++i;
      else
        count += markdown[i] == c ? 1 : 0;
    }
    return count;
  };
  // keeps what follows from being a mention or a reference
  const std::string nothing{"<!-- -->"};
  std::string shown = hostile;
  for (auto at = shown.find(nothing); at != std::string::npos; at = shown.find(nothing, at))
    shown.erase(at, nothing.size());
  for (const char c : std::string_view{"|[]<`!*_&$~"})
    EXPECT_EQ(bare(shown, c), bare(harmless, c)) << c;
  EXPECT_EQ(hostile.find('\x1b'), std::string::npos);
  EXPECT_EQ(hostile.find("http://"), std::string::npos);
}

TEST_P(HostilePage, IsJsonAllTheSame) {
  const auto text_of_json = view::json_text(postmortem_json(hostile_facts(text())), 2);
  EXPECT_TRUE(nlohmann::json::accept(text_of_json));
  EXPECT_EQ(text_of_json.find('\x1b'), std::string::npos);
}

TEST(HostilePages, AreBoundedInSize) {
  const auto facts = hostile_facts(std::string(1'000'000, '<'));
  const auto page = assemble(facts);
  EXPECT_LT(html_of(page).size(), 2'000'000u);
  EXPECT_LT(markdown_of(page).size(), 2'000'000u);
}

}  // namespace
}  // namespace jobflip::report

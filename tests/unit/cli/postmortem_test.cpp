/// postmortem: what it asks the store for, where the page goes, what it refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/postmortem_facts.hpp"
#include "support/temp_folder.hpp"
#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

FakeWorld world_after_a_flip() {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  world.script.snapshot.store_time = wall(10min);
  auto timeline = timeline_until(core::FlipState::verified);
  timeline.evidence = R"({"queues":[{"queue":"email","verdict":"STALLED","verdict_age_ms":2000,
    "quiet_ms":30000,"reason":"nothing moved"}],"gates":[{"rule":"pause","allows":true}]})";
  world.script.timelines = {timeline};
  for (Millis after = -60s; after < 60s; after += 5s) {
    core::KeptSample sample;
    sample.at = wall(after);
    sample.verdict = after > -2s && after < 4s ? "STALLED" : "OK";
    sample.sample.emplace();
    sample.sample->runnable = after < 4s ? 40 : 1;
    sample.sample->done = after < 1s ? 100 : 200;
    world.script.samples.push_back(sample);
  }
  return world;
}

std::string content_of(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

TEST(Postmortem, OfAFlipIsMarkdownUnlessAnotherFormatIsWanted) {
  auto world = world_after_a_flip();
  auto ran = world.run({"postmortem", "--flip", "7"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.err, "");
  EXPECT_THAT(ran.out, StartsWith("# Post-mortem: pool mail, 2026-11-23 02:59 UTC\n"));
  EXPECT_THAT(ran.out, HasSubstr("Queue email of pool mail made no progress for 34.2s"));
  ran = world.run({"postmortem", "--flip", "7", "--format", "html"});
  EXPECT_THAT(ran.out, StartsWith("<!DOCTYPE html>\n"));
  ran = world.run({"postmortem", "--flip", "7", "--format", "json"});
  const auto document = json::parse(ran.out);
  EXPECT_EQ(document["incident"]["stages"][0]["at"], "2026-11-23T02:59:30.000000Z");
  EXPECT_EQ(document["figures"]["detection_delay_ms"], 28'000);
  EXPECT_EQ(document["incident"]["incident"], nullptr);
}

TEST(Postmortem, TakesItsFormatFromTheNameOfTheFile) {
  auto world = world_after_a_flip();
  const test::TempFolder folder;
  for (const auto& [name, begin] :
       {std::pair{"a.html", "<!DOCTYPE"}, std::pair{"a.md", "# Post"}, std::pair{"a.json", "{"},
        std::pair{"a", "# Post"}, std::pair{"a.htm", "<!DOCTYPE"},
        std::pair{"a.markdown", "# Post"}}) {
    const auto path = folder.path() + "/" + name;
    const auto ran = world.run({"postmortem", "--flip", "7", "--output", path});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr(path + " written ("));
    EXPECT_THAT(content_of(path), StartsWith(begin));
  }
  const auto path = folder.path() + "/b.html";
  world.run({"postmortem", "--flip", "7", "--output", path, "--format", "markdown"});
  EXPECT_THAT(content_of(path), StartsWith("# Post"));
}

TEST(Postmortem, RefusesAFileThatItCantWriteInItsFormat) {
  auto world = world_after_a_flip();
  const test::TempFolder folder;
  const auto path = folder.path() + "/a.pdf";
  auto ran = world.run({"postmortem", "--flip", "7", "--output", path});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("--output: a page can't be written as \".pdf\""));
  EXPECT_THAT(ran.err, HasSubstr("end the name in .md, .html or .json"));
  EXPECT_FALSE(std::ifstream{path}.good());
  ran = world.run({"postmortem", "--flip", "7", "--output", path, "--format", "markdown"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(content_of(path), StartsWith("# Post"));
}

TEST(Postmortem, ShowsTheClockThatIsWanted) {
  auto world = world_after_a_flip();
  EXPECT_THAT(world.run({"postmortem", "--flip", "7"}).out, Not(HasSubstr("CET")));
  const auto ran = world.run({"postmortem", "--flip", "7", "--time-zone", "Europe/Zurich"});
  EXPECT_THAT(ran.out, HasSubstr("03:59:30.000 CET"));
  const auto wrong = world.run({"postmortem", "--flip", "7", "--time-zone", "Mars\x1b[2J"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err,
              HasSubstr("--time-zone: \"Mars\\x1b[2J\" is not a time zone of this host"));
}

TEST(Postmortem, WantsAnIncidentOrAFlip) {
  auto world = world_after_a_flip();
  auto ran = world.run({"postmortem"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("ERROR: ID is missing"));
  ran = world.run({"postmortem", "3", "--flip", "7"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("both ID and --flip are given"));
  EXPECT_EQ(world.run({"postmortem", "three"}).code, 2);
  EXPECT_EQ(world.run({"postmortem", "--flip", "7", "--format", "table"}).code, 2);
  EXPECT_EQ(world.run({"--format", "tsv", "postmortem", "--flip", "7"}).code, 2);
}

TEST(Postmortem, SaysIfTheFlipIsNotThereOrTheStoreIsDown) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  EXPECT_EQ(world.run({"postmortem", "--flip", "7"}).code, 2);
  world.script.open_error = Error{ErrorCode::store_unreachable, "no route", ""};
  EXPECT_EQ(world.run({"postmortem", "--flip", "7"}).code, 7);
}

TEST(Postmortem, ReadsTheEventsOfThePoolAndOfTheStore) {
  auto world = world_after_a_flip();
  world.script.audit = {audit_event("mail", 1, std::string(32, '\0')),
                        audit_event("paper", 1, std::string(32, '\0')),
                        audit_event("jobflip", 1, std::string(32, '\0')),
                        audit_event("jobflip.refusals", 1, std::string(32, '\0')),
                        audit_event("jobflip.refusals", 2, std::string(32, '\0'))};
  for (auto& event : world.script.audit) event.at = wall();
  world.script.audit[3].payload = R"({"pool":"paper"})";
  world.script.audit[4].payload = R"({"pool":"mail"})";
  const auto ran = world.run({"postmortem", "--flip", "7", "--format", "json"});
  const auto document = json::parse(ran.out);
  std::vector<std::string> seen;
  for (const auto& event : document["events"])
    seen.push_back(event["chain"].get<std::string>() + " " + event["seq"].dump());
  EXPECT_THAT(seen, ::testing::UnorderedElementsAre("mail 1", "jobflip 1", "jobflip.refusals 2"));
}

TEST(Postmortem, GoesOnWithoutWhatCantBeRead) {
  auto world = world_after_a_flip();
  world.script.audit_error = Error{ErrorCode::store_failed, "permission denied", ""};
  const auto ran = world.run({"postmortem", "--flip", "7"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("The events of chain mail can't be read: permission denied"));
}

TEST(Postmortem, SaysThatReadingsComeLate) {
  auto world = world_after_a_flip();
  world.script.samples.clear();
  const auto ran = world.run({"postmortem", "--flip", "7"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.err, StartsWith("NOTICE: the store has no reading of that time"));
}

TEST(Postmortem, OfARemovedPoolHasWhatTheLogHas) {
  auto world = world_after_a_flip();
  world.script.snapshot.pools.clear();
  const auto ran = world.run({"postmortem", "--flip", "7"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("The pool has been removed since"));
}

TEST(PostmortemFacts, FindTheMomentAtWhichTheClockChanges) {
  const auto change = wall(5h);
  const WantedZone zone{
      "Europe/Zurich", [&](const std::string&, WallTime at) {
        return std::optional{at < change ? LocalTime{2h, "CEST"} : LocalTime{1h, "CET"}};
      }};
  const auto between = zone_between(zone, wall(), wall(72h));
  ASSERT_EQ(between.spans.size(), 2u);
  EXPECT_EQ(between.spans[0].abbreviation, "CEST");
  EXPECT_EQ(between.spans[1].from, change);
  EXPECT_EQ(between.spans[1].ahead, 1h);
  EXPECT_EQ(zone_between(zone, wall(6h), wall(7h)).spans.size(), 1u);
  EXPECT_EQ(zone_between({"", zone.local_time}, wall(), wall(1h)).name, "");
}

TEST(PostmortemFacts, OfAnIncidentReadEachOfItsFlips) {
  auto world = world_after_a_flip();
  core::Incident incident;
  incident.id = IncidentId{3};
  incident.pool = PoolName::of("mail");
  incident.opened_at = wall();
  incident.closed_at = wall(1min);
  for (int i = 0; i < 12; ++i) incident.flips.push_back(FlipId{7});
  FakeReader reader{world.script};
  const auto facts = facts_of_incident(reader, incident, {"", {}});
  ASSERT_TRUE(facts);
  EXPECT_FALSE(facts->of_flip);
  EXPECT_EQ(facts->flips.size(), report::kMostFlips);
  EXPECT_EQ(facts->flips_left_out, 2);
  EXPECT_EQ(facts->since, wall(-1min));
  EXPECT_EQ(facts->until, wall(2min) + 1ms);
  ASSERT_EQ(facts->queues.size(), 1u);
  EXPECT_GT(facts->queues[0].readings, 10);
}

}  // namespace
}  // namespace jobflip::cli

/// The commands about incidents: what they ask of the store, what they refuse, what they print.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "jobflip/core/incident_rules.hpp"
#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using Words = std::vector<std::string>;

core::Incident stalled_incident() {
  core::Incident i;
  i.id = IncidentId{7};
  i.pool = PoolName::of("mail");
  i.kind = core::IncidentClass::queued;
  i.sentence = "queue email is STALLED\x1b[2J";
  i.opened_at = wall() - 10min;
  i.opened_by = "supervisor sup1";
  i.perceptible_after = 60s;
  i.longest_wait = 130s;
  i.most_waiting = 99;
  i.stages = {{.stage = core::IncidentStage::onset, .at = wall() - 11min},
              {.stage = core::IncidentStage::first_job, .at = wall() - 8min, .flip = FlipId{3}}};
  i.flips = {FlipId{3}};
  i.notes = {{wall() - 5min, "ann", "ops1", "the mail server\nwas moved"}};
  core::judge_by_rule(i, wall());
  return i;
}

FakeWorld world_with_incident() {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  world.script.incidents = {stalled_incident()};
  return world;
}

TEST(Incident, AsksTheStoreForWhatWasTyped) {
  const std::tuple<Words, std::string, std::string> cases[] = {
      {{"incident", "open", "mail", "--class", "deployment", "--reason", "bad release"},
       "incident open mail deployment by ann: bad release",
       ""},
      {{"incident", "open", "mail", "--reason", "x"}, "incident open mail other by ann: x", ""},
      {{"incident", "close", "7", "--reason", "rolled back"},
       "incident 7 close  by ann: rolled back",
       "incident 7 is closed\n"},
      {{"incident", "note", "7", "--text", "moved"},
       "incident 7 note  by ann: moved",
       "incident 7: noted\n"},
      {{"incident", "label", "7", "vendor", "--reason", "x"},
       "incident 7 label vendor by ann: x",
       "incident 7: labelled vendor\n"},
      {{"incident", "label", "7", "vendor", "--remove", "--reason", "x"},
       "incident 7 unlabel vendor by ann: x",
       "incident 7: the label vendor is gone\n"},
      {{"incident", "set", "7", "--downtime", "no", "--reason", "announced"},
       "incident 7 downtime no by ann: announced",
       "incident 7: downtime no\n"},
      {{"incident", "set", "7", "--class", "store", "--reason", "x"},
       "incident 7 class store by ann: x",
       "incident 7: class store\n"},
      {{"incident", "merge", "8", "--into", "7", "--reason", "same"},
       "incident 8 merge 7 by ann: same",
       "incident 8 is part of incident 7 now\n"},
      {{"incident", "split", "7", "--flip", "12", "--reason", "other"},
       "incident 7 split 12 by ann: other",
       "incident 7: flip 12 has an incident of its own now\n"},
  };
  for (const auto& [words, asked, expected] : cases) {
    auto world = world_with_incident();
    const auto ran = world.run(words);
    EXPECT_EQ(ran.code, 0) << words[1] << ran.err;
    ASSERT_FALSE(world.script.asked.empty()) << words[1];
    EXPECT_EQ(world.script.asked.back(), asked);
    if (!expected.empty()) {
      EXPECT_EQ(ran.out, expected);
    }
  }
}

TEST(Incident, RefusesWordsThatDoNotHoldAndAsksNothing) {
  const std::pair<Words, std::string> cases[] = {
      {{"incident", "open", "--reason", "x"}, "POOL is missing"},
      {{"incident", "open", "mial", "--reason", "x"}, "mail"},
      {{"incident", "open", "mail", "--class", "deploy", "--reason", "x"},
       "did you mean \"deployment\"?"},
      {{"incident", "open", "mail"}, "--reason is missing"},
      {{"incident", "close", "--reason", "x"}, "INCIDENT is missing"},
      {{"incident", "close", "seven", "--reason", "x"},
       "\"seven\" is not the number of an incident"},
      {{"incident", "note", "7"}, "--text is missing"},
      {{"incident", "label", "7", "Bad Label", "--reason", "x"}, "label \"Bad Label\""},
      {{"incident", "set", "7", "--reason", "x"}, "there is nothing to set"},
      {{"incident", "set", "7", "--downtime", "no", "--class", "node", "--reason", "x"},
       "one decision at a time"},
      {{"incident", "set", "7", "--severity", "huge", "--reason", "x"}, "minor, major, critical"},
      {{"incident", "set", "7", "--perceptible", "maybe", "--reason", "x"}, "yes, no, or rule"},
      {{"incident", "merge", "7", "--reason", "x"}, "--into is missing"},
      {{"incident", "split", "7", "--reason", "x"}, "--flip is missing"},
      {{"incident", "list", "--class", "quueed"}, "did you mean \"queued\"?"},
      {{"incident", "list", "--since", "tomorrow"}, "--since"},
      {{"incident", "show"}, "INCIDENT is missing"},
  };
  for (const auto& [words, expected] : cases) {
    auto world = world_with_incident();
    const auto ran = world.run(words);
    EXPECT_EQ(ran.code, 2) << words[1] << ran.out;
    EXPECT_THAT(ran.err, HasSubstr(expected)) << words[1];
    for (const auto& asked : world.script.asked) EXPECT_THAT(asked, Not(HasSubstr("incident")));
  }
}

TEST(Incident, ListHasALineForEach) {
  auto world = world_with_incident();
  const auto ran = world.run({"incident", "list"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("critical"));
  EXPECT_THAT(ran.out, HasSubstr("open for 10m00s"));
  EXPECT_THAT(ran.out, HasSubstr("3m00s"));
  EXPECT_THAT(ran.out, Not(HasSubstr("\x1b")));
  const auto document = json::parse(world.run({"incident", "list", "--format", "json"}).out);
  EXPECT_EQ(document["incidents"].size(), 1u);
  EXPECT_EQ(document["incidents"][0]["incident"], 7);
  world.script.incidents.clear();
  EXPECT_EQ(world.run({"incident", "list", "mail"}).err, "NOTICE: no incident\n");
}

TEST(Incident, ListSelectsAndSaysThatThereAreMore) {
  auto world = world_with_incident();
  world.script.incidents.assign(3, stalled_incident());
  const auto ran = world.run(
      {"incident", "list", "mail", "--open", "--class", "node", "--limit", "2", "--since", "1d"});
  EXPECT_THAT(ran.err, HasSubstr("the newest 2 of more"));
  ASSERT_EQ(world.script.incident_queries.size(), 1u);
  const auto& query = world.script.incident_queries.front();
  EXPECT_EQ(query.pool, PoolName::of("mail"));
  EXPECT_TRUE(query.open_only);
  EXPECT_EQ(query.kind, core::IncidentClass::node);
  EXPECT_EQ(query.since, wall() - 24h);
  EXPECT_EQ(query.limit, 3);
}

TEST(Incident, ShowHasStagesNotesAndTheFlips) {
  auto world = world_with_incident();
  const auto ran = world.run({"incident", "show", "7"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  for (const std::string part : {"incident 7 of mail", "no progress for 3m00s", "first_job",
                                 "ann: the mail server\\x0awas moved"})
    EXPECT_THAT(ran.out, HasSubstr(part));
  EXPECT_THAT(ran.err, HasSubstr("jobflip show 3"));
  const auto document = json::parse(world.run({"incident", "show", "7", "--format", "json"}).out);
  EXPECT_EQ(document["schema"], 1);
  EXPECT_EQ(document["notes"][0]["text"], "the mail server\nwas moved");
  EXPECT_EQ(world.run({"incident", "show", "8"}).code, 2);
}

TEST(Incident, ARefusalNamesTheRule) {
  auto world = world_with_incident();
  world.script.answer = core::OperatorAnswer{false, false, "merged", "incident 7 is part of 6"};
  const auto ran = world.run({"incident", "close", "7", "--reason", "x"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("incident 7 is part of 6"));
}

TEST(Show, DoesNotWarnOfATakeoverThatItHasNoEvidence) {
  FakeWorld world;
  auto timeline = timeline_until(core::FlipState::started);
  timeline.evidence = "";
  timeline.flip.takeover = true;
  world.script.timelines.push_back(timeline);
  const auto ran = world.run({"show", "7", "--format", "json"});
  EXPECT_TRUE(json::parse(ran.out)["evidence"].is_null());
  EXPECT_EQ(ran.err, "");
}

}  // namespace
}  // namespace jobflip::cli

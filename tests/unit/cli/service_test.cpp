/// The commands about services.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using Words = std::vector<std::string>;

core::ServiceStatus service(const std::string& name, std::optional<core::ServiceState> state) {
  core::ServiceStatus out;
  out.settings.name = ServiceName::of(name);
  out.settings.url = "https://" + name + ".example.com";
  out.state = state;
  out.since = wall() - 4min;
  out.seen = wall() - 10s;
  out.since_ago = 4min;
  out.seen_ago = 10s;
  out.latency = 120ms;
  out.sentence = "status 503\x1b[2J";
  return out;
}

FakeWorld world_with_services() {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  world.script.services =
      std::vector{service("api", core::ServiceState::up), service("web", core::ServiceState::down)};
  world.script.spells = {
      {"web", core::ServiceState::down, wall() - 6h, wall(), true, "status 503\x1b[2J"},
      {"web", core::ServiceState::up, wall() - 24h, wall() - 6h, false, "status 200"}};
  return world;
}

TEST(Service, ListHasWhatIsWrongFirst) {
  auto world = world_with_services();
  const auto ran = world.run({"service", "list"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_LT(ran.out.find("web"), ran.out.find("api"));
  EXPECT_THAT(ran.out, HasSubstr("75.000 %"));
  EXPECT_THAT(ran.out, Not(HasSubstr("\x1b")));
  const auto list = json::parse(world.run({"service", "list", "--format", "json"}).out);
  EXPECT_EQ(list["services"][0]["service"], "web");
  EXPECT_EQ(list["services"][0]["last_24h"]["uptime"], 0.75);
  const auto rows = world.run({"service", "list", "--format", "tsv"}).out;
  EXPECT_THAT(rows, HasSubstr("web\tdown\tfalse\t240000\t120\t0.750000"));
}

TEST(Service, ListSaysIfThereIsNone) {
  FakeWorld world;
  const auto ran = world.run({"service", "list"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.err, HasSubstr("no service is watched"));
}

TEST(Service, ShowHasTheSpellsOfASpan) {
  auto world = world_with_services();
  const auto ran = world.run({"service", "show", "web", "--since", "1d"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("service web has been down for 4m00s: status 503\\x1b[2J"));
  EXPECT_THAT(ran.out, HasSubstr("uptime 75.000 %, target 99.900 %"));
  ASSERT_FALSE(world.script.service_queries.empty());
  EXPECT_EQ(world.script.service_queries[0].service, "web");
  EXPECT_EQ(world.script.service_queries[0].since, wall() - 24h);
  const auto shown = json::parse(world.run({"service", "show", "web", "--format", "json"}).out);
  EXPECT_EQ(shown["spells"].size(), 2u);
  EXPECT_EQ(shown["minutes"]["down_ms"], 6 * 3'600'000);
  const auto missing = world.run({"service", "show", "wbe"});
  EXPECT_THAT(missing.err, HasSubstr("did you mean \"web\"?"));
  EXPECT_NE(missing.code, 0);
}

TEST(Service, MaintenanceAsksTheStoreForWhatWasTyped) {
  const std::pair<Words, std::string> cases[] = {
      {{"service", "maintenance", "web", "--from", "2026-12-01T02:00:00Z", "--until",
        "2026-12-01T03:00:00Z", "--reason", "disks"},
       "maintenance web 2026-12-01T02:00:00.000000Z 2026-12-01T03:00:00.000000Z by ann: disks"},
      {{"service", "maintenance", "--all", "--from", "2026-12-01", "--until", "2026-12-02",
        "--reason", "move"},
       "maintenance all 2026-12-01T00:00:00.000000Z 2026-12-02T00:00:00.000000Z by ann: move"},
      {{"service", "maintenance", "--remove", "3", "--reason", "postponed"},
       "no maintenance 3 by ann: postponed"},
  };
  for (const auto& [words, asked] : cases) {
    auto world = world_with_services();
    const auto ran = world.run(words);
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(world.script.asked, ::testing::Contains(asked));
  }
}

TEST(Service, MaintenanceRefusesWhatMakesNoSense) {
  const std::pair<Words, std::string> cases[] = {
      {{"--from", "2026-12-01", "--until", "2026-12-02", "--reason", "x"}, "SERVICE is missing"},
      {{"web", "--all", "--from", "2026-12-01", "--until", "2026-12-02", "--reason", "x"},
       "both SERVICE and --all"},
      {{"web", "--from", "2026-12-01", "--reason", "x"}, "--until is missing"},
      {{"web", "--from", "2026-12-02", "--until", "2026-12-01", "--reason", "x"}, "is not after"},
      {{"web", "--from", "soon", "--until", "2026-12-01", "--reason", "x"}, "--from"},
      {{"web", "--from", "2026-12-01", "--until", "2026-12-02"}, "--reason"},
      {{"other", "--from", "2026-12-01", "--until", "2026-12-02", "--reason", "x"},
       "there is no service"},
      {{"--remove", "3"}, "--reason"},
  };
  for (const auto& [more, why] : cases) {
    auto world = world_with_services();
    Words words{"service", "maintenance"};
    words.insert(words.end(), more.begin(), more.end());
    const auto ran = world.run(words);
    EXPECT_NE(ran.code, 0) << why;
    EXPECT_THAT(ran.err, HasSubstr(why));
    EXPECT_TRUE(world.script.asked.empty()) << why;
  }
}

TEST(Service, MaintenanceListsWhatIsPlanned) {
  auto world = world_with_services();
  world.script.maintenance = {{"", wall() + 1h, wall() + 2h, "ann", "disks\x1b", 3},
                              {"web", wall() - 2h, wall() - 1h, "calendar", "", 0}};
  const auto ran = world.run({"service", "maintenance"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("disks\\x1b"));
  const auto list = json::parse(world.run({"service", "maintenance", "--format", "json"}).out);
  EXPECT_EQ(list["maintenance"][0]["maintenance"], 3);
  EXPECT_EQ(list["maintenance"][0]["service"], nullptr);
  EXPECT_EQ(list["maintenance"][1]["maintenance"], nullptr);
}

TEST(Service, CheckSaysWhatEachSaw) {
  auto world = world_with_services();
  world.check_results["web"] = {core::CheckResult::Outcome::failed, {}, 31ms, "status 503\x1b[2J"};
  const auto ran = world.run({"service", "check"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("status 503\\x1b[2J"));
  EXPECT_THAT(ran.out, HasSubstr("passed"));
  EXPECT_EQ(world.run({"service", "check", "api"}).code, 0);
  EXPECT_NE(world.run({"service", "check", "none"}).err.find("there is no service"),
            std::string::npos);
  const auto checks = json::parse(world.run({"service", "check", "web", "--format", "json"}).out);
  EXPECT_EQ(checks["checks"][0]["result"], "failed");
  EXPECT_EQ(checks["checks"][0]["took_ms"], 31);
}

TEST(Service, StatusHasWhatIsNotUpAboveThePools) {
  auto world = world_with_services();
  const auto ran = world.run({"status"});
  EXPECT_THAT(ran.out, HasSubstr("service web has been down for 4m00s"));
  EXPECT_THAT(ran.out, HasSubstr("type `jobflip service show web`"));
  EXPECT_THAT(ran.out, Not(HasSubstr("service api")));
  EXPECT_LT(ran.out.find("service web"), ran.out.find("mail"));
  EXPECT_EQ(json::parse(world.run({"status", "--format", "json"}).out)["services"].size(), 2u);
  EXPECT_EQ(world.run({"status", "--check"}).code, 1);
  EXPECT_THAT(world.run({"status", "mail"}).out, Not(HasSubstr("service web")));
  world.script.services = Error{ErrorCode::store_failed, "no such function", ""};
  EXPECT_EQ(world.run({"status"}).code, 0) << "the pools are shown all the same";
}

TEST(Service, AnIncidentOfOneNamesIt) {
  auto world = world_with_services();
  core::Incident incident;
  incident.id = IncidentId{7};
  incident.service = "web";
  incident.kind = core::IncidentClass::slowness;
  incident.cause = core::IncidentCause::service;
  incident.sentence = "every check took longer";
  incident.opened_at = wall() - 10min;
  world.script.incidents = {incident};
  EXPECT_THAT(world.run({"incident", "list"}).out, HasSubstr("service web"));
  EXPECT_THAT(world.run({"incident", "show", "7"}).out, HasSubstr("incident 7 of service web"));
  const auto shown = json::parse(world.run({"incident", "show", "7", "--format", "json"}).out);
  EXPECT_EQ(shown["pool"], nullptr);
  EXPECT_EQ(shown["service"], "web");
  EXPECT_EQ(shown["cause"], "service");
  const auto page = world.run({"postmortem", "7"});
  EXPECT_NE(page.code, 0);
  EXPECT_THAT(page.err, HasSubstr("is of service web"));
}

}  // namespace
}  // namespace jobflip::cli

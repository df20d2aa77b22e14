// Services: their states as spells, incidents, maintenance.

#include "contract/service_contract.hpp"

namespace jobflip::test {
namespace {

using Kinds = std::vector<std::string>;

TEST_P(ServiceContract, HasTheSettingsThatWereApplied) {
  auto web = web_service();
  core::CalendarWindow window;
  window.from = WallTime{std::chrono::sys_days{std::chrono::year{2030} / 6 / 14}};
  window.until = *window.from + std::chrono::hours{2};
  window.reason = "new disks";
  web.maintenance = {window};
  apply({web});
  EXPECT_EQ(status().settings, web);
  EXPECT_FALSE(status().state);
  EXPECT_FALSE(status().seen);
  EXPECT_TRUE(apply({web}).empty());
  web.every = Millis{60'000};
  EXPECT_FALSE(apply({web}).empty());
  EXPECT_EQ(status().settings.every, Millis{60'000});
}

TEST_P(ServiceContract, AStateGoesOnWhileItIsSeen) {
  EXPECT_TRUE(see(State::up, 100, 60, "status 200"));
  EXPECT_EQ(story(), "up 40 open");
  EXPECT_TRUE(see(State::up, 100, 0));
  EXPECT_EQ(story(), "up 100 open");
  EXPECT_EQ(status().state, State::up);
  EXPECT_EQ(status().sentence, "status 200");
  EXPECT_EQ(status().latency, Millis{120});
  EXPECT_EQ(kinds_of_events(), Kinds{});
  EXPECT_TRUE(incidents().empty());
}

TEST_P(ServiceContract, ANewStateCutsTheOneBefore) {
  see(State::up, 300, 100);
  see(State::down, 160, 70, "refused");
  EXPECT_EQ(story(), "up 140, down 90 open");
  see(State::up, 10, 0);
  EXPECT_EQ(story(), "up 140, down 150, up 10 open");
  EXPECT_EQ(kinds_of_events(), (Kinds{"service_down", "incident_opened", "service_up"}));
}

TEST_P(ServiceContract, TimeThatNobodyWatchedIsInNoSpell) {
  see(State::up, 1000, 900);
  see(State::down, 300, 200);
  see(State::down, 100, 0);
  EXPECT_EQ(story(), "up 100, down 100, down 100 open");
  EXPECT_EQ(kinds_of_events(), (Kinds{"service_down", "incident_opened"}));
}

TEST_P(ServiceContract, AStateThatWasSeenAllTheTimeHasNoGap) {
  see(State::up, 1000, 900);
  see(State::up, 1000, 0);  // the store was away, the supervisor was not
  EXPECT_EQ(story(), "up 1000 open");
}

TEST_P(ServiceContract, NobodyWatchesItIfItWasNotSeenForLong) {
  see(State::up, 500, 400, "status 200");
  EXPECT_EQ(story(), "up 100");
  EXPECT_FALSE(status().state);
  EXPECT_TRUE(status().seen);
  EXPECT_FALSE(status().latency);
}

TEST_P(ServiceContract, WhatCanNotBeCheckedIsInNoState) {
  see(State::up, 60, 10);
  see(std::nullopt, 0, 0, "no [commands.web]");
  EXPECT_EQ(story(), "up 50");
  EXPECT_FALSE(status().state);
  EXPECT_EQ(status().sentence, "no [commands.web]");
  see(State::up, 0, 0);
  EXPECT_EQ(story(), "up 50, up 0 open");
}

TEST_P(ServiceContract, OnlyTheLeaderReports) {
  core::ServiceReport report{sup1, Epoch{leader_.value - 1}, {}};
  report.seen.push_back({ServiceName::of("web"), State::down, {}, {}, {}, "a lie"});
  const auto kept = services(sup1).report(report);
  ASSERT_TRUE(kept.has_value());
  EXPECT_FALSE(*kept);
  report.supervisor_epoch = leader_;
  EXPECT_EQ(services(sup2).report(report).error().code, ErrorCode::store_denied);
  EXPECT_TRUE(spells().empty());
}

TEST_P(ServiceContract, AServiceThatIsNotThereIsLeftOut) {
  EXPECT_TRUE(see(State::down, 10, 0, "a check", "other"));
  EXPECT_TRUE(spells("other").empty());
  EXPECT_TRUE(incidents().empty());
}

TEST_P(ServiceContract, DownOpensAnIncidentWhichUpDoesNotCloseAtOnce) {
  see(State::up, 500, 400);
  see(State::down, 390, 300, "status 503");
  auto list = incidents();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_TRUE(list[0].pool.empty());
  EXPECT_EQ(list[0].service, "web");
  EXPECT_EQ(list[0].kind, core::IncidentClass::other);
  EXPECT_EQ(list[0].cause, core::IncidentCause::service);
  EXPECT_EQ(list[0].sentence, "status 503");
  EXPECT_TRUE(list[0].downtime.value);
  see(State::up, 50, 0);
  EXPECT_FALSE(incidents()[0].closed_at);
  EXPECT_EQ(status().incident, list[0].id);
}

TEST_P(ServiceContract, UpForAWhileClosesTheIncident) {
  see(State::down, 390, 300, "status 503");
  see(State::up, 100, 0, "status 200");
  const auto list = incidents();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_TRUE(list[0].closed_at);
  EXPECT_EQ(list[0].closed_by, "supervisor sup1");
  EXPECT_FALSE(status().incident);
  EXPECT_EQ(kinds_of_events(),
            (Kinds{"service_down", "incident_opened", "service_up", "incident_closed"}));
}

TEST_P(ServiceContract, SlownessIsAClassOfItsOwnUntilTheServiceIsDown) {
  see(State::slow, 200, 100, "over 800ms");
  ASSERT_EQ(incidents().size(), 1u);
  EXPECT_EQ(incidents()[0].kind, core::IncidentClass::slowness);
  EXPECT_TRUE(incidents()[0].perceptible.value);
  EXPECT_FALSE(incidents()[0].downtime.value);
  see(State::down, 90, 0, "refused");
  ASSERT_EQ(incidents().size(), 1u);
  EXPECT_EQ(incidents()[0].kind, core::IncidentClass::other);
}

TEST_P(ServiceContract, WhatAPersonClosedIsNotOpenedAgain) {
  see(State::down, 90, 20, "refused");
  const auto first = incidents();
  ASSERT_EQ(first.size(), 1u);
  const auto closed =
      oper().change_incident({first[0].id, core::IncidentChange::What::close, ""}, person("known"));
  ASSERT_TRUE(closed && closed->accepted);
  see(State::down, 90, 0, "refused");
  EXPECT_EQ(incidents().size(), 1u);
  see(State::up, 0, 0);
  pass(Millis{20});
  see(State::down, 0, 0, "refused again");
  EXPECT_EQ(incidents().size(), 2u);
}

TEST_P(ServiceContract, IncidentsOfTwoServicesAreTwo) {
  apply({web_service(), web_service("api")});
  see(State::down, 90, 0);
  see(State::down, 90, 0, "refused", "api");
  EXPECT_EQ(incidents().size(), 2u);
}

TEST_P(ServiceContract, NoPoolSeesAnIncidentOfAService) {
  see(State::down, 90, 0);
  EXPECT_FALSE(view().incident);
  core::IncidentQuery query;
  query.pool = mail;
  EXPECT_TRUE(reader().incidents(query)->empty());
}

TEST_P(ServiceContract, ARemovedServiceKeepsItsSpellsAndLosesItsIncident) {
  see(State::down, 90, 0);
  apply({});
  EXPECT_EQ(story(), "down 90");
  ASSERT_EQ(incidents().size(), 1u);
  EXPECT_TRUE(incidents()[0].closed_at);
  EXPECT_TRUE(reader().services()->empty());
}

TEST_P(ServiceContract, MaintenanceThatIsPlannedOpensNoIncident) {
  const WallTime now = store_time();
  const auto planned = oper().plan_maintenance(
      {"web", now - std::chrono::minutes{5}, now + std::chrono::minutes{5}}, person("new disks"));
  ASSERT_TRUE(planned && planned->accepted) << (planned ? "" : planned.error().text);
  EXPECT_TRUE(status().maintenance_until);
  see(State::down, 90, 0);
  EXPECT_TRUE(incidents().empty());
  core::ServiceQuery query;
  query.service = "web";
  query.since = now;
  query.until = now + std::chrono::minutes{1};
  const auto windows = reader().maintenance(query);
  ASSERT_EQ(windows->size(), 1u);
  EXPECT_EQ(windows->front().reason, "new disks");
  EXPECT_EQ(windows->front().from, now - std::chrono::minutes{5});
  query.service = "api";
  EXPECT_TRUE(reader().maintenance(query)->empty());

  const auto removed = oper().remove_maintenance(windows->front().id, person());
  ASSERT_TRUE(removed && removed->changed);
  EXPECT_FALSE(oper().remove_maintenance(windows->front().id, person())->changed);
  EXPECT_FALSE(status().maintenance_until);
  see(State::down, 90, 0);
  EXPECT_EQ(incidents().size(), 1u);  // it is down still
  EXPECT_EQ(kinds_of_events(), (Kinds{"maintenance_planned", "service_down", "maintenance_removed",
                                      "incident_opened"}));
}

TEST_P(ServiceContract, MaintenanceOfAllServicesAndOfTheCalendarCount) {
  const WallTime now = store_time();
  auto api = web_service("api");
  core::CalendarWindow window;
  window.from = now - std::chrono::minutes{5};
  window.until = now + std::chrono::minutes{5};
  api.maintenance = {window};
  apply({api});
  EXPECT_TRUE(status().maintenance_until);
  apply({web_service()});
  EXPECT_FALSE(status().maintenance_until);
  ASSERT_TRUE(oper().plan_maintenance(
      {"", now - std::chrono::minutes{5}, now + std::chrono::minutes{5}}, person()));
  EXPECT_TRUE(status().maintenance_until);
}

TEST_P(ServiceContract, MaintenanceThatCanNotBeIsRefused) {
  const WallTime now = store_time();
  EXPECT_EQ(oper().plan_maintenance({"other", now, now + Millis{1000}}, person()).error().code,
            ErrorCode::not_found);
  EXPECT_EQ(oper().plan_maintenance({"web", now, now}, person()).error().code, ErrorCode::usage);
  EXPECT_EQ(oper().remove_maintenance(99, person()).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace jobflip::test

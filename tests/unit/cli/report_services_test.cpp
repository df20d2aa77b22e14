/// report: services, their incidents, and deployments.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/november.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

core::ServiceSpell spell_of(const std::string& service, core::ServiceState state,
                            const std::string& from, const std::string& to) {
  return {service, state, utc(from), utc(to), false, ""};
}

/// web is watched from October on; mirror was removed since.
FakeWorld world_with_services() {
  using enum core::ServiceState;
  auto world = world_in_november();
  core::ServiceStatus web;
  web.settings.name = ServiceName::of("web");
  web.settings.target_percent = 99.5;
  world.script.services = std::vector{web};
  world.script.spells = {spell_of("web", up, "2026-10-20 13:00:00", "2026-11-23 03:00:00"),
                         spell_of("web", down, "2026-10-20 12:00:00", "2026-10-20 13:00:00"),
                         spell_of("mirror", up, "2026-10-02 00:00:00", "2026-10-03 00:00:00"),
                         spell_of("web", up, "2026-10-01 00:00:00", "2026-10-20 12:00:00")};
  world.script.maintenance = {
      {"web", utc("2026-10-20 12:00:00"), utc("2026-10-20 12:15:00"), "alice", "disks"}};
  return world;
}

TEST(Report, HasEachServiceWithItsOwnTargetAndWithoutItsMaintenance) {
  auto world = world_with_services();
  const auto report = report_of(world, {"--month", "2026-10"});
  ASSERT_EQ(report["services"].size(), 2u) << report["services"];
  const auto& mirror = report["services"][0];
  EXPECT_EQ(mirror["name"], "mirror");
  EXPECT_EQ(mirror["target"], 99.9) << "nobody says any more which it had";
  EXPECT_EQ(mirror["month"]["up_ms"], 86'400'000);
  const auto& web = report["services"][1];
  EXPECT_EQ(web["name"], "web");
  EXPECT_EQ(web["target"], 99.5);
  EXPECT_EQ(web["month"]["down_ms"], 2'700'000);
  EXPECT_EQ(web["month"]["maintenance_ms"], 900'000);
  EXPECT_TRUE(web["before"]["uptime"].is_null()) << "it was not watched";
  for (const auto& query : world.script.service_queries) {
    EXPECT_EQ(query.since, utc("2026-09-01 00:00:00"));
    EXPECT_EQ(query.until, utc("2026-11-01 00:00:00"));
  }
}

TEST(Report, OfOnePoolHasNoServices) {
  auto world = world_with_services();
  EXPECT_EQ(report_of(world, {"--month", "2026-10", "--pool", "mail"})["services"].size(), 0u);
  EXPECT_TRUE(world.script.service_queries.empty());
}

TEST(Report, SaysThatServicesCantBeRead) {
  auto world = world_with_services();
  world.script.services = Error{ErrorCode::refused, "no right", ""};
  const auto ran = world.run({"report", "--month", "2026-10"});
  EXPECT_EQ(ran.code, 5) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Services can't be read: no right"));
}

TEST(Report, CountsTheIncidentOfAServiceAndNotAsDowntimeOfAPool) {
  auto world = world_with_services();
  auto incident = downtime(4, "2026-10-20 12:00:00", 60min);
  incident.pool = PoolName{};
  incident.service = "web";
  incident.kind = core::IncidentClass::other;
  world.script.incidents.insert(world.script.incidents.begin(), incident);
  const auto report = report_of(world, {"--month", "2026-10"});
  EXPECT_EQ(report["incidents"]["all"]["month"], 2);
  EXPECT_EQ(report["pools"][0]["month"]["down_ms"], 1'800'000);
  EXPECT_THAT(world.run({"report", "--month", "2026-10"}).out, Not(HasSubstr("service web")));
}

TEST(Report, CountsDeploymentsByHowTheyEnded) {
  auto world = world_in_november();
  const auto deployed = [](core::DeploymentState state, const std::string& at) {
    core::Deployment out;
    out.pool = PoolName::of("mail");
    out.state = state;
    out.started_at = utc(at);
    return out;
  };
  using enum core::DeploymentState;
  world.script.deployments = {
      deployed(done, "2026-11-01 00:00:00"), deployed(rolled_back, "2026-10-31 23:59:00"),
      deployed(done, "2026-10-01 00:00:00"), deployed(done, "2026-09-30 23:59:00")};
  const auto report = report_of(world, {"--month", "2026-10"});
  EXPECT_EQ(report["deployments"]["done"]["month"], 1);
  EXPECT_EQ(report["deployments"]["done"]["before"], 1);
  EXPECT_EQ(report["deployments"]["rolled_back"]["month"], 1);
  EXPECT_EQ(report["deployments"]["rolled_back"]["before"], 0);
}

}  // namespace
}  // namespace jobflip::cli

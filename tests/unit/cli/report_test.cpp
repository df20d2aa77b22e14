/// report: what it asks the store for, which months it takes, what it refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/month_pages.hpp"
#include "cli/pool_times.hpp"
#include "jobflip/base/time_text.hpp"
#include "support/temp_folder.hpp"
#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

WallTime utc(const std::string& text) {
  return parse_utc_time(text).value();
}

core::AuditEvent event_of(const std::string& chain, std::int64_t seq, const std::string& kind,
                          const std::string& at) {
  core::AuditEvent event;
  event.chain = chain;
  event.seq = seq;
  event.kind = kind;
  event.at = utc(at);
  event.payload = "{}";
  return event;
}

core::Incident downtime(std::int64_t id, const std::string& onset, Millis length) {
  core::Incident out;
  out.id = IncidentId{id};
  out.pool = PoolName::of("mail");
  out.kind = core::IncidentClass::queued;
  out.opened_at = utc(onset) + 10s;
  out.closed_at = utc(onset) + length;
  out.downtime.value = true;
  out.stages = {{.stage = core::IncidentStage::onset, .at = utc(onset)},
                {.stage = core::IncidentStage::first_job, .at = utc(onset) + length}};
  return out;
}

/// Pool mail since September; it is 2026-11-23, 3:00 UTC.
FakeWorld world_in_november() {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  world.script.snapshot.store_time = wall();
  world.script.answers_exactly = true;
  world.script.heads = {{"jobflip", 3, ""}, {"jobflip.refusals", 1, ""}, {"mail", 9, ""}};
  world.script.audit = {event_of("mail", 1, "settings_changed", "2026-09-10 00:00:00"),
                        event_of("mail", 2, "settings_changed", "2026-10-10 00:00:00")};
  world.script.incidents = {downtime(3, "2026-11-02 12:00:00", 5min),
                            downtime(2, "2026-10-12 12:00:00", 30min),
                            downtime(1, "2026-09-12 12:00:00", 10min)};
  return world;
}

json report_of(FakeWorld& world, std::vector<std::string> words) {
  words.insert(words.begin(), "report");
  words.insert(words.end(), {"--format", "json"});
  const auto ran = world.run(words);
  EXPECT_EQ(ran.code, 0) << ran.err;
  return json::parse(ran.out);
}

TEST(Report, IsOfTheMonthThatIsWanted) {
  auto world = world_in_november();
  const auto report = report_of(world, {"--month", "2026-10"});
  EXPECT_EQ(report["month"], "2026-10");
  EXPECT_EQ(report["so_far"], false);
  ASSERT_EQ(report["pools"].size(), 1u);
  EXPECT_EQ(report["pools"][0]["month"]["down_ms"], 1'800'000);
  EXPECT_EQ(report["pools"][0]["before"]["down_ms"], 600'000);
  EXPECT_EQ(report["pools"][0]["before"]["unwatched_ms"], 9 * 86'400'000) << "it was not there";
  EXPECT_EQ(report["incidents"]["all"]["month"], 1);
  EXPECT_EQ(report["incidents"]["all"]["before"], 1);
}

TEST(Report, IsOfTheLastWholeMonthByItself) {
  auto world = world_in_november();
  EXPECT_EQ(report_of(world, {})["month"], "2026-10");
  EXPECT_EQ(report_of(world, {"--month", "2026-11"})["so_far"], true);
  EXPECT_EQ(report_of(world, {"--month", "2026-11"})["until_at"], "2026-11-23T03:00:00.000000Z");
}

TEST(Report, IsMarkdownUnlessAnotherFormatIsWanted) {
  auto world = world_in_november();
  EXPECT_THAT(world.run({"report", "--month", "2026-10"}).out,
              StartsWith("# Report: October 2026\n"));
  EXPECT_THAT(world.run({"report", "--month", "2026-11"}).out,
              StartsWith("# Report: November 2026, so far\n"));
  EXPECT_THAT(world.run({"report", "--format", "html"}).out, StartsWith("<!DOCTYPE html>\n"));
  const test::TempFolder folder;
  const auto path = folder.path() + "/october.html";
  const auto ran = world.run({"report", "--output", path});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("october.html written ("));
}

TEST(Report, CountsMonthsByTheClockOfTheZone) {
  auto world = world_in_november();
  const auto report = report_of(world, {"--month", "2026-10", "--time-zone", "Europe/Zurich"});
  EXPECT_EQ(report["since_at"], "2026-09-30T23:00:00.000000Z") << "the fake has no summer";
  EXPECT_EQ(report["time_zone"], "Europe/Zurich");
  world.script.snapshot.store_time = utc("2026-11-30 23:30:00");
  EXPECT_EQ(report_of(world, {"--time-zone", "Europe/Zurich"})["month"], "2026-11")
      << "it is December there";
}

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
  EXPECT_EQ(ran.code, 0) << ran.err;
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
  EXPECT_THAT(world.run({"report", "--month", "2026-10"}).out, HasSubstr("service web"));
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

TEST(Report, RefusesWhatIsNoMonth) {
  auto world = world_in_november();
  for (const char* text : {"2026-13", "june", "2026-6", "\x1b[2J"}) {
    const auto ran = world.run({"report", "--month", text});
    EXPECT_EQ(ran.code, 2) << text;
    EXPECT_THAT(ran.err, HasSubstr("--month: \""));
    EXPECT_THAT(ran.err, HasSubstr("is not a month"));
    EXPECT_THAT(ran.err, HasSubstr("write it as YYYY-MM, such as 2026-06"));
    EXPECT_THAT(ran.err, Not(HasSubstr("\x1b")));
  }
}

TEST(Report, RefusesAMonthThatHasNotBegun) {
  auto world = world_in_november();
  const auto ran = world.run({"report", "--month", "2026-12"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("--month 2026-12: that month has not begun"));
  EXPECT_THAT(ran.err, HasSubstr("the newest is 2026-11, which is not over"));
}

TEST(Report, RefusesATargetThatIsNoShare) {
  auto world = world_in_november();
  for (const char* text : {"0", "-1", "100.1", "99,9", "high", "nan", "1e1"}) {
    const auto ran = world.run({"report", "--target=" + std::string{text}});
    EXPECT_EQ(ran.code, 2) << text;
    EXPECT_THAT(ran.err, HasSubstr("is not a share of time")) << text;
  }
  EXPECT_EQ(report_of(world, {"--target", "99.95"})["pools"][0]["target"], 99.95);
  EXPECT_EQ(report_of(world, {"--target", "100"})["pools"][0]["met"], false);
  EXPECT_EQ(report_of(world, {})["pools"][0]["target"], 99.9);
}

TEST(Report, RefusesOtherBadWords) {
  auto world = world_in_november();
  EXPECT_EQ(world.run({"report", "--format", "table"}).code, 2);
  EXPECT_EQ(world.run({"--format", "tsv", "report"}).code, 2);
  EXPECT_EQ(world.run({"report", "--output", "/tmp/report.pdf"}).code, 2);
  EXPECT_EQ(world.run({"report", "--pool", "No Pool"}).code, 2);
  EXPECT_EQ(world.run({"report", "--pool", "unknown"}).code, 2);
  EXPECT_EQ(world.run({"report", "--time-zone", "Mars"}).code, 2);
  world.script.open_error = Error{ErrorCode::store_unreachable, "no route", ""};
  EXPECT_EQ(world.run({"report"}).code, 7);
}

TEST(Report, OfAMonthWithoutDataSaysSo) {
  auto world = world_in_november();
  const auto ran = world.run({"report", "--month", "2025-03"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("There are no data of this month."));
  EXPECT_THAT(ran.out, Not(HasSubstr("100 %")));
}

TEST(Report, OfOnePoolAsksForNoOther) {
  auto world = world_in_november();
  report_of(world, {"--pool", "mail"});
  for (const auto& query : world.script.incident_queries) EXPECT_EQ(query.pool.str(), "mail");
  for (const auto& asked : world.script.asked)
    EXPECT_TRUE(!asked.starts_with("history") || asked.starts_with("history mail ")) << asked;
}

TEST(Report, AsksForIncidentsThatReachIntoItsMonths) {
  auto world = world_in_november();
  report_of(world, {"--month", "2026-10"});
  ASSERT_EQ(world.script.incident_queries.size(), 4u);
  const auto& earlier = world.script.incident_queries[2];
  EXPECT_EQ(earlier.until, utc("2026-09-01 00:00:00"));
  EXPECT_EQ(earlier.not_over_before, utc("2026-09-01 00:00:00"));
  const auto& later = world.script.incident_queries[3];
  EXPECT_EQ(later.since, utc("2026-11-01 00:00:00"));
  EXPECT_EQ(later.until, utc("2026-11-02 00:00:00"));
}

TEST(Report, KnowsSinceWhenTheStoreKeepsIncidents) {
  auto world = world_in_november();
  world.script.audit.push_back(event_of("jobflip", 2, "schema_upgraded", "2026-10-21 00:00:00"));
  world.script.audit.back().payload = R"({"migrations":[2,3]})";
  EXPECT_TRUE(report_of(world, {})["incidents_kept_since_at"].is_null());
  world.script.audit.back().payload = R"({"migrations":[3,4]})";
  const auto report = report_of(world, {});
  EXPECT_EQ(report["incidents_kept_since_at"], "2026-10-21T00:00:00.000000Z");
  EXPECT_EQ(report["pools"][0]["month"]["unwatched_ms"], 20 * 86'400'000);
}

TEST(Report, GoesOnWithoutWhatCantBeRead) {
  auto world = world_in_november();
  world.script.audit_error = Error{ErrorCode::store_failed, "permission denied", ""};
  const auto ran = world.run({"report"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("The list of pools can't be read: permission denied"));
}

TEST(PoolTimes, EndWithARemovalAndBeginAgain) {
  auto world = world_in_november();
  auto& audit = world.script.audit;
  audit.push_back(event_of("mail", 3, "pool_removed", "2026-10-15 00:00:00"));
  audit.push_back(event_of("mail", 4, "flip_refused", "2026-10-16 00:00:00"));
  audit.push_back(event_of("mail", 5, "settings_changed", "2026-10-20 00:00:00"));
  FakeReader reader{world.script};
  const auto mail = PoolName::of("mail");
  auto times = times_of(reader, world.script.snapshot, mail);
  ASSERT_TRUE(times);
  EXPECT_THAT(times->known,
              ElementsAre(report::TimeRange{utc("2026-09-10 00:00:00"), utc("2026-10-15 00:00:00")},
                          report::TimeRange{utc("2026-10-20 00:00:00"), wall()}));
  EXPECT_FALSE(times->pruned);
  audit.push_back(event_of("mail", 6, "pool_removed", "2026-10-25 00:00:00"));
  world.script.snapshot.pools.clear();
  times = times_of(reader, world.script.snapshot, mail);
  EXPECT_EQ(times->known.back().to, utc("2026-10-25 00:00:00"));
  EXPECT_FALSE(times->exists);
}

TEST(PoolTimes, AreNotKnownBeforeTheFirstEventThatIsLeft) {
  auto world = world_in_november();
  world.script.audit = {event_of("mail", 812, "lease_taken", "2026-10-03 00:00:00")};
  const auto report = report_of(world, {"--month", "2026-10"});
  EXPECT_EQ(report["pools"][0]["month"]["unwatched_ms"], 2 * 86'400'000);
  EXPECT_TRUE(report["pools"][0]["before"]["uptime"].is_null());
  EXPECT_EQ(report["log_since_at"], "2026-10-03T00:00:00.000000Z");
  EXPECT_THAT(world.run({"report", "--month", "2026-10"}).out,
              HasSubstr("Old events of the audit log were exported and removed"));
}

TEST(PoolTimes, AreOfPoolsOnly) {
  auto world = world_in_november();
  world.script.heads.push_back({"jobflip.supervisor", 3, ""});
  world.script.heads.push_back({"gone", 3, ""});
  world.script.heads.push_back({"not a name", 3, ""});
  FakeReader reader{world.script};
  const auto names = pools_of_log(reader, world.script.snapshot);
  ASSERT_TRUE(names);
  EXPECT_THAT(*names, ElementsAre(PoolName::of("gone"), PoolName::of("mail")));
}

/// Rows of each second, the newest first; several in some.
std::vector<WallTime> rows_before(WallTime until, std::int64_t seconds, std::int64_t each) {
  std::vector<WallTime> out;
  for (auto second = seconds; second-- > 0;)
    for (std::int64_t i = 0; i < each; ++i) {
      const WallTime at{std::chrono::seconds{second}};
      if (at < until && std::ssize(out) < kRowsOfCall) out.push_back(at);
    }
  return out;
}

TEST(MonthPages, ReadEveryRowOnce) {
  for (const std::int64_t each : {1, 3, 7}) {
    for (const std::int64_t seconds : {100, 3'000, 10'000}) {
      std::vector<WallTime> out;
      const auto left_out = read_newest(
          WallTime{100'000s}, 15'000,
          [&](WallTime until) -> Result<std::vector<WallTime>> {
            return rows_before(until, seconds, each);
          },
          [](WallTime at) { return at; }, out);
      ASSERT_TRUE(left_out);
      EXPECT_EQ(std::ssize(out) + *left_out, seconds * each);
      EXPECT_LE(out.size(), 15'000u);
      EXPECT_TRUE(std::ranges::is_sorted(out, std::greater{}));
    }
  }
}

TEST(MonthPages, EndIfAMomentHasMoreRowsThanACallReturns) {
  std::vector<WallTime> out;
  const auto left_out = read_newest(
      WallTime{100s}, 1'000'000,
      [&](WallTime until) -> Result<std::vector<WallTime>> {
        return rows_before(until, 2, 20'000);
      },
      [](WallTime at) { return at; }, out);
  ASSERT_TRUE(left_out);
  EXPECT_EQ(out.size(), 2u * kRowsOfCall) << "the others of each moment can't be told apart";
}

}  // namespace
}  // namespace jobflip::cli

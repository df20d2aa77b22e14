// Services on a real PostgreSQL: weekly maintenance, limits, locks.

#include <gmock/gmock.h>

#include <pqxx/pqxx>

#include "contract/one_node.hpp"
#include "contract/pg_fixture.hpp"
#include "contract/service_contract.hpp"

namespace jobflip::test {
namespace {

using ::testing::HasSubstr;
using State = core::ServiceState;

class PgService : public ::testing::Test {
 protected:
  void SetUp() override {
    apply(web_service());
    leader_ = OneNode{sup1, store_.settings("sup1")}.take(supervisors).epoch;
  }
  static core::OperatorContext by() { return {"ada", "a test"}; }
  Result<std::vector<std::string>> try_apply(const core::ServiceSettings& service) {
    auto fleet = small_fleet();
    fleet.services = {service};
    return store_.oper().apply(fleet, by(), false);
  }
  void apply(const core::ServiceSettings& service) {
    const auto done = try_apply(service);
    ASSERT_TRUE(done) << done.error().text;
  }
  Result<bool> see(State state, Millis since = {}, Millis checked = {}) {
    core::ServiceReport report{sup1, leader_, {}};
    report.seen.push_back({ServiceName::of("web"), state, since, checked, Millis{5}, "a check"});
    return store_.services(sup1).report(report);
  }
  std::vector<core::Maintenance> windows(WallTime since, WallTime until) {
    core::ServiceQuery query;
    query.service = "web";
    query.since = since;
    query.until = until;
    const auto found = store_.reader().maintenance(query);
    EXPECT_TRUE(found) << found.error().text;
    return found ? *found : std::vector<core::Maintenance>{};
  }

  PgStore store_;
  Epoch leader_;
};

core::CalendarWindow weekly(const std::string& when, const std::string& zone,
                            Millis length = std::chrono::hours{2}) {
  core::CalendarWindow window;
  window.weekly = when;
  window.time_zone = zone;
  window.length = length;
  window.reason = "backups";
  return window;
}

/// The last Sunday of October after the store's time: Europe's clocks go back at 01:00 UTC.
std::string last_sunday_of_october() {
  return "(select max(d)::date from generate_series("
         "make_date(extract(year from now())::int, 10, 1), "
         "make_date(extract(year from now())::int, 10, 31), '1 day') d "
         "where extract(isodow from d) = 7)";
}

TEST_F(PgService, AWeeklyWindowKeepsItsTimeOnTheWallWhenTheClocksChange) {
  auto web = web_service();
  web.maintenance = {weekly("sun 04:00", "Europe/Berlin")};
  apply(web);
  // the service's calendar over the three Sundays around the change
  const auto times = store_.sql(
      "select string_agg(to_char(c.from_at at time zone 'UTC', 'HH24:MI'), ' ' order by c.from_at) "
      "from jobflip_data.service s, jobflip.calendar_windows(s.settings, " +
      last_sunday_of_october() + "::timestamp at time zone 'UTC' - interval '7 days', " +
      last_sunday_of_october() + "::timestamp at time zone 'UTC' + interval '8 days') c");
  EXPECT_EQ(times, "02:00 03:00 03:00");
}

TEST_F(PgService, AWindowThatBeganInTheWeekBeforeCounts) {
  auto web = web_service();
  web.maintenance = {weekly("mon 00:00", "UTC", std::chrono::days{7})};
  apply(web);
  const auto services = store_.reader().services();
  ASSERT_TRUE(services) << services.error().text;
  EXPECT_TRUE(services->front().maintenance_until) << "every moment is in it";
  const WallTime now = store_.reader().snapshot()->store_time;
  const auto all = windows(now - std::chrono::days{14}, now + std::chrono::days{14});
  EXPECT_GE(all.size(), 4u);
  for (const auto& one : all) {
    EXPECT_EQ(one.to - one.from, std::chrono::days{7});
    EXPECT_EQ(one.actor, "calendar");
    EXPECT_EQ(one.id, 0);
  }
}

TEST_F(PgService, AnUnknownTimeZoneIsRefusedByName) {
  auto web = web_service();
  web.maintenance = {weekly("sun 04:00", "Mars/Olympus")};
  const auto done = try_apply(web);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().text, HasSubstr("service web: maintenance sun 04:00 Mars/Olympus"));
}

TEST_F(PgService, FlappingFillsNoLogAndNoTable) {
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(see(State::down) && see(State::up));
  }
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.audit_event where kind in "
                       "('service_up', 'service_down')"),
            "60");
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.incident"), "1");
  store_.sql("update jobflip_data.refusal_count set since = since - interval '2 minutes'");
  ASSERT_TRUE(see(State::down));
  EXPECT_EQ(store_.sql("select payload::jsonb ->> 'not_recorded' from jobflip_data.audit_event "
                       "where kind = 'service_down' order by seq desc limit 1"),
            "20");
  store_.sql("update jobflip_data.service_spell set seq = seq + 30000");
  ASSERT_TRUE(see(State::up));
  store_.sql("update jobflip_data.service_spell set seq = seq + 30000 where not closed");
  ASSERT_TRUE(see(State::down));
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.service_spell"), "2");
}

TEST_F(PgService, ASessionThatHasTheServiceLockedKeepsNobodyWaiting) {
  pqxx::connection session{store_.conninfo("postgres")};
  pqxx::work open{session};
  open.exec("select from jobflip_data.service for update");
  const auto kept = see(State::down);
  ASSERT_TRUE(kept) << kept.error().text;
  EXPECT_TRUE(*kept);
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.service_spell"), "0");
  open.abort();
  ASSERT_TRUE(see(State::down));
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.service_spell"), "1");
}

TEST_F(PgService, AnOpenTransactionAboutAServiceKeepsNoPoolFromItsTakeAndBeat) {
  ASSERT_TRUE(see(State::down));
  pqxx::connection session{store_.conninfo("ops1")};
  pqxx::work open{session};
  open.exec("select jobflip.change_incident(1, 'note', '', 'ada', 'an open transaction')");
  open.exec(
      "select jobflip.plan_maintenance('web', (extract(epoch from now()) * 1e6)::bigint, "
      "(extract(epoch from now()) * 1e6)::bigint + 1000000, 'ada', 'a test')");
  OneNode one{job1, store_.settings("job1")};
  EXPECT_EQ(one.take().outcome, core::TakeOutcome::taken);
  open.abort();
}

TEST_F(PgService, AProgramThatKnowsNoServicesLeavesThemAsTheyAre) {
  const auto line = store_.sql(
      "select count(*) from jobflip.apply(jobflip.fleet_json() - 'services', 'ada', 'old', false)");
  EXPECT_EQ(line, "0");
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.service"), "1");
}

TEST_F(PgService, IncidentsOfDifferentServicesAreNotMerged) {
  auto fleet = small_fleet();
  fleet.services = {web_service(), web_service("api")};
  ASSERT_TRUE(store_.oper().apply(fleet, by(), false));
  ASSERT_TRUE(see(State::down));
  core::ServiceReport report{sup1, leader_, {}};
  report.seen.push_back({ServiceName::of("api"), State::down, {}, {}, {}, "refused"});
  ASSERT_TRUE(store_.services(sup1).report(report));
  const auto merged =
      store_.oper().change_incident({IncidentId{2}, core::IncidentChange::What::merge, "1"}, by());
  ASSERT_TRUE(merged) << merged.error().text;
  EXPECT_FALSE(merged->accepted);
  EXPECT_EQ(merged->sentence, "incident 1 is of service web, not of service api");
}

}  // namespace
}  // namespace jobflip::test

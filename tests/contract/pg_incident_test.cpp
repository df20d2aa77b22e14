// Incidents on a real PostgreSQL: merged and split by hand, limits, rights, a pool that goes away.

#include <gmock/gmock.h>

#include <pqxx/pqxx>

#include "contract/audit_kinds_world.hpp"
#include "contract/incident_contract.hpp"
#include "contract/pg_fixture.hpp"
#include "contract/service_contract.hpp"

namespace jobflip::test {

// for pg_audit_kinds_test.cpp
AuditKindsWorld::Cases AuditKindsWorld::cases_of_services() {
  auto& oper = store_.oper();
  const core::OperatorContext alice{"alice", "a test"};
  const auto see = [this](core::ServiceState state, int since) {
    auto fleet = small_fleet();
    fleet.services = {web_service()};
    EXPECT_TRUE(store_.oper().apply(fleet, {"alice", "a test"}, false).has_value());
    core::ServiceReport report{sup1, elect(), {}};
    report.seen.push_back({ServiceName::of("web"),
                           core::ServiceState::up,
                           std::chrono::hours{1},
                           Millis{since},
                           {},
                           "fine"});
    report.seen.push_back({ServiceName::of("web"), state, Millis{since}, {}, {}, "a test"});
    EXPECT_TRUE(*store_.services(sup1).report(report));
  };
  const auto plan = [&oper, alice] {
    const WallTime now = std::chrono::time_point_cast<Micros>(std::chrono::system_clock::now());
    EXPECT_TRUE(oper.plan_maintenance({"", now, now + Millis{1000}}, alice)->accepted);
  };
  return {
      {"service_down",
       {[see] { see(core::ServiceState::down, 9000); }, "jobflip sup1 - supervisor sup1"}},
      {"service_slow",
       {[see] { see(core::ServiceState::slow, 9000); }, "jobflip sup1 - supervisor sup1"}},
      {"service_up",
       {[this, see] {
          see(core::ServiceState::down, 9000);
          core::ServiceReport report{
              sup1,
              Epoch{std::stoll(store_.sql(
                  "select epoch from jobflip_data.pool_owner where pool = 'jobflip.supervisor'"))},
              {}};
          report.seen.push_back(
              {ServiceName::of("web"), core::ServiceState::up, {}, {}, Millis{5}, "fine"});
          EXPECT_TRUE(*store_.services(sup1).report(report));
        },
        "jobflip sup1 - supervisor sup1"}},
      {"maintenance_planned", {plan, "jobflip ops1 - alice"}},
      {"maintenance_removed",
       {[&oper, alice, plan] {
          plan();
          EXPECT_TRUE(oper.remove_maintenance(1, alice)->changed);
        },
        "jobflip ops1 - alice"}},
  };
}

// for pg_audit_kinds_test.cpp
AuditKindsWorld::Cases AuditKindsWorld::cases_of_incidents() {
  auto& oper = store_.oper();
  const core::OperatorContext alice{"alice", "a test"};
  const auto open = [&oper, alice] {
    EXPECT_TRUE(oper.open_incident(mail, core::IncidentClass::other, alice)->accepted);
  };
  const auto change = [this, &oper, alice](core::IncidentChange::What what) {
    const IncidentId newest{std::stoll(store_.sql("select max(id) from jobflip_data.incident"))};
    EXPECT_TRUE(oper.change_incident({newest, what, ""}, alice)->changed);
  };
  return {
      {"incident_opened", {open, "mail ops1 - alice"}},
      {"incident_changed",
       {[open, change] {
          open();
          change(core::IncidentChange::What::note);
        },
        "mail ops1 - alice"}},
      {"incident_closed",
       {[open, change] {
          open();
          change(core::IncidentChange::What::close);
        },
        "mail ops1 - alice"}},
  };
}

namespace {

using core::IncidentChange;
using ::testing::HasSubstr;
using What = IncidentChange::What;

class PgIncident : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), by(), false).has_value());
  }
  static core::OperatorContext by(const std::string& reason = "a test") { return {"ada", reason}; }
  IncidentId open(const PoolName& pool = mail) {
    const auto answer = store_.oper().open_incident(pool, core::IncidentClass::queued, by());
    EXPECT_TRUE(answer && answer->accepted);
    return IncidentId{std::stoll(store_.sql("select max(id) from jobflip_data.incident"))};
  }
  core::OperatorAnswer change(IncidentId incident, What what, const std::string& value,
                              const std::string& reason = "a test") {
    const auto answer = store_.oper().change_incident({incident, what, value}, by(reason));
    EXPECT_TRUE(answer.has_value()) << (answer ? "" : answer.error().text);
    return answer ? *answer : core::OperatorAnswer{};
  }
  void close(IncidentId incident) { EXPECT_TRUE(change(incident, What::close, "").changed); }
  core::Incident read(IncidentId id) { return store_.reader().incident(id).value(); }
  /// An ended flip of the incident.
  void add_flip(IncidentId incident, std::int64_t flip) {
    const auto number = std::to_string(flip);
    store_.sql(
        "insert into jobflip_data.flip (id, request, pool, state, to_node, automatic, host_is_off, "
        "stalled, drain_timeout_ms, login, actor, reason, evidence, from_epoch, requested_at, "
        "ended_at, state_since, deadline, last_sentence) values (" +
        number +
        ", gen_random_uuid(), 'mail', 'verified', 'job2', false, false, false, 1, 'alice', 'ada', "
        "'a test', '', 1, now() - interval '1 minute', now(), now(), now(), '')");
    store_.sql("insert into jobflip_data.incident_flip (flip, incident) values (" + number + ", " +
               std::to_string(incident.value) + ")");
    store_.sql("insert into jobflip_data.incident_stage (incident, stage, flip, at) values (" +
               std::to_string(incident.value) + ", 'decided', " + number +
               ", now() - interval '1 minute')");
  }

  PgStore store_{shared_cluster(), PgStore::Database::own};
};

TEST_F(PgIncident, MergedIsPartOfTheOtherWithAllThatBelongsToIt) {
  const auto first = open();
  change(first, What::note, "", "one");
  change(first, What::label, "a");
  close(first);
  const auto second = open();
  add_flip(second, 901);
  change(second, What::note, "", "two");
  change(second, What::label, "b");
  store_.sql("update jobflip_data.incident set holds = 2, longest_wait_ms = 90000 where id = " +
             std::to_string(second.value));
  const auto answer = change(second, What::merge, std::to_string(first.value));
  EXPECT_TRUE(answer.changed) << answer.sentence;
  const auto whole = read(first);
  EXPECT_EQ(whole.flips, std::vector<FlipId>{FlipId{901}});
  EXPECT_EQ(whole.notes.size(), 2u);
  EXPECT_EQ(whole.labels, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(whole.holds, 2);
  EXPECT_EQ(whole.longest_wait, std::optional<Millis>{90'000});
  EXPECT_FALSE(whole.closed_at) << "the other one was open";
  EXPECT_EQ(read(second).merged_into, std::optional<IncidentId>{first});
  EXPECT_TRUE(read(second).notes.empty());
  const auto list = store_.reader().incidents({});
  ASSERT_TRUE(list.has_value());
  EXPECT_EQ(list->size(), 1u) << "one trouble";
  const auto refused = change(second, What::note, "", "three");
  EXPECT_FALSE(refused.accepted);
  EXPECT_THAT(refused.sentence, HasSubstr("part of incident " + std::to_string(first.value)));
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.incident where closed_at is null"), "1");
}

TEST_F(PgIncident, OfAnotherPoolIsNotMerged) {
  const auto first = open();
  const auto other = open(paper);
  for (const auto& into : {std::to_string(other.value), std::to_string(first.value),
                           std::string{"4711"}, std::string{"x"}}) {
    const auto answer = change(first, What::merge, into);
    EXPECT_FALSE(answer.accepted) << into;
    EXPECT_EQ(answer.rule, "target") << into;
  }
  EXPECT_FALSE(read(first).merged_into);
}

TEST_F(PgIncident, SplitGivesAFlipAnIncidentOfItsOwn) {
  const auto first = open();
  add_flip(first, 901);
  EXPECT_FALSE(change(first, What::split, "901").accepted) << "it is the only one";
  add_flip(first, 902);
  EXPECT_FALSE(change(first, What::split, "903").accepted) << "no flip of it";
  const auto answer = change(first, What::split, "902");
  EXPECT_TRUE(answer.changed) << answer.sentence;
  EXPECT_EQ(read(first).flips, std::vector<FlipId>{FlipId{901}});
  const auto other = read(IncidentId{first.value + 1});
  EXPECT_EQ(other.flips, std::vector<FlipId>{FlipId{902}});
  EXPECT_TRUE(other.closed_at.has_value());
  ASSERT_EQ(other.stages.size(), 1u);
  EXPECT_EQ(other.stages.front().flip, std::optional{FlipId{902}});
}

TEST_F(PgIncident, ItsWorstQueueHadTheOldestJobOfAllStages) {
  const auto id = open();
  EXPECT_EQ(read(id).worst_queue, "") << "no reading was known";
  for (const auto* stage :
       {"('started', 0, now(), 'push', 5000)", "('first_job', 0, now(), 'email', 90000)",
        "('recovered', 0, now(), 'sms', null::bigint)"})
    store_.sql(
        "insert into jobflip_data.incident_stage (incident, stage, flip, at, queue, "
        "oldest_ms) select " +
        std::to_string(id.value) + ", v.* from (values " + stage + ") v");
  EXPECT_EQ(read(id).worst_queue, "email");
  EXPECT_EQ(store_.reader().incidents({})->front().worst_queue, "email");
}

TEST_F(PgIncident, NotesAndLabelsAreLimited) {
  const auto incident = open();
  const auto id = std::to_string(incident.value);
  change(incident, What::note, "", "the first");
  store_.sql("insert into jobflip_data.incident_note select " + id +
             ", n, now(), 'ada', 'alice', 'x' from generate_series(2, 1000) n");
  EXPECT_EQ(change(incident, What::note, "", "one more").rule, "limit");
  change(incident, What::label, "first");
  store_.sql("insert into jobflip_data.incident_label select " + id +
             ", 'l' || n from generate_series(2, 50) n");
  EXPECT_EQ(change(incident, What::label, "more").rule, "limit");
  const auto long_note =
      store_.oper().change_incident({incident, What::note, ""}, by(std::string(2001, 'x')));
  ASSERT_FALSE(long_note.has_value());
  EXPECT_THAT(long_note.error().text, HasSubstr("2001 bytes"));
}

TEST_F(PgIncident, AnUnknownWordIsNamedWithTheKnownOnes) {
  const auto incident = open();
  const auto expect_refused = [&](What what, const std::string& value, const std::string& hint) {
    const auto answer = store_.oper().change_incident({incident, what, value}, by());
    ASSERT_FALSE(answer.has_value());
    EXPECT_THAT(answer.error().text, HasSubstr("can't be \"" + value + "\""));
    EXPECT_THAT(answer.error().hint, HasSubstr(hint));
  };
  expect_refused(What::kind, "bad", "queued, deployment");
  expect_refused(What::severity, "huge", "minor, major, critical");
  expect_refused(What::downtime, "perhaps", "yes, no, rule");
}

TEST_F(PgIncident, IsClosedWithItsPool) {
  const auto incident = open();
  auto fleet = small_fleet();
  std::erase_if(fleet.pools, [](const auto& pool) { return pool.name == mail; });
  ASSERT_TRUE(store_.oper().apply(fleet, by(), false).has_value());
  const auto closed = read(incident);
  EXPECT_TRUE(closed.closed_at.has_value());
  EXPECT_EQ(closed.closed_by, "ada");
  EXPECT_TRUE(change(incident, What::note, "", "it was moved").changed)
      << "an incident outlives its pool";
}

TEST_F(PgIncident, OnlyOperatorsChangeThemAndOnlyTheLeaderReports) {
  const auto incident = std::to_string(open().value);
  const std::string change =
      "select jobflip.change_incident(" + incident + ", 'note', '', 'ada', 'a remark')";
  const auto run_as = [&](const std::string& login, const std::string& statement) {
    pqxx::connection session{store_.conninfo(login)};
    pqxx::nontransaction work{session};
    work.exec(statement);
  };
  EXPECT_NO_THROW(run_as("ops1", change));
  for (const std::string login : {"job1", "sup1"})
    EXPECT_THROW(run_as(login, change), pqxx::insufficient_privilege) << login;
  const std::string report =
      "select jobflip.record_incident('sup1', 7, 'mail', 'open', 'queued', 'verdict', 'x', null, "
      "0)";
  EXPECT_NO_THROW(run_as("sup1", report)) << "refused by the epoch, not by the rights";
  for (const std::string login : {"job1", "ops1"})
    EXPECT_THROW(run_as(login, report), pqxx::insufficient_privilege) << login;
  for (const std::string table : {"incident", "incident_note", "incident_stage"})
    EXPECT_THROW(run_as("ops1", "select * from jobflip_data." + table),
                 pqxx::insufficient_privilege);
}

TEST_F(PgIncident, ASupervisorOpensAtMost300InAMinute) {
  store_.sql(
      "update jobflip_data.pool_owner set state = 'held', holder = 'sup1', epoch = 7 "
      "where pool = 'jobflip.supervisor'");
  pqxx::connection session{store_.conninfo("sup1")};
  const auto report = [&](const std::string& what) {
    pqxx::nontransaction work{session};
    return work
        .exec("select jobflip.record_incident('sup1', 7, 'mail', '" + what +
              "', 'queued', 'verdict', 'x', null, 0)")
        .at(0)[0]
        .as<bool>();
  };
  for (int i = 0; i < 302; ++i) {
    ASSERT_TRUE(report("open"));
    ASSERT_TRUE(report("close"));
  }
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.incident"), "300");
}

}  // namespace
}  // namespace jobflip::test

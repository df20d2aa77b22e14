// One case for each kind of event that the schema writes: what causes it, and what it contains.
// The kinds are read from the functions' source, so that a new kind without a case fails here.

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <pqxx/pqxx>
#include <set>

#include "contract/audit_kinds.hpp"
#include "contract/audit_kinds_world.hpp"

namespace jobflip::test {
using core::FlipEvent;

AuditKindsWorld::Cases AuditKindsWorld::cases_of_people() {
  auto& oper = store_.oper();
  const core::OperatorContext alice{"alice", "a test"};
  return {
      {"schema_upgraded",
       {[this] { store_.sql("select jobflip.record_upgrade('{}', 'a', 'b')"); },
        "jobflip postgres - -"}},
      {"audit_sealed", {[this] { store_.sql(kSealAnOldEvent); }, "mail postgres - alice"}},
      {"fleet_applied", {[] {}, "jobflip ops1 - alice"}},
      {"settings_changed", {[] {}, "paper ops1 - alice"}},
      {"pool_removed",
       {[this] {
          auto fleet = small_fleet();
          fleet.pools.pop_back();
          apply(fleet);
        },
        "paper ops1 - alice"}},
      {"apply_refused",
       {[this, &oper, alice] {
          auto fleet = small_fleet();
          fleet.nodes[1].login = "job1";
          EXPECT_FALSE(oper.apply(fleet, alice, false).has_value());
        },
        "jobflip.refusals ops1 - alice"}},
      {"paused",
       {[&oper, alice] { oper.pause(mail, Millis{60'000}, alice).value(); }, "mail ops1 - alice"}},
      {"resumed",
       {[&oper, alice] {
          oper.pause(mail, Millis{60'000}, alice).value();
          oper.pause(mail, std::nullopt, alice).value();
        },
        "mail ops1 - alice"}},
      {"drained",
       {[&oper, alice] { oper.drain(job1, true, alice).value(); }, "jobflip ops1 job1 alice"}},
      {"undrained",
       {[&oper, alice] {
          oper.drain(job1, true, alice).value();
          oper.drain(job1, false, alice).value();
        },
        "jobflip ops1 job1 alice"}},
      {"acknowledged",
       {[this, &oper, alice] {
          store_.sql("update jobflip_data.pool set cooldown_level = 1, cooldown_flip = 7");
          oper.acknowledge(mail, alice).value();
        },
        "mail ops1 - alice flip"}},
      {"learned", {[&oper, alice] { oper.learn(taught, alice).value(); }, "mail ops1 - alice"}},
  };
}

AuditKindsWorld::Cases AuditKindsWorld::cases_of_crashes() {
  return {
      {"crash_loop",
       {[this] {
          job1_.report_crashes({{mail, 5, "exited with 3"}});
          job1_.report();
        },
        "mail job1 job1 node job1"}},
      {"crash_loop_over",
       {[this] {
          job1_.report_crashes({{mail, 5, "exited with 3"}});
          job1_.report();
          store_.sql(
              "update jobflip_data.node_beat set crashes_recorded_at = "
              "crashes_recorded_at - interval '61 s'");
          job1_.report_crashes({});
          job1_.report();
        },
        "mail job1 job1 node job1"}},
  };
}

AuditKindsWorld::Cases AuditKindsWorld::cases_of_leases() {
  return {
      {"lease_taken", {[this] { hold_mail(); }, "mail job1 job1 - epoch"}},
      {"lease_released",
       {[this] {
          hold_mail();
          job1_.release(held_).value();
        },
        "mail job1 job1 - epoch"}},
      {"takeover",
       {[this] {
          hold_mail();
          const auto wait = short_timings().takeover_after;
          EXPECT_TRUE(eventually(
              [&] { return job2_.take(mail, wait).outcome == core::TakeOutcome::taken; }));
        },
        "mail job2 job2 - flip epoch"}},
      {"lease_blocked",
       {[this] {
          hold_mail();
          leave_open("postgres", fence());
          EXPECT_EQ(job1_.release(held_).value(), core::ReleaseOutcome::blocked);
        },
        "mail job1 job1 - epoch"}},
      {"sessions_ended",
       {[this] {
          hold_mail();
          leave_open("ops1", "select jobflip.drain('job1', true, '', 'a test')");
          EXPECT_TRUE(eventually([&] { return job1_.beat({{mail, held_}}).has_value(); }));
        },
        "jobflip.sessions job1 job1 -"}},
      {"store_event",
       {[this] {
          store_.lose_history();
          job1_.report();
        },
        "jobflip job1 - -"}},
      {"epochs_lowered",
       {[this] {
          job1_ = OneNode{job1, store_.settings("job1")};
          job2_ = OneNode{job2, store_.settings("job2")};
          store_.sql(
              "update jobflip_data.pool_owner set epoch = 4000000000000000000 where pool = 'mail';"
              "update jobflip_data.node_beat set beat_at = null;"
              "select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename in "
              "(select login from jobflip_data.node) and datname = current_database()");
          store_.sql("select jobflip.lower_epochs('a test')");
        },
        "mail postgres - postgres epoch"}},
  };
}

AuditKindsWorld::Cases AuditKindsWorld::cases_of_flips() {
  auto& oper = store_.oper();
  const core::OperatorContext alice{"alice", "a test"};
  return {
      {"flip_requested", {[this] { flip_mail(); }, "mail ops1 job2 ops1 flip epoch"}},
      {"flip_refused",
       {[&oper] { EXPECT_FALSE(oper.request_flip(persons_flip(job2))->accepted); },
        "mail ops1 job2 ops1 epoch"}},
      {"flip_step",
       {[this] {
          const auto flip = flip_mail();
          EXPECT_EQ(job1_.report(mail, {{mail, held_}}).flip->id, flip);
        },
        "mail job1 job1 - flip"}},
      {"abort_refused",
       {[this, &oper, alice] {
          const auto flip = flip_mail();
          EXPECT_TRUE(job1_.release(held_).has_value());
          EXPECT_FALSE(oper.abort_flip(flip, alice)->accepted);
        },
        "jobflip.refusals ops1 - alice flip"}},
      {"hold",
       {[this] {
          const auto leader = elect();
          hold_mail();
          EXPECT_TRUE(store_.supervisor(sup1)
                          .record_hold({sup1, leader, mail, "budget", "it is", "{}"})
                          .value());
        },
        "mail sup1 - supervisor sup1 epoch"}},
      {"black_box",
       {[this, &oper] {
          hold_mail();
          job2_.report();
          auto request = persons_flip(job2);
          request.stalled = true;
          const auto flip = oper.request_flip(request).value().flip;
          EXPECT_EQ(store_.agent(job1).keep_black_box({job1, {{mail, held_, flip}, "{}"}}).value(),
                    core::BlackBoxReply::kept);
        },
        "mail job1 job1 job1 flip epoch"}},
  };
}

AuditKindsWorld::Cases AuditKindsWorld::cases() {
  auto all = cases_of_people();
  all.merge(cases_of_leases());
  all.merge(cases_of_crashes());
  all.merge(cases_of_flips());
  all.merge(cases_of_incidents());
  all.merge(cases_of_deployments());
  all.merge(cases_of_services());
  return all;
}

namespace {

TEST(PgAuditKinds, EachThatTheSchemaWritesHasACaseHere) {
  AuditKindsWorld world;
  std::set<std::string> written;
  pqxx::connection super{world.conninfo()};
  pqxx::nontransaction session{super};
  for (const auto& row : session.exec("select prosrc from pg_proc where pronamespace = "
                                      "'jobflip'::regnamespace and proname <> 'audit_append'")) {
    const auto kinds = kinds_in(row[0].c_str());
    const std::string source = row[0].c_str();
    EXPECT_EQ(kinds.empty(), source.find("audit_append(") == std::string::npos) << source;
    written.insert(kinds.begin(), kinds.end());
  }
  std::set<std::string> tested;
  for (const auto& [kind, unused] : world.cases()) tested.insert(kind);
  EXPECT_EQ(written, tested);
  std::set<std::string> in_core;
  for (const auto& row : core::audit_kinds()) in_core.emplace(row.name);
  EXPECT_EQ(written, in_core);
}

TEST(PgAuditKinds, EachIsWrittenByWhatItNamesWithWhoDidItAndWhatItConcerns) {
  std::set<std::string> kinds;
  for (const auto& [kind, unused] : AuditKindsWorld{}.cases()) kinds.insert(kind);
  for (const auto& kind : kinds) {
    SCOPED_TRACE(kind);
    AuditKindsWorld one;
    const auto all = one.cases();
    all.at(kind).make();
    EXPECT_EQ(one.sql("select chain || ' ' || login || ' ' || coalesce(node, '-') || ' ' || "
                      "coalesce(actor, '-') || case when flip is null then '' else ' flip' "
                      "end || case when epoch is null then '' else ' epoch' end from "
                      "jobflip_data.audit_event where kind = '" +
                      kind + "' order by at desc, seq desc limit 1"),
              all.at(kind).event);
    EXPECT_EQ(one.sql("select count(*) from jobflip_data.audit_event where kind = '" + kind +
                      "' and (reason = '' or payload = '')"),
              "0");
    expect_as_in_the_table([&](const std::string& query) { return one.sql(query); },
                           core::parse_audit_kind(kind).value());
  }
}

}  // namespace
}  // namespace jobflip::test

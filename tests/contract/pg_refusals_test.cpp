// Endless refusals. A supervisor that does not lead is refused before anything is locked, repeated
// refusals are counted, and the history stays fast whatever the audit log contains.

#include <gtest/gtest.h>

#include <chrono>
#include <pqxx/pqxx>

#include "contract/one_node.hpp"

namespace jobflip::test {
namespace {

class PgRefusals : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    ASSERT_TRUE(eventually([&] { return !job1_.report().frozen; }));
    held_ = job1_.take().epoch;
  }

  /// A request of sup2, which leads under no epoch, with evidence of so many bytes.
  static std::string late_request(std::size_t bytes) {
    return "select rule from jobflip.request_flip(gen_random_uuid(), 'mail', 'job1', 'job2', null, "
           "'sup2', 7, '', 'it is stalled', true, false, json_build_object('a', repeat('x', " +
           std::to_string(bytes - 10) + "))::text)";
  }
  std::string refused() {
    return store_.sql("select count(*) from jobflip_data.audit_event where kind = 'flip_refused'");
  }

  PgStore store_;
  OneNode job1_{job1, store_.settings("job1")};
  Epoch held_;
};

TEST_F(PgRefusals, WhoDoesNotLeadLocksNothingThatAnybodyElseNeeds) {
  pqxx::connection late{store_.conninfo("sup2")};
  pqxx::work open{late};
  EXPECT_EQ(std::string{open.exec(late_request(10)).at(0)[0].c_str()}, "supervisor-late");
  EXPECT_EQ(refused(), "0") << "not committed";
  // Everything that a change of the pool needs is free while that transaction is open.
  EXPECT_EQ(store_.sql("select name from jobflip_data.pool where name = 'mail' for update nowait"),
            "mail");
  EXPECT_EQ(store_.sql(
                "select chain from jobflip_data.audit_head where chain = 'mail' for update nowait"),
            "mail");
  EXPECT_EQ(job1_.release(held_).value(), core::ReleaseOutcome::released);
  open.commit();
  EXPECT_EQ(refused(), "1");
  EXPECT_EQ(store_.sql("select chain || ' ' || login || ' ' || (payload::jsonb ->> 'rule') from "
                       "jobflip_data.audit_event where kind = 'flip_refused'"),
            "jobflip.refusals sup2 supervisor-late");
  EXPECT_EQ(store_.sql("select pool from jobflip.history('', 9) where kind = 'refused'"), "mail");
  EXPECT_EQ(store_.sql("select pool, kind from jobflip.find_history('', null, null, null, null, "
                       "'refused', null, 9)"),
            "mail|refused");
}

TEST_F(PgRefusals, AreRecordedUpToTheirNumberInAMinuteAndTheRestIsCountedOnce) {
  const std::string ask = "select may, passed_over from jobflip.may_record('a_test', 2); ";
  const std::string later =
      "update jobflip_data.refusal_count set since = since - interval '2 minutes'; ";
  EXPECT_EQ(store_.sql(ask + ask + ask + ask + later + ask + ask), "t|0\nt|0\nf|0\nf|0\nt|2\nt|0");
}

TEST_F(PgRefusals, OfADryRunAreNotRecorded) {
  const auto apply = [&](const std::string& dry_run) {
    pqxx::connection person{store_.conninfo("ops1")};
    pqxx::nontransaction session{person};
    const auto fleet =
        store_.sql("select jsonb_set(jobflip.fleet_json(), '{nodes,job2,login}', '\"job1\"')");
    EXPECT_EQ(std::string{session
                              .exec("select refused from jobflip.apply($f$" + fleet +
                                    "$f$::jsonb, 'alice', 'a test', " + dry_run + ")")
                              .at(0)[0]
                              .c_str()},
              "t");
    return store_.sql("select count(*) from jobflip_data.audit_event where kind = 'apply_refused'");
  };
  EXPECT_EQ(apply("true"), "0");
  EXPECT_EQ(apply("false"), "1");
}

TEST_F(PgRefusals, HistoryLeavesOutTheTakesOfSupervisors) {
  store_.sql(
      "select jobflip.audit_append('jobflip.supervisor', 'lease_taken', 'sup1', null, 1, null, "
      "'free', '{}')");
  EXPECT_EQ(store_.sql("select pool from jobflip.history('', 9) where kind = 'take'"), "mail");
}

TEST_F(PgRefusals, ThatRepeatAreCountedAndTheCountIsInTheNextEvent) {
  constexpr int kCalls = 300;
  pqxx::connection late{store_.conninfo("sup2")};
  pqxx::nontransaction session{late};
  for (int i = 0; i < kCalls; ++i) session.exec(late_request(65'536));
  EXPECT_LE(std::stoi(refused()), 3) << "one a minute, however long the calls took";
  const auto stored = store_.sql(
      "select coalesce(sum(octet_length(payload)), 0) from jobflip_data.audit_event "
      "where kind = 'flip_refused'");
  EXPECT_LT(std::stoi(stored), 3 * 6000);
  store_.sql("update jobflip_data.refusal_count set since = since - interval '2 minutes'");
  session.exec(late_request(10));
  EXPECT_EQ(store_.sql("select count(*) + sum((payload::jsonb ->> 'not_recorded')::bigint) from "
                       "jobflip_data.audit_event where kind = 'flip_refused'"),
            std::to_string(kCalls + 1))
      << "each call must be an event or be counted in one";
  EXPECT_LE(std::stoi(store_.sql("select count(*) from jobflip_data.flip_request")), 4);
}

/// An operator's abort that comes too late, and a fleet that must not be applied.
TEST_F(PgRefusals, OfAnOperatorAreLimitedAndCountedAndLockNothing) {
  auto flip = store_.oper().request_flip(persons_flip(job2));
  ASSERT_FALSE(flip->accepted) << "job2 has not sent a beat";
  OneNode job2_{job2, store_.settings("job2")};
  job2_.report();
  flip = store_.oper().request_flip(persons_flip(job2));
  ASSERT_TRUE(flip->accepted) << flip->sentence;
  const auto abort = "select rule from jobflip.abort_flip(" + std::to_string(flip->flip.value) +
                     ", 'alice', 'a test')";
  const auto two_of_a_login =
      store_.sql("select jsonb_set(jobflip.fleet_json(), '{nodes,job2,login}', '\"job1\"')");
  const auto apply = "select refused from jobflip.apply($f$" + two_of_a_login +
                     "$f$::jsonb, 'alice', 'a test', false)";
  const auto in_open_transaction = [&](const std::string& call, const std::string& answer) {
    pqxx::connection late{store_.conninfo("ops1")};
    pqxx::work open{late};
    EXPECT_EQ(std::string{open.exec(call).at(0)[0].c_str()}, answer);
    return store_.sql(
        "select (select count(*) from (select from jobflip_data.pool for update skip locked) x), "
        "(select count(*) from (select from jobflip_data.node_beat for update skip locked) y), "
        "(select count(*) from (select from jobflip_data.audit_head where chain in ('mail', "
        "'jobflip') for update skip locked) z)");
  };
  const auto all_free = store_.sql(
      "select (select count(*) from jobflip_data.pool), (select count(*) from "
      "jobflip_data.node_beat), 2");
  EXPECT_NE(in_open_transaction(abort, ""), all_free)
      << "if it is accepted, it has locks, and rolls back";
  ASSERT_EQ(job1_.release(held_).value(), core::ReleaseOutcome::released);
  EXPECT_EQ(in_open_transaction(abort, "flip-in-progress"), all_free);
  EXPECT_EQ(in_open_transaction(apply, "t"), all_free);

  constexpr int kCalls = 700;
  pqxx::connection person{store_.conninfo("ops1")};
  pqxx::nontransaction session{person};
  for (const auto& [kind, call] : {std::pair{"abort_refused", abort}, {"apply_refused", apply}}) {
    SCOPED_TRACE(kind);
    const auto of_kind =
        " from jobflip_data.audit_event where chain = 'jobflip.refusals' and "
        "kind = '" +
        std::string{kind} + "'";
    for (int i = 0; i < kCalls; ++i) session.exec(call);
    EXPECT_EQ(store_.sql("select count(*) between 300 and 600" + of_kind), "t");
    store_.sql("update jobflip_data.refusal_count set since = since - interval '2 minutes'");
    session.exec(call);
    EXPECT_EQ(
        store_.sql("select count(*) + sum((payload::jsonb ->> 'not_recorded')::bigint)" + of_kind),
        std::to_string(kCalls + 1));
  }
}

TEST_F(PgRefusals, HistoryIsCutBeforeAnyPayloadIsRead) {
  store_.sql(
      "select count(*) from (select jobflip.audit_append('mail', 'flip_refused', 'job2', null, 1, "
      "'mallory', 'long', jsonb_build_object('rule', 'target', 'from', 'job1', 'evidence', "
      "(select string_agg(md5(i::text || j::text), '') from generate_series(1, 2000) j))::text) "
      "from generate_series(1, 1500) i) e");
  const auto before = std::chrono::steady_clock::now();
  const auto history = store_.reader().history({mail, 20});
  const auto took = std::chrono::steady_clock::now() - before;
  ASSERT_TRUE(history.has_value()) << history.error().text;
  ASSERT_EQ(history->size(), 20u);
  EXPECT_EQ(history->front().outcome, "target");
  EXPECT_EQ(history->front().from, "job1");
  // Reading and parsing each of them takes 100 times as long as reading the 20.
  const auto all_before = std::chrono::steady_clock::now();
  store_.sql("select count(payload::jsonb ->> 'rule') from jobflip_data.audit_event");
  EXPECT_LT(took * 3, std::chrono::steady_clock::now() - all_before);
}

}  // namespace
}  // namespace jobflip::test

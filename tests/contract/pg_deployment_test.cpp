// Deployments, as only PostgreSQL shows them: what time does to a row, and who waits for whom.

#include <gmock/gmock.h>

#include <pqxx/pqxx>

#include "contract/audit_kinds_world.hpp"

namespace jobflip::test {

AuditKindsWorld::Cases AuditKindsWorld::cases_of_deployments() {
  using What = core::DeploymentMark::What;
  const auto mark = [this](What what) {
    return store_.oper()
        .mark_deployment({mail, what, "4.2.1", true, random_uuid(), ""}, {"alice", "a test"})
        .value();
  };
  return {
      {"deployment_started", {[mark] { mark(What::start); }, "mail ops1 - alice"}},
      {"deployment_done",
       {[mark] {
          mark(What::start);
          mark(What::done);
        },
        "mail ops1 - alice"}},
      {"deployment_rolled_back",
       {[mark] {
          mark(What::start);
          mark(What::rollback);
        },
        "mail ops1 - alice"}},
      {"deployment_flip",
       {[this, mark] {
          hold_mail();
          job2_.report();
          auto request = persons_flip(job2);
          request.deployment = mark(What::start).deployment;
          EXPECT_TRUE(store_.oper().request_flip(request)->accepted);
        },
        "mail ops1 - ops1 flip"}},
      {"deployment_expired",
       {[this, mark] {
          mark(What::start);
          store_.sql(
              "update jobflip_data.deployment set started_at = started_at - interval '25 h'");
          mark(What::start);
        },
        "mail ops1 - alice"}},
  };
}

namespace {

using ::testing::HasSubstr;
using What = core::DeploymentMark::What;

class PgDeployment : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto applied = store_.oper().apply(small_fleet(), alice_, false);
    ASSERT_TRUE(applied.has_value()) << applied.error().text;
  }
  core::DeploymentAnswer mark(What what, const std::string& version = "4.2.1") {
    const auto answer =
        store_.oper().mark_deployment({mail, what, version, true, random_uuid(), ""}, alice_);
    EXPECT_TRUE(answer.has_value()) << (answer ? "" : answer.error().text);
    return answer ? *answer : core::DeploymentAnswer{};
  }
  void age(const std::string& by) {
    store_.sql("update jobflip_data.deployment set started_at = started_at - interval '" + by +
               "'");
  }
  core::Deployment newest() { return store_.reader().deployments({}).value().front(); }

  PgStore store_{shared_cluster(), PgStore::Database::own};
  core::OperatorContext alice_{"alice", "a test"};
};

TEST_F(PgDeployment, OneThatNobodyEndedExpiresAfterItsLongestTime) {
  const auto first = mark(What::start).deployment;
  age("23 h 59 min");
  EXPECT_EQ(newest().state, core::DeploymentState::running);
  EXPECT_FALSE(mark(What::start, "4.2.2").accepted);
  age("1 min");
  const auto shown = newest();
  EXPECT_EQ(shown.state, core::DeploymentState::expired) << "before anything records it";
  ASSERT_TRUE(shown.ended_at.has_value());
  EXPECT_EQ(*shown.ended_at - shown.started_at, core::kLongestDeployment);
  EXPECT_FALSE(store_.reader().snapshot().value().pools.front().deployment);
  EXPECT_EQ(store_.sql("select state from jobflip_data.deployment"), "running");
  const auto second = mark(What::start, "4.2.2");
  EXPECT_TRUE(second.changed) << second.sentence;
  EXPECT_GT(second.deployment, first);
  EXPECT_EQ(store_.sql("select state || ' ' || (ended_at - started_at = interval '24 h') from "
                       "jobflip_data.deployment where version = '4.2.1'"),
            "expired true");
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.audit_event where kind = "
                       "'deployment_expired'"),
            "1");
}

TEST_F(PgDeployment, OneThatExpiredIsNotDoneButMayBeRolledBack) {
  mark(What::start);
  age("25 h");
  const auto done = mark(What::done);
  EXPECT_FALSE(done.accepted);
  EXPECT_THAT(done.sentence, HasSubstr("has expired"));
  EXPECT_TRUE(mark(What::rollback).changed);
  EXPECT_EQ(newest().state, core::DeploymentState::rolled_back);
}

TEST_F(PgDeployment, OneOfTheFutureHoldsNothing) {
  mark(What::start);
  age("-1 h");  // the store's clock was set back
  const auto view = store_.reader().snapshot().value().pools.front().deployment;
  ASSERT_TRUE(view.has_value());
  EXPECT_FALSE(view->hold_left);
  EXPECT_EQ(store_.sql("select rule from jobflip.flip_refusal('mail', '', 'job1', null, true, "
                       "false)"),
            "holder");
}

TEST_F(PgDeployment, TheRuleSaysItsFigures) {
  mark(What::start);
  age("3 min");
  EXPECT_THAT(store_.sql("select sentence from jobflip.flip_refusal('mail', '', 'job1', null, "
                         "true, false)"),
              HasSubstr("deployment 1 of version 4.2.1 began 180 s ago: automatic flips wait until "
                        "600 s after its start"));
}

TEST_F(PgDeployment, AnotherLoginsStartOfTheSameVersionIsRefused) {
  mark(What::start);
  pqxx::connection session{store_.conninfo("postgres")};
  pqxx::nontransaction work{session};
  const auto row = work.exec(
      "select accepted, sentence from jobflip.deploy_start('mail', "
      "'4.2.1')")[0];
  EXPECT_FALSE(row[0].as<bool>());
  EXPECT_THAT(row[1].c_str(), HasSubstr("started by alice"));
}

TEST_F(PgDeployment, OneSqlCallIsEnoughForEach) {
  EXPECT_EQ(store_.sql("select accepted and changed from jobflip.deploy_start('mail', 'v1')"), "t");
  EXPECT_EQ(store_.sql("select accepted and changed from jobflip.deploy_done('mail', 'v1')"), "t");
  EXPECT_EQ(store_.sql("select accepted and changed from jobflip.deploy_rollback('mail', 'v1', "
                       "'', 'errors')"),
            "t");
}

TEST_F(PgDeployment, MergedAndSplitIncidentsKeepTheirDeployments) {
  mark(What::start);
  store_.sql(
      "insert into jobflip_data.incident (id, pool, class, cause, sentence, opened_at, opened_by, "
      "closed_at, closed_by, perceptible_after_ms) select n, 'mail', 'queued', 'verdict', 'x', "
      "clock_timestamp(), 'x', clock_timestamp(), 'x', 1000 from generate_series(101, 102) n;"
      "insert into jobflip_data.incident_deployment values (101, 1)");
  const core::IncidentChange merge{IncidentId{101}, core::IncidentChange::What::merge, "102"};
  ASSERT_TRUE(store_.oper().change_incident(merge, alice_).value().changed);
  EXPECT_EQ(store_.sql("select string_agg(incident || ' ' || deployment, ', ') from "
                       "jobflip_data.incident_deployment"),
            "102 1");
}

/// A person forgot a transaction about mail: paper is flipped, taken over and deployed meanwhile.
TEST_F(PgDeployment, AnOpenTransactionBlocksNoOtherPool) {
  OneNode one{job1, store_.settings("job1")};
  ASSERT_TRUE(eventually([&] { return !one.report().frozen; }));
  pqxx::connection session{store_.conninfo("ops1")};
  pqxx::work open{session};
  open.exec("select jobflip.deploy_start('mail', '4.2.1')");
  EXPECT_EQ(one.take(paper).outcome, core::TakeOutcome::taken);
  const auto answer = store_.oper().mark_deployment(
      {paper, What::start, "4.2.1", false, random_uuid(), ""}, alice_);
  ASSERT_TRUE(answer.has_value()) << answer.error().text;
  EXPECT_TRUE(answer->changed);
}

}  // namespace
}  // namespace jobflip::test

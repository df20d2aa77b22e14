// fence(): what a worker's transaction locks, and that a hung transaction delays nobody else.

#include <gtest/gtest.h>

#include <pqxx/pqxx>

#include "contract/pg_fixture.hpp"

namespace jobflip::test {
namespace {

using core::ReleaseOutcome;
using core::TakeOutcome;

class PgFence : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    epoch_ = take(job1, {}).epoch;
    ASSERT_GT(epoch_.value, 0);
  }

  core::BeatReply beat(const NodeName& node, std::vector<core::LeaseRenewal> renewals = {}) {
    core::BeatRequest request;
    request.node = node;
    request.instance = Uuid{"10000000-0000-4000-8000-000000000000"};
    request.renewals = std::move(renewals);
    request.ready = {mail};
    return store_.agent(node).beat(request).value();
  }

  core::TakeReply take(const NodeName& node, Millis stood_still) {
    const auto reply = beat(node);
    core::TakeRequest request;
    request.node = node;
    request.pool = mail;
    request.attempt = random_uuid();
    request.incarnation = reply.incarnation;
    request.instance = Uuid{"10000000-0000-4000-8000-000000000000"};
    request.life = reply.life;
    request.epoch = reply.pools.at(0).epoch;
    request.lease_beat = reply.pools.at(0).lease_beat;
    request.stood_still = stood_still;
    request.polls = 3;
    return store_.agent(node).take(request).value();
  }

  std::string payload_of(const std::string& kind) {
    return store_.sql(
        "select payload from jobflip_data.audit_event where chain = 'mail' and kind in ('" + kind +
        "', 'takeover') order by seq desc limit 1");
  }

  std::string fence(Epoch epoch) const {
    return "select jobflip.fence('mail', " + std::to_string(epoch.value) + ")";
  }

  PgStore store_;
  Epoch epoch_;
};

TEST_F(PgFence, LetsTheCurrentEpochPassAndNoOther) {
  pqxx::connection connection{store_.conninfo("worker1")};
  pqxx::nontransaction session{connection};
  EXPECT_NO_THROW(session.exec(fence(epoch_)));
  for (const auto other : {Epoch{epoch_.value - 1}, Epoch{epoch_.value + 1}, Epoch{0}}) {
    try {
      session.exec(fence(other));
      FAIL() << other.value;
    } catch (const pqxx::sql_error& error) {
      EXPECT_EQ(error.sqlstate(), "JF001");
    }
  }
  EXPECT_THROW(session.exec("select jobflip.fence('nowhere', 0)"), pqxx::sql_error);
  EXPECT_THROW(session.exec("select jobflip.fence('mail', null)"), pqxx::sql_error);
}

TEST_F(PgFence, FailsAfterTheLeaseWasReleased) {
  ASSERT_EQ(store_.agent(job1).release({job1, mail, epoch_, random_uuid(), ""}).value(),
            ReleaseOutcome::released);
  pqxx::connection connection{store_.conninfo("worker1")};
  EXPECT_THROW(pqxx::nontransaction{connection}.exec(fence(epoch_)), pqxx::sql_error);
}

TEST_F(PgFence, DelaysNoBeatAndNoFlipRequest) {
  pqxx::connection connection{store_.conninfo("worker1")};
  pqxx::work job{connection};
  job.exec(fence(epoch_));
  beat(job1, {{mail, epoch_}});
  beat(job2);
  core::FlipRequest request;
  request.request = random_uuid();
  request.pool = mail;
  request.to = job2;
  request.reason = "test";
  EXPECT_TRUE(store_.oper().request_flip(request).value().accepted);
  EXPECT_NO_THROW(job.commit());
}

TEST_F(PgFence, AHungTransactionIsEndedByATakeAndNamedInTheAudit) {
  for (const int workers : {1, 3}) {  // more than one makes a different kind of lock on the row
    const auto current = Epoch{
        std::stoll(store_.sql("select epoch from jobflip_data.pool_owner where pool = 'mail'"))};
    std::vector<std::unique_ptr<pqxx::connection>> connections;
    std::vector<std::unique_ptr<pqxx::work>> jobs;
    for (int i = 0; i < workers; ++i) {
      connections.push_back(std::make_unique<pqxx::connection>(store_.conninfo("worker1")));
      jobs.push_back(std::make_unique<pqxx::work>(*connections.back()));
      jobs.back()->exec(fence(current));
    }
    const auto pid = connections.front()->backendpid();
    store_.pass(Millis{900});
    const auto taken = take(workers == 1 ? job2 : job3, Millis{900});
    ASSERT_EQ(taken.outcome, TakeOutcome::taken) << taken.sentence;
    for (auto& job : jobs) EXPECT_THROW(job->commit(), std::exception);
    EXPECT_NE(payload_of("lease_taken").find("pid " + std::to_string(pid) + " login worker1"),
              std::string::npos)
        << payload_of("lease_taken");
  }
}

TEST_F(PgFence, AHungTransactionIsEndedByAReleaseToo) {
  pqxx::connection connection{store_.conninfo("worker1")};
  pqxx::work job{connection};
  job.exec(fence(epoch_));
  ASSERT_EQ(store_.agent(job1).release({job1, mail, epoch_, random_uuid(), ""}).value(),
            ReleaseOutcome::released);
  EXPECT_NE(payload_of("lease_released").find("login worker1"), std::string::npos);
  EXPECT_THROW(job.commit(), std::exception);
}

TEST_F(PgFence, AFlipsTimelineSaysInWordsWhichSessionsWereEnded) {
  core::FlipRequest request;
  request.request = random_uuid();
  request.pool = mail;
  request.to = job2;
  request.reason = "test";
  beat(job1, {{mail, epoch_}});
  beat(job2);
  const auto flip = store_.oper().request_flip(request).value();
  ASSERT_TRUE(flip.accepted) << flip.sentence;
  const auto sentence_of = [&](const std::string& event) {
    return store_.sql("select sentence from jobflip_data.flip_step where event = '" + event + "'");
  };
  const auto hang = [&](Epoch epoch) {
    auto connection = std::make_unique<pqxx::connection>(store_.conninfo("worker1"));
    pqxx::nontransaction{*connection}.exec("begin; " + fence(epoch));
    return connection;
  };
  const auto in_old_workers = hang(epoch_);
  beat(job1, {{mail, epoch_}});
  EXPECT_EQ(store_.agent(job1)
                .step_flip({job1, flip.flip, core::FlipEvent::drain_begun, "", epoch_})
                .value(),
            core::FlipStepOutcome::done);
  ASSERT_EQ(store_.agent(job1).release({job1, mail, epoch_, random_uuid(), ""}).value(),
            ReleaseOutcome::released);
  EXPECT_NE(sentence_of("released")
                .find("ended 1 worker session(s) with an open fenced "
                      "transaction: pid " +
                      std::to_string(in_old_workers->backendpid())),
            std::string::npos)
      << sentence_of("released");
  ASSERT_EQ(take(job2, Millis{0}).outcome, TakeOutcome::taken);
  EXPECT_EQ(sentence_of("taken").find("ended"), std::string::npos) << sentence_of("taken");
}

TEST_F(PgFence, ATransactionThatEndsWithinTheGraceIsLeftAlone) {
  pqxx::connection connection{store_.conninfo("worker1")};
  pqxx::work job{connection};
  job.exec(fence(epoch_));
  job.commit();
  ASSERT_EQ(store_.agent(job1).release({job1, mail, epoch_, random_uuid(), ""}).value(),
            ReleaseOutcome::released);
  EXPECT_EQ(payload_of("lease_released").find("login worker1"), std::string::npos);
}

TEST_F(PgFence, ATakeThatIsRefusedEndsNobody) {
  pqxx::connection connection{store_.conninfo("worker1")};
  pqxx::work job{connection};
  job.exec(fence(epoch_));
  EXPECT_EQ(take(job2, Millis{0}).outcome, TakeOutcome::not_expired);
  EXPECT_EQ(store_.agent(job2).release({job2, mail, epoch_, random_uuid(), ""}).value(),
            ReleaseOutcome::not_holder);
  EXPECT_NO_THROW(job.commit());
}

TEST_F(PgFence, WhoCannotBeEndedBlocksATakeAndTheAnswerSaysSo) {
  pqxx::connection connection{store_.conninfo("postgres")};
  pqxx::work superuser{connection};
  superuser.exec("select from jobflip_data.pool_owner where pool = 'mail' for share");
  EXPECT_EQ(store_.agent(job1).release({job1, mail, epoch_, random_uuid(), ""}).value(),
            ReleaseOutcome::blocked);
  superuser.commit();
  EXPECT_EQ(store_.agent(job1).release({job1, mail, epoch_, random_uuid(), ""}).value(),
            ReleaseOutcome::released);
}

}  // namespace
}  // namespace jobflip::test

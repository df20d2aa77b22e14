// Rights are checked before locks are taken: a refused call leaves no row locked, however long its
// transaction stays open. A session that may lock rows and then idles is ended.

#include <gtest/gtest.h>

#include <pqxx/pqxx>

#include "contract/one_node.hpp"

namespace jobflip::test {
namespace {

using core::FlipEvent;
using core::FlipStepOutcome;
using core::ReleaseOutcome;
using core::TakeOutcome;

class PgAuthorise : public ::testing::Test {
 protected:
  void SetUp() override {
    auto fleet = small_fleet();
    fleet.pools.front().timings.takeover_after = Millis{60'000};  // long enough for a slow machine
    fleet.pools.front().timings.freeze = Millis{70'000};
    ASSERT_TRUE(store_.oper().apply(fleet, {"alice", "test"}, false).has_value());
    ASSERT_TRUE(eventually([&] { return !job1_.report().frozen; }));
    held_ = job1_.take().epoch;
    job1_.report(mail, {{mail, held_}});
    job2_.report();
    job3_.report();
    const auto asked = store_.oper().request_flip(persons_flip(job2)).value();
    ASSERT_TRUE(asked.accepted) << asked.sentence;
    flip_ = asked.flip;
    store_.sql("update jobflip_data.flip set deadline = clock_timestamp() + interval '1 hour'");
  }

  /// The answer to a call whose transaction then stays open.
  std::string in_open_transaction(const std::string& login, const std::string& call) {
    open_ = std::make_unique<pqxx::connection>(store_.conninfo(login));
    pqxx::nontransaction session{*open_};
    session.exec("begin");
    try {
      const auto cell = session.exec("select " + call)[0][0];
      return cell.is_null() ? "null" : cell.as<std::string>();
    } catch (const pqxx::sql_error& error) {
      return error.what();
    }
  }
  /// The tables in which a session has a row locked.
  std::string locked() {
    std::string all;
    for (const std::string table : {"pool_owner", "pool", "node_beat", "flip", "audit_head"})
      if (store_.sql("select (select count(*) from (select from jobflip_data." + table +
                     " for update skip locked) x) = (select count(*) from jobflip_data." + table +
                     ")") != "t")
        all += table + " ";
    return all;
  }
  static std::string take_call(const core::TakeRequest& of) {
    return "jobflip.take('" + of.node.str() + "', '" + of.pool.str() + "', '" + of.attempt.text +
           "', '" + of.incarnation.text + "', " + std::to_string(of.epoch.value) + ", " +
           std::to_string(of.lease_beat.value) + ", " + std::to_string(of.stood_still.count()) +
           ", 9, false, 0, 'x', '" + of.instance.text + "', " + std::to_string(of.life) + ")";
  }
  std::string step(const NodeName& node, const std::string& event) {
    return "jobflip.step_flip('" + node.str() + "', " + std::to_string(flip_.value) + ", '" +
           event + "', '', " + std::to_string(held_.value) + ")";
  }
  std::string judge(Epoch epoch) {
    return "jobflip.record_flip_outcome('sup1', " + std::to_string(epoch.value) + ", " +
           std::to_string(flip_.value) + ", 'completed', '')";
  }
  core::TakeRequest take_by_stranger() {
    auto request = job3_.take_of();
    request.node = stranger;
    return request;
  }

  PgStore store_{shared_cluster(), PgStore::Database::own};
  OneNode job1_{job1, store_.settings("job1")};
  OneNode job2_{job2, store_.settings("job2")};
  OneNode job3_{job3, store_.settings("job3")};
  Epoch held_;
  FlipId flip_;
  std::unique_ptr<pqxx::connection> open_;
};

TEST_F(PgAuthorise, ARefusedStepOfAFlipLocksNothing) {
  EXPECT_EQ(in_open_transaction("job1", step(job1, "drain_begun")), "done");
  EXPECT_NE(locked(), "") << "a permitted call does lock, until its transaction ends";
  open_.reset();
  for (const std::string event :
       {"drain_begun", "started", "start_failed", "overdue", "nobody_looked", "completed"}) {
    EXPECT_EQ(in_open_transaction("stranger", step(stranger, event)), "not_yours") << event;
    EXPECT_EQ(locked(), "") << event;
  }
  EXPECT_EQ(in_open_transaction("job3", step(job3, "overdue")), "not_yours") << "not yet";
  EXPECT_EQ(locked(), "");
  EXPECT_EQ(in_open_transaction("job2", step(job2, "started")), "not_there") << "not yet";
  EXPECT_EQ(locked(), "");
}

TEST_F(PgAuthorise, ARefusedTakeOrReleaseLocksNothing) {
  const auto stranger_take = take_call(take_by_stranger());
  const auto no_time = take_call(job3_.take_of());
  EXPECT_NE(in_open_transaction("stranger", stranger_take).find("not_candidate"),
            std::string::npos);
  EXPECT_EQ(locked(), "");
  EXPECT_NE(in_open_transaction("job3", no_time).find("not_expired"), std::string::npos);
  EXPECT_EQ(locked(), "");
  EXPECT_EQ(
      in_open_transaction("job3", "jobflip.release('job3', 'mail', " + std::to_string(held_.value) +
                                      ", gen_random_uuid(), '')"),
      "not_holder");
  EXPECT_EQ(locked(), "");

  ASSERT_EQ(job1_.release(held_).value(), ReleaseOutcome::released);
  const auto of_released = take_call(take_by_stranger());
  EXPECT_NE(in_open_transaction("stranger", of_released).find("not_candidate"), std::string::npos);
  EXPECT_EQ(locked(), "");
  const auto kept_for_job2 = take_call(job3_.take_of());
  EXPECT_NE(in_open_transaction("job3", kept_for_job2).find("reserved"), std::string::npos);
  EXPECT_EQ(locked(), "");
  open_.reset();
  EXPECT_EQ(job2_.take().outcome, TakeOutcome::taken);
}

TEST_F(PgAuthorise, ASupervisorThatDoesNotLeadLocksNothing) {
  OneNode sup{sup1, store_.settings("sup1")};
  const auto leads = sup.take(supervisors).epoch;
  ASSERT_GT(leads.value, 0);
  EXPECT_EQ(in_open_transaction("sup1", judge(Epoch{leads.value - 1})), "f");
  EXPECT_EQ(locked(), "");
  EXPECT_EQ(in_open_transaction("sup1", judge(leads)), "t");
  EXPECT_NE(locked(), "") << "a permitted call does lock, until its transaction ends";
}

TEST_F(PgAuthorise, ANodeThatDoesNotEndItsTransactionIsEndedByATakeAndNamed) {
  ASSERT_EQ(job1_.release(held_).value(), ReleaseOutcome::released);
  const auto epoch = job2_.take().epoch;
  ASSERT_EQ(job2_.step_flip(flip_, FlipEvent::started, epoch), FlipStepOutcome::done);
  ASSERT_EQ(job2_.report().epoch, epoch);
  ASSERT_EQ(job2_.release(epoch).value(), ReleaseOutcome::released);
  const auto by_job3 = take_call(job3_.take_of());
  const auto by_job1 = job1_.take_of();
  EXPECT_NE(in_open_transaction("job3", by_job3).find("(taken"), std::string::npos);
  const auto taken = eventually([&] {
    const auto reply = job1_.ask(by_job1);
    return reply.has_value() && reply->outcome == TakeOutcome::taken;
  });
  EXPECT_TRUE(taken);
  EXPECT_NE(store_
                .sql("select payload from jobflip_data.audit_event where chain = 'mail' and kind = "
                     "'lease_taken' order by seq desc limit 1")
                .find("pid " + std::to_string(open_->backendpid()) + " login job3"),
            std::string::npos);
}

TEST_F(PgAuthorise, ABeatThatIsKeptWaitingEndsTheSessionThatDoesNotGoOn) {
  ASSERT_EQ(job1_.release(held_).value(), ReleaseOutcome::released);
  const auto other = job1_.take(paper).epoch;
  const auto by_job2 = take_call(job2_.take_of());
  job1_.report(paper, {{paper, other}});
  // It took mail from job1, whose next beat must report that: the row is locked until the commit.
  EXPECT_NE(in_open_transaction("job2", by_job2).find("(taken"), std::string::npos);
  EXPECT_FALSE(job1_.beat({{paper, other}}).has_value());
  EXPECT_TRUE(eventually([&] { return job1_.beat({{paper, other}}).has_value(); }));
  EXPECT_NE(store_
                .sql("select reason || payload from jobflip_data.audit_event where chain = "
                     "'jobflip.sessions' and kind = 'sessions_ended'")
                .find("login job2"),
            std::string::npos);
  EXPECT_EQ(job3_.report(paper).holder, job1);
}

}  // namespace
}  // namespace jobflip::test

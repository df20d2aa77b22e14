// A session that sits in a transaction with rows that others need keeps no supervisor and no
// operator from their calls: they end it, and the audit log names it.

#include <gmock/gmock.h>

#include <pqxx/pqxx>

#include "contract/one_node.hpp"

namespace jobflip::test {
namespace {

using ::testing::HasSubstr;

class PgHeldRows : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), by_, false).has_value());
    ASSERT_TRUE(eventually([&] { return !job1_.report().frozen; }));
    const Epoch held = job1_.take().epoch;
    job1_.report(mail, {{mail, held}});
    store_.sql(
        "update jobflip_data.pool_owner set state = 'held', holder = 'sup1', epoch = 7 "
        "where pool = 'jobflip.supervisor'");
  }
  /// Runs as that login, in a transaction that stays open and may idle for ever.
  void leave_open(const std::string& login, const std::string& statement) {
    session_ = std::make_unique<pqxx::connection>(store_.conninfo(login));
    pqxx::nontransaction{*session_}.exec("set idle_in_transaction_session_timeout = 0");
    open_ = std::make_unique<pqxx::work>(*session_);
    open_->exec(statement);
  }
  std::string ended() {
    return store_.sql("select payload from jobflip_data.audit_event where kind = 'sessions_ended'");
  }
  static core::FlipRequest automatic() {
    core::FlipRequest request;
    request.request = Uuid{"0a6e7c52-6d0e-4f6c-9a55-2f1d6a1c7b10"};
    request.pool = mail;
    request.by = {sup1, Epoch{7}, ""};
    request.stalled = true;
    request.reason = "a test";
    request.evidence = "{}";
    return request;
  }

  const core::OperatorContext by_{"ada", "a test"};
  PgStore store_{shared_cluster(), PgStore::Database::own};
  OneNode job1_{job1, store_.settings("job1")};
  std::unique_ptr<pqxx::connection> session_;
  std::unique_ptr<pqxx::work> open_;
};

TEST_F(PgHeldRows, OfAPoolKeepNoSupervisorFromAskingForAFlip) {
  leave_open("ops1", "select jobflip.deploy_start('mail', '4.2.1')");
  const auto answer = store_.supervisor(sup1).request_flip(automatic());
  ASSERT_TRUE(answer.has_value()) << answer.error().text;
  EXPECT_NE(answer->sentence, "") << "accepted, or refused by a rule";
  EXPECT_THAT(ended(), HasSubstr("ops1"));
}

TEST_F(PgHeldRows, OfAPoolKeepNoOperatorFromAChange) {
  leave_open("ops1", "select jobflip.deploy_start('mail', '4.2.1')");
  const auto paused = store_.oper().pause(mail, Millis{60'000}, by_);
  ASSERT_TRUE(paused.has_value()) << paused.error().text;
  EXPECT_TRUE(paused->changed);
  EXPECT_THAT(ended(), HasSubstr("ops1"));
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.deployment"), "0");
}

TEST_F(PgHeldRows, OfTheHeadOfAChainAreFreedToo) {
  leave_open("ops1", "select jobflip.drain('job2', true, '', 'a test')");
  const auto drained = store_.oper().drain(job2, true, by_);
  ASSERT_TRUE(drained.has_value()) << drained.error().text;
  EXPECT_TRUE(drained->changed);
}

TEST_F(PgHeldRows, OfASessionThatGoesOnAreWaitedFor) {
  EXPECT_EQ(store_.sql("select jobflip.free_rows()"), "free");
  EXPECT_EQ(ended(), "");
}

}  // namespace
}  // namespace jobflip::test

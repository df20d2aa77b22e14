// A session that sits in a transaction with rows that others need keeps no supervisor and no
// operator from their calls: they end it, and the audit log names it.

#include <gmock/gmock.h>

#include "contract/held_pool.hpp"

namespace jobflip::test {
namespace {

using ::testing::HasSubstr;

class PgHeldRows : public HeldPool {
 protected:
  void SetUp() override {
    HeldPool::SetUp();
    lead();
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

TEST_F(PgHeldRows, OfAPoolKeepNobodyFromApplyingAFleetOrMarkingADeployment) {
  leave_open("ops1", "select jobflip.deploy_start('mail', '4.2.1')");
  auto fleet = small_fleet();
  fleet.budget.flips = 7;
  const auto applied = store_.oper().apply(fleet, by_, false);
  ASSERT_TRUE(applied.has_value()) << applied.error().text;
  EXPECT_EQ(applied->size(), 1u);
  leave_open("ops1", "select jobflip.pause('mail', 60000, '', 'a test')");
  core::DeploymentMark mark;
  mark.pool = mail;
  mark.version = "4.2.2";
  const auto marked = store_.oper().mark_deployment(mark, by_);
  ASSERT_TRUE(marked.has_value()) << marked.error().text;
  EXPECT_TRUE(marked->changed);
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

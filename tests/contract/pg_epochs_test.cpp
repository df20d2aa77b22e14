// Epochs always rise. A claim by an agent's login raises them only once, no node is refused
// because of an epoch that the store itself gave, and there is a way back from the end of the
// numbers.

#include <gtest/gtest.h>

#include <pqxx/pqxx>

#include "contract/one_node.hpp"

namespace jobflip::test {
namespace {

using core::ReleaseOutcome;
using core::TakeOutcome;

constexpr std::int64_t kAhead = 1'000'000'000'000'000;  // the value of epoch_limit
constexpr std::int64_t kMinute = 60'000'000;

class PgEpochs : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    ASSERT_TRUE(eventually([&] { return !job1_.report().frozen; }));
  }

  std::int64_t now_us() {
    return std::stoll(
        store_.sql("select (extract(epoch from clock_timestamp()) * 1000000)::bigint"));
  }
  /// A take of the spare pool, and its release, by a node that claims to have seen `claim`.
  Result<core::TakeReply> cycle(std::int64_t claim) {
    if (claim > 0) job1_.remember(paper, Epoch{claim});
    const auto beat = job1_.beat();
    if (!beat) return beat.error();
    core::TakeReply reply;
    EXPECT_TRUE(eventually([&] {  // the claim starts a freeze
      reply = job1_.take(paper);
      return reply.outcome == TakeOutcome::taken;
    })) << reply.sentence;
    EXPECT_EQ(job1_.release(reply.epoch, paper).value(), ReleaseOutcome::released);
    return reply;
  }

  PgStore store_;
  OneNode job1_{job1, store_.settings("job1")};
  OneNode job2_{job2, store_.settings("job2")};
};

TEST_F(PgEpochs, AreLiftedByAClaimOnceAndNotAgain) {
  const auto first = cycle(now_us() + kAhead - kMinute);
  ASSERT_TRUE(first.has_value()) << "a plausible claim raises the floor: " << first.error().text;
  EXPECT_GT(first->epoch.value, kAhead);
  const auto second = cycle(first->epoch.value + kAhead - kMinute);
  ASSERT_TRUE(second.has_error()) << "lifted to " << second->epoch.value;
  EXPECT_EQ(second.error().code, ErrorCode::usage);
  EXPECT_NE(second.error().text.find("too far ahead of the clock"), std::string::npos)
      << second.error().text;
}

TEST_F(PgEpochs, ThatTheStoreGaveAreNeverRefusedHoweverFarAhead) {
  store_.sql("update jobflip_data.pool_owner set epoch = 3000000000000000000 where pool = 'paper'");
  const auto taken = cycle(0);
  ASSERT_TRUE(taken.has_value()) << taken.error().text;
  EXPECT_GT(taken->epoch.value, 3'000'000'000'000'000'000);
  job2_.remember(paper, taken->epoch);
  const auto beat = job2_.beat();
  EXPECT_TRUE(beat.has_value()) << beat.error().text;
  // After a promotion that lost takes, the node that saw them is believed.
  const Epoch lost{taken->epoch.value + 50'000'000};
  job2_.remember(paper, lost);
  const auto witness = job2_.beat();
  EXPECT_TRUE(witness.has_value()) << witness.error().text;
  core::TakeReply next;
  EXPECT_TRUE(eventually([&] {
    next = job2_.take(mail);
    return next.outcome == TakeOutcome::taken;
  })) << next.sentence;
  EXPECT_GT(next.epoch, lost);
}

TEST_F(PgEpochs, AtTheEndOfTheNumbersHaveAWayBackThatRepeatsNone) {
  const auto given = job1_.take(mail).epoch;
  ASSERT_EQ(job1_.release(given).value(), ReleaseOutcome::released);
  store_.sql("update jobflip_data.pool_owner set epoch = 4000000000000000000 where pool = 'mail'");
  const auto refused = job1_.ask(job1_.take_of(mail));
  ASSERT_TRUE(refused.has_error()) << "under epoch " << refused->epoch.value;
  EXPECT_EQ(store_.sql("select epoch from jobflip_data.pool_owner where pool = 'mail'"),
            "4000000000000000000");

  const std::string back = "select pool, epoch_was from jobflip.lower_epochs('they ran out')";
  EXPECT_THROW(store_.sql(back), std::runtime_error) << "an agent is connected";
  job1_ = OneNode{job1, store_.settings("job1")};
  job2_ = OneNode{job2, store_.settings("job2")};
  EXPECT_THROW(store_.sql(back), std::runtime_error) << "an agent sent a beat a moment ago";
  std::string lowered;
  EXPECT_TRUE(eventually([&] {
    try {
      lowered = store_.sql(back);
      return true;
    } catch (const std::runtime_error&) {
      return false;
    }
  }));
  EXPECT_EQ(lowered, "mail|4000000000000000000");
  EXPECT_EQ(store_.sql("select kind || ' ' || reason from jobflip_data.audit_event "
                       "where chain = 'mail' order by seq desc limit 1"),
            "epochs_lowered they ran out");

  EXPECT_TRUE(job1_.report().frozen) << "as after lost history";
  EXPECT_TRUE(eventually([&] { return !job1_.report().frozen; }));
  const auto again = job1_.take(mail);
  EXPECT_EQ(again.outcome, TakeOutcome::taken) << again.sentence;
  EXPECT_GT(again.epoch, given);
  EXPECT_LT(again.epoch.value, now_us() + kAhead);
}

}  // namespace
}  // namespace jobflip::test

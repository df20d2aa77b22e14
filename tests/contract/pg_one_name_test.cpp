// Two agents of one name. The second is accepted once the first has been silent long enough by the
// store's clock, which may have been set forward. The first one's leases do not belong to the
// second.

#include <gtest/gtest.h>

#include "contract/one_node.hpp"

namespace jobflip::test {
namespace {

using core::TakeOutcome;

class PgOneName : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    ASSERT_TRUE(eventually([&] { return !first_.report().frozen; }));
    held_ = first_.take().epoch;
    ASSERT_EQ(first_.report(mail, {{mail, held_}}).epoch, held_);
    let_anybody_in();
    ASSERT_EQ(second_.report().holder, job1) << "the second agent of the name is accepted";
  }
  /// The effect of a step of the store's clock: the last beat looks old.
  void let_anybody_in() {
    store_.sql("update jobflip_data.node_beat set beat_at = beat_at - interval '1 hour'");
  }
  static core::TakeReply asked(OneNode& node, const core::TakeRequest& request) {
    const auto reply = node.ask(request);
    return reply ? *reply : core::TakeReply{core::TakeOutcome::blocked, {}, reply.error().text};
  }
  core::TakeReply own_take(OneNode& node) {
    auto request = node.take_of();
    request.confirmed_empty = true;
    return asked(node, request);
  }

  PgStore store_;
  OneNode first_{job1, store_.settings("job1")};
  OneNode second_{job1, store_.settings("job1")};
  Epoch held_;
};

TEST_F(PgOneName, TheSecondTakesNothingAsItsOwnWithoutAWatch) {
  EXPECT_EQ(own_take(second_).outcome, TakeOutcome::not_expired);
  core::TakeReply taken;
  ASSERT_TRUE(eventually([&] {
    auto request = second_.take_of(mail, short_timings().takeover_after);
    taken = asked(second_, request);
    return taken.outcome == TakeOutcome::taken;
  })) << taken.sentence;
  EXPECT_GT(taken.epoch, held_);
  EXPECT_EQ(own_take(second_).outcome, TakeOutcome::taken) << "a lease that it took is its own";
}

TEST_F(PgOneName, TheSecondReleasesNothingThatTheFirstTook) {
  EXPECT_EQ(second_.release(held_).value(), core::ReleaseOutcome::not_holder);
  EXPECT_EQ(store_.sql("select state from jobflip_data.pool_owner where pool = 'mail'"), "held");
  let_anybody_in();
  ASSERT_EQ(first_.report().holder, job1) << "the first agent of the name is accepted again";
  EXPECT_EQ(first_.release(held_).value(), core::ReleaseOutcome::released);
}

}  // namespace
}  // namespace jobflip::test

// A restored dump of the store. Its holders hold their leases in the original, so no node may take
// anything in the copy until an operator declares it to be the store.

#include <gtest/gtest.h>

#include "contract/one_node.hpp"

namespace jobflip::test {
namespace {

using core::TakeOutcome;

class PgCopy : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    ASSERT_TRUE(eventually([&] { return !job1_.report().frozen; }));
    held_ = job1_.take().epoch;
    ASSERT_EQ(job1_.report(mail, {{mail, held_}}).epoch, held_);
    store_.cluster().pg().restore_dump(store_.sql("select current_database()"), "copied");
  }
  void TearDown() override { store_.cluster().pg().sql("drop database copied with (force)"); }

  std::string copied(const std::string& statements) {
    return store_.cluster().pg().sql(statements, "copied");
  }
  store::StoreSettings settings(const std::string& login) {
    return settings_for(store_.cluster().pg().conninfo(login, "copied"));
  }

  PgStore store_{shared_cluster(), PgStore::Database::own};
  OneNode job1_{job1, store_.settings("job1")};
  Epoch held_;
};

TEST_F(PgCopy, NobodyTakesAPoolInARestoredDumpHoweverLongItIsWatched) {
  OneNode lost{job2, settings("job2")};
  lost.report();
  copied(
      "select jobflip.current_incarnation(); update jobflip_data.incarnation set seen_at = "
      "'2000-01-01'");
  ASSERT_TRUE(
      eventually([&] { return lost.take(mail, Millis{60'000}).outcome == TakeOutcome::frozen; }));
  EXPECT_TRUE(lost.report().frozen);
  EXPECT_EQ(lost.report(paper).frozen, true)
      << "the same for a pool that no node holds in the copy";
  EXPECT_NE(lost.take(mail, Millis{60'000}).sentence.find("a copy"), std::string::npos);
  const auto reader = store::open_reader_store(settings("reader1"));
  const auto snapshot = reader->snapshot().value();
  EXPECT_TRUE(snapshot.copied);
  EXPECT_EQ(snapshot.pools.at(0).frozen_for, short_timings().freeze) << "it does not count down";
  EXPECT_FALSE(store_.reader().snapshot().value().copied) << "the original must be unaffected";
  EXPECT_EQ(job1_.report(mail, {{mail, held_}}).epoch, held_);
}

TEST_F(PgCopy, TheStoreSaysWhyNobodyMayBeFlippedInACopy) {
  const auto oper = store::open_operator_store(settings("ops1"));
  OneNode target{job2, settings("job2")};
  target.report();
  core::FlipRequest request;
  request.request = random_uuid();
  request.pool = mail;
  request.by.claimed_name = "alice";
  request.to = job2;
  request.reason = "by hand";
  const auto answer = oper->request_flip(request).value();
  EXPECT_NE(answer.sentence.find("--accept-copy"), std::string::npos) << answer.sentence;
}

TEST_F(PgCopy, AnOperatorMakesItTheStoreAfterAFreezeAndIsInTheAudit) {
  const auto admin = store::open_schema_admin(settings("postgres"));
  EXPECT_EQ(admin->accept_copy().value(), true);
  EXPECT_EQ(admin->accept_copy().value(), false) << "once";
  OneNode node{job2, settings("job2")};
  EXPECT_EQ(node.take().outcome, TakeOutcome::frozen)
      << "a node that stops late has this much time";
  core::TakeReply taken;
  EXPECT_TRUE(eventually([&] {
    taken = node.take(mail, short_timings().takeover_after);
    return taken.outcome == TakeOutcome::taken;
  })) << taken.sentence;
  EXPECT_GT(taken.epoch, held_);
  EXPECT_EQ(copied("select count(*) from jobflip_data.audit_event where kind = 'store_event' "
                   "and reason like 'this copy is now the store%'"),
            "1");
}

TEST_F(PgCopy, OnlyTheOwnerMayAcceptACopy) {
  for (const auto* login : {"job1", "sup1", "ops1", "reader1", "worker1", "nobody1"}) {
    const auto accepted = store::open_schema_admin(settings(login))->accept_copy();
    EXPECT_TRUE(accepted.has_error()) << login;
  }
  EXPECT_EQ(copied("select jobflip.is_copy(jobflip.system_of_store())"), "t");
}

}  // namespace
}  // namespace jobflip::test

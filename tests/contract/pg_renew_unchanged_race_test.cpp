// Short beats next to changes in progress, other sessions and older calls.

#include <gtest/gtest.h>

#include <pqxx/pqxx>
#include <thread>

#include "contract/pg_renew_unchanged.hpp"

namespace jobflip::test {
namespace {

TEST_F(PgRenewUnchanged, ABeatThatWaitsForATakeShowsIt) {
  pqxx::connection other{store_.conninfo("postgres")};
  pqxx::work take{other};  // like a take: the owner, the pool, the holder's beat, then the change
  take.exec("select from jobflip_data.pool_owner where pool = 'mail' for update");
  take.exec("select from jobflip_data.pool where name = 'mail' for update");
  take.exec("select from jobflip_data.node_beat where node = 'job1' for update");
  take.exec(
      "update jobflip_data.pool_owner set holder = 'job2', epoch = epoch + 1 where pool = 'mail'");
  core::PoolReport report;
  std::jthread beating{[&] { report = mail_report(); }};
  EXPECT_TRUE(eventually([&] { return store_.waits_for_lock("job1"); }));
  take.commit();
  beating.join();
  EXPECT_EQ(report.holder, job2);
}

TEST_F(PgRenewUnchanged, InAnotherSessionAllIsSaidAnew) {
  end_sessions_of_job1();
  EXPECT_FALSE(store_.agent(job1).beat(request_).has_value()) << "its session was ended";
  EXPECT_FALSE(is_short());
  EXPECT_TRUE(is_short());
  end_sessions_of_job1();
  const auto epoch = request_.renewals[0].epoch;
  EXPECT_FALSE(store_.agent(job1).release({job1, mail, epoch, random_uuid(), "a test"}));
  EXPECT_EQ(store_.agent(job1).release({job1, mail, Epoch{}, random_uuid(), "a test"}).value(),
            core::ReleaseOutcome::not_holder);
  EXPECT_FALSE(is_short()) << "other calls noticed the ended session and opened a new one";
}

TEST_F(PgRenewUnchanged, DoesNotWaitForAChangeThatIsUnderWayAndTheNextOneShowsIt) {
  pqxx::connection ops{store_.conninfo("ops1")};
  pqxx::work change{ops};
  change.exec("select jobflip.pause('mail', 60000, 'alice', 'a test')");
  EXPECT_TRUE(is_short());
  EXPECT_FALSE(mail_report().paused);
  change.commit();
  EXPECT_TRUE(mail_report().paused);
}

TEST_F(PgRenewUnchanged, AChangeThatAFullBeatDidNotSeeIsSeenByTheNextBeat) {
  store_.sql("update jobflip_data.node_beat set full_beat_number = 0 where node = 'job1'");
  pqxx::connection job1_session{store_.conninfo("job1")};
  pqxx::work full{job1_session};  // has read mail's row, and is not yet committed
  full.exec("select jobflip.beat('job1', '" + kInstance.text +
            "', '{mail:" + std::to_string(request_.renewals[0].epoch.value) +
            ",paper:" + std::to_string(request_.renewals[1].epoch.value) +
            "}', '{mail,paper}', '', '{}', '{}', 0, '{}')");
  std::jthread pausing{[&] {
    EXPECT_TRUE(store_.oper().pause(mail, Millis{60'000}, {"alice", "a test"}).has_value());
  }};
  EXPECT_TRUE(eventually([&] { return store_.waits_for_lock("ops1"); }));
  full.commit();
  pausing.join();
  EXPECT_EQ(full_beat_of_job1(), "0");
}

TEST_F(PgRenewUnchanged, WhatAnOlderCallSaidInBetweenIsSaidAnew) {
  pqxx::connection late{store_.conninfo("job1")};
  pqxx::nontransaction session{late};
  session.exec("select jobflip.beat('job1', '" + kInstance.text +
               "', '{}', '{}', 'late', '{}', '{}', 0, '{}')");
  beat();
  EXPECT_EQ(
      store_.sql("select cardinality(renewals) || not_ready_reason from jobflip_data.node_beat "
                 "where node = 'job1'"),
      "2");
}

}  // namespace
}  // namespace jobflip::test

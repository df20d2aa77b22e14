// A server is stopped cleanly and started with an older copy of its files. The marker of its
// history is intact: only the agents' memory reveals it.

#include <gtest/gtest.h>

#include <limits>

#include "contract/pg_set_back.hpp"

namespace jobflip::test {
namespace {

using core::TakeOutcome;

TEST_F(PgSetBack, AHigherEpochThatAnAgentHasSeenFreezesEveryPoolAndIsRecorded) {
  const auto held = job1_.take().epoch;
  job1_.report(mail, {{mail, held}});
  copy_files();
  job1_.report(mail, {{mail, held}});
  ASSERT_EQ(job1_.release(held).value(), core::ReleaseOutcome::released);
  const auto lost = job2_.take();
  ASSERT_EQ(lost.outcome, TakeOutcome::taken) << lost.sentence;
  job2_.report(mail, {{mail, lost.epoch}});
  job1_.report();
  const auto incarnation = job1_.incarnation();
  put_copy_back();

  const auto report = job1_.report();
  EXPECT_EQ(report.holder, job1) << "according to the older files";
  EXPECT_TRUE(report.frozen);
  EXPECT_NE(job1_.incarnation(), incarnation);
  EXPECT_EQ(own_take(job1_).outcome, TakeOutcome::frozen);
  OneNode job3_{job3, store_.settings("job3")};
  EXPECT_EQ(job3_.take(paper).outcome, TakeOutcome::frozen) << "whatever else was lost";
  EXPECT_NE(
      store_events().find("job1: a claim that the store was set back: node job1 claims epoch " +
                          std::to_string(lost.epoch.value) + " of pool mail; the store has " +
                          std::to_string(held.value)),
      std::string::npos)
      << store_events();
  EXPECT_NE(store_.sql("select set_back from jobflip.snapshot_store()").find("node job1 claims"),
            std::string::npos);
  const auto after = job1_.incarnation();
  job2_.report();
  EXPECT_EQ(job2_.incarnation(), after) << "one report is enough";
  core::TakeReply next;
  EXPECT_TRUE(eventually([&] {
    next = own_take(job1_);
    return next.outcome == TakeOutcome::taken;
  })) << next.sentence;
  EXPECT_GT(next.epoch, lost.epoch);
}

TEST_F(PgSetBack, ALowerNumberOfItsOwnBeatIsEnoughForAnAgent) {
  job2_.report();
  copy_files();
  for (int i = 0; i < 3; ++i) job2_.report();
  put_copy_back();
  EXPECT_TRUE(job2_.report().frozen);
  EXPECT_NE(store_events().find("job2: a claim that the store was set back: node job2 "
                                "claims that its beat"),
            std::string::npos)
      << store_events();
}

TEST_F(PgSetBack, AFreePoolOfOlderFilesIsNotTakenBeforeWhoeverWorksHasHadTimeToSpeak) {
  job1_.report();
  copy_files();
  const auto lost = take_in_time(job2_);
  put_copy_back();
  OneNode fresh{job3, store_.settings("job3")};  // with an empty memory
  EXPECT_EQ(fresh.take().outcome, TakeOutcome::not_expired);
  EXPECT_TRUE(job2_.report(mail, {{mail, lost.epoch}}).frozen)
      << "an active node reports its epoch";
  EXPECT_EQ(fresh.take().outcome, TakeOutcome::frozen);
}

TEST_F(PgSetBack, EpochsRiseEvenIfNoAgentRemembersThem) {
  job1_.report();
  copy_files();
  const auto lost = take_in_time(job2_);
  put_copy_back();
  OneNode fresh{job3, store_.settings("job3")};
  core::TakeReply next;
  EXPECT_TRUE(eventually([&] {
    next = fresh.take();
    return next.outcome == TakeOutcome::taken;
  })) << next.sentence;
  EXPECT_GT(next.epoch, lost.epoch);
}

TEST_F(PgSetBack, ACleanRestartFreezesNothingAndAHolderContinuesAndHandsOverAtOnce) {
  const auto held = job1_.take().epoch;
  job1_.report(mail, {{mail, held}});
  const auto incarnation = job1_.incarnation();
  cluster().pg().stop("fast");
  cluster().pg().start();
  const auto report = job1_.report(mail, {{mail, held}});
  EXPECT_FALSE(report.frozen);
  EXPECT_EQ(report.epoch, held);
  EXPECT_EQ(job1_.incarnation(), incarnation);
  ASSERT_EQ(job1_.release(held).value(), core::ReleaseOutcome::released);
  EXPECT_EQ(job2_.take().outcome, TakeOutcome::taken) << "released since the start";
  EXPECT_EQ(store_events(), "");
}

TEST_F(PgSetBack, AnAgentThatLiesFreezesOnceInALifeOfTheServerAndIsNamed) {
  const auto lie = [&](std::vector<core::SeenEpoch> seen, std::int64_t beat) {
    return claim(job3, std::move(seen), beat);
  };
  ASSERT_TRUE(lie({}, 0).has_value());
  EXPECT_FALSE(job1_.report().frozen);
  ASSERT_TRUE(lie({{supervisors, Epoch{1'900'000'000'000'000}}}, 0).has_value());
  EXPECT_FALSE(job1_.report().frozen) << "a claim about another node's pool";
  ASSERT_TRUE(lie({}, std::numeric_limits<std::int64_t>::max()).has_value());
  EXPECT_TRUE(job1_.report().frozen);
  const auto until = store_.sql("select seen_at from jobflip_data.incarnation");
  ASSERT_TRUE(lie({}, std::numeric_limits<std::int64_t>::max() - 1).has_value());
  ASSERT_TRUE(lie({{mail, Epoch{1'900'000'000'000'000}}}, 0).has_value());
  EXPECT_EQ(store_.sql("select seen_at from jobflip_data.incarnation"), until);
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.audit_event "
                       "where kind = 'store_event' and node = 'job3' and login = 'job3'"),
            "2")
      << "the freeze, and the raised epochs";
  const auto absurd = lie({{mail, Epoch{std::numeric_limits<std::int64_t>::max() / 10}}}, 0);
  ASSERT_TRUE(absurd.has_error());
  EXPECT_EQ(absurd.error().code, ErrorCode::usage) << absurd.error().text;
}

TEST_F(PgSetBack, EpochsClaimedWithoutEndAreAllLiftedAndAreFewEvents) {
  constexpr int kClaims = 200;
  constexpr std::int64_t kFirst = 1'900'000'000'000'000;
  ASSERT_TRUE(claim(job3, {}, std::numeric_limits<std::int64_t>::max()).has_value());
  ASSERT_TRUE(job1_.report().frozen);
  const auto base = [&] {
    return std::stoll(store_.sql("select epoch from jobflip_data.epoch_base"));
  };
  const auto recorded = [&](const std::string& what) {
    return std::stoi(store_.sql("select " + what +
                                " from jobflip_data.audit_event where chain = "
                                "'jobflip.refusals' and kind = 'store_event' and login = 'job3'"));
  };
  std::int64_t claimed = kFirst;
  for (int i = 0; i < kClaims; ++i) {
    ASSERT_TRUE(claim(job3, {{mail, Epoch{claimed}}}, 0).has_value());
    ASSERT_GT(base(), claimed) << "recorded or not, a claim counts";
    claimed = base() + 1;
  }
  EXPECT_GE(recorded("count(*)"), 10);
  EXPECT_LE(recorded("count(*)"), 30) << "10 a minute, however long the calls took";
  store_.sql("update jobflip_data.refusal_count set since = since - interval '2 minutes'");
  ASSERT_TRUE(claim(job3, {{mail, Epoch{claimed}}}, 0).has_value());
  EXPECT_EQ(recorded("count(*) + sum((payload::jsonb ->> 'not_recorded')::bigint)"), kClaims + 1)
      << "each claim is an event or is counted in one";
}

TEST_F(PgSetBack, ANodeWithoutAPoolHasNoBeatsThatCount) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  ASSERT_TRUE(claim(stranger, {}, kMost).has_value());
  EXPECT_FALSE(job1_.report().frozen);
  EXPECT_EQ(store_events(), "");
  ASSERT_TRUE(claim(job3, {}, kMost).has_value());
  EXPECT_TRUE(job1_.report().frozen) << "the same claim of a candidate";
}

}  // namespace
}  // namespace jobflip::test

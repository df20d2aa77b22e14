// A server that is stopped cleanly, and started with an older copy of its files: the marker of its
// history is there. What shows it is what agents remember.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <limits>

#include "contract/one_node.hpp"

namespace jobflip::test {
namespace {

namespace fs = std::filesystem;
using core::TakeOutcome;

class PgSetBack : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    ASSERT_TRUE(eventually([&] { return !job1_.report().frozen; }));
  }

  static StoreCluster& cluster() {
    // no power is cut here: what the kernel was given is safe
    static StoreCluster own{init_schema, {"fsync = off"}};
    return own;
  }
  fs::path data() { return fs::path{cluster().pg().folder()} / "data"; }
  fs::path copy() { return fs::path{cluster().pg().folder()} / "copy"; }
  void copy_files() {
    cluster().pg().stop("fast");
    fs::remove_all(copy());
    const auto command = "cp -a " + data().string() + " " + copy().string();  // owners, too
    ASSERT_EQ(std::system(command.c_str()), 0);
    cluster().pg().start();
  }
  void put_copy_back() {
    cluster().pg().stop("fast");
    fs::remove_all(data());
    fs::rename(copy(), data());
    cluster().pg().start();
  }
  /// The server was started a moment ago.
  static core::TakeReply take_in_time(OneNode& node) {
    core::TakeReply taken;
    EXPECT_TRUE(eventually([&] {
      taken = node.take();
      return taken.outcome == TakeOutcome::taken;
    })) << taken.sentence;
    return taken;
  }
  core::TakeReply own_take(OneNode& node) {
    auto request = node.take_of();
    request.confirmed_empty = true;
    const auto reply = node.ask(request);
    return reply ? *reply : core::TakeReply{TakeOutcome::blocked, {}, reply.error().text};
  }
  /// A beat of that node, with whatever it says that it has seen.
  Result<core::BeatReply> claim(const NodeName& node, std::vector<core::Vouch> seen,
                                std::int64_t beat) {
    core::BeatRequest request;
    request.node = node;
    request.instance = Uuid{"30000000-0000-4000-8000-000000000000"};
    request.ready = {mail, paper};
    request.seen = std::move(seen);
    request.seen_beat = BeatNumber{beat};
    return store_.agent(node).beat(request);
  }
  std::string store_events() {
    return store_.sql(
        "select coalesce(string_agg(node || ': ' || reason, E'\\n' order by seq), '') "
        "from jobflip_data.audit_event where kind = 'store_event' and node is not null");
  }

  PgStore store_{cluster(), PgStore::Database::own};
  OneNode job1_{job1, store_.settings("job1")};
  OneNode job2_{job2, store_.settings("job2")};
};

TEST_F(PgSetBack, AHigherEpochThatAnAgentHasSeenFreezesEveryPoolAndIsSaid) {
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
  EXPECT_EQ(report.holder, job1) << "by the older files";
  EXPECT_TRUE(report.frozen);
  EXPECT_NE(job1_.incarnation(), incarnation);
  EXPECT_EQ(own_take(job1_).outcome, TakeOutcome::frozen);
  OneNode job3_{job3, store_.settings("job3")};
  EXPECT_EQ(job3_.take(paper).outcome, TakeOutcome::frozen) << "whatever else was lost";
  EXPECT_NE(store_events().find("job1: a claim that the store was set back: node job1 says it has "
                                "seen epoch " +
                                std::to_string(lost.epoch.value) + " of pool mail; the store has " +
                                std::to_string(held.value)),
            std::string::npos)
      << store_events();
  EXPECT_NE(store_.sql("select set_back from jobflip.snapshot_store()").find("node job1 says"),
            std::string::npos);
  const auto after = job1_.incarnation();
  job2_.report();
  EXPECT_EQ(job2_.incarnation(), after) << "said once, it is known";
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
  EXPECT_NE(store_events().find("job2: a claim that the store was set back: node job2 says "
                                "its beat"),
            std::string::npos)
      << store_events();
}

TEST_F(PgSetBack, AFreePoolOfOlderFilesIsNotTakenBeforeWhoeverWorksHasHadTimeToSpeak) {
  job1_.report();
  copy_files();
  const auto lost = take_in_time(job2_);
  put_copy_back();
  OneNode fresh{job3, store_.settings("job3")};  // remembers nothing
  EXPECT_EQ(fresh.take().outcome, TakeOutcome::not_expired);
  EXPECT_TRUE(job2_.report(mail, {{mail, lost.epoch}}).frozen) << "it works, and speaks";
  EXPECT_EQ(fresh.take().outcome, TakeOutcome::frozen);
}

TEST_F(PgSetBack, NobodyThatRemembersIsLeftAndEpochsRiseAllTheSame) {
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

TEST_F(PgSetBack, ACleanRestartFreezesNothingAndAHolderGoesOnAndHandsOverAtOnce) {
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
  const auto lie = [&](std::vector<core::Vouch> seen, std::int64_t beat) {
    return claim(job3, std::move(seen), beat);
  };
  ASSERT_TRUE(lie({}, 0).has_value());
  EXPECT_FALSE(job1_.report().frozen);
  ASSERT_TRUE(lie({{supervisors, Epoch{1'900'000'000'000'000}}}, 0).has_value());
  EXPECT_FALSE(job1_.report().frozen) << "of a pool that is not its own";
  ASSERT_TRUE(lie({}, std::numeric_limits<std::int64_t>::max()).has_value());
  EXPECT_TRUE(job1_.report().frozen);
  const auto until = store_.sql("select seen_at from jobflip_data.incarnation");
  ASSERT_TRUE(lie({}, std::numeric_limits<std::int64_t>::max() - 1).has_value());
  ASSERT_TRUE(lie({{mail, Epoch{1'900'000'000'000'000}}}, 0).has_value());
  EXPECT_EQ(store_.sql("select seen_at from jobflip_data.incarnation"), until);
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.audit_event "
                       "where kind = 'store_event' and node = 'job3' and login = 'job3'"),
            "2")
      << "the freeze, and the epochs that were lifted";
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
  EXPECT_EQ(recorded("count(*) + sum((payload::jsonb ->> 'passed_over')::bigint)"), kClaims + 1)
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

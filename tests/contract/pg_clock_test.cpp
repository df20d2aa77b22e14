// The store's clock can't be trusted: it steps forward and back, and its time zone changes its
// offset. Runs on its own cluster, whose wall clock the test sets (libfaketime).

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "contract/one_node.hpp"
#include "jobflip/audit/chain_walk.hpp"

namespace jobflip::test {
namespace {

using core::TakeOutcome;

constexpr const char* kLibrary = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

/// The offset of that cluster's wall clock, in a file that libfaketime reads each time it is
/// asked.
class WallClock {
 public:
  WallClock() {
    std::string path = "/tmp/jobflip-clock-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("mkdtemp");
    folder_ = path;
    chmod(path.c_str(), 0755);
    step_to("+0");
  }
  ~WallClock() { std::filesystem::remove_all(folder_); }
  WallClock(const WallClock&) = delete;
  WallClock& operator=(const WallClock&) = delete;

  void step_to(const std::string& offset) {
    const std::string made = folder_ + "/new";
    std::ofstream{made} << offset << "\n";
    std::filesystem::rename(made, folder_ + "/offset");  // replaced atomically
  }

  std::vector<std::string> launcher() const {
    return {"/usr/bin/env",
            std::string{"LD_PRELOAD="} + kLibrary,
            "FAKETIME_TIMESTAMP_FILE=" + folder_ + "/offset",
            "FAKETIME_NO_CACHE=1",
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
            "DONT_FAKE_MONOTONIC=1"};
  }

 private:
  std::string folder_;
};

class PgClock : public ::testing::Test {
 protected:
  static WallClock& wall_clock() {
    static WallClock clock;
    return clock;
  }
  static StoreCluster& cluster() {
    wall_clock();  // created first, so that it outlives the cluster
    static StoreCluster own{init_schema, {}, wall_clock().launcher()};
    return own;
  }

  void SetUp() override {
    if (!std::filesystem::exists(kLibrary))
      GTEST_SKIP() << "libfaketime is not installed: " << kLibrary << " is missing";
    wall_clock().step_to("+0");
    store_ = std::make_unique<PgStore>(cluster(), PgStore::Database::own);
    ASSERT_TRUE(store_->oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    job1_ = std::make_unique<OneNode>(job1, store_->settings("job1"));
    job2_ = std::make_unique<OneNode>(job2, store_->settings("job2"));
    held_ = job1_->take().epoch;
    ASSERT_GT(held_.value, 0);
    ASSERT_EQ(job1_->report(mail, {{mail, held_}}).holder, job1);
  }
  void TearDown() override { wall_clock().step_to("+0"); }

  /// The cluster's own clock, in whole seconds, to detect that a step has taken effect.
  long long store_seconds() {
    return std::stoll(store_->sql("select extract(epoch from clock_timestamp())::bigint"));
  }
  void step(const std::string& offset, long long seconds) {
    const auto before = store_seconds();
    wall_clock().step_to(offset);
    ASSERT_NEAR(static_cast<double>(store_seconds() - before), static_cast<double>(seconds), 5);
  }

  std::unique_ptr<PgStore> store_;
  std::unique_ptr<OneNode> job1_;
  std::unique_ptr<OneNode> job2_;
  Epoch held_;
  const Millis after_ = short_timings().takeover_after;
};

TEST_F(PgClock, AStepForwardLetsNobodyTakeBeforeItsOwnWatchIsOver) {
  step("+20", 20);
  // By the store's clock the lease ran out long ago.
  EXPECT_EQ(job2_->take(mail, Millis{0}).outcome, TakeOutcome::not_expired);
  EXPECT_EQ(job2_->take(mail, after_ - Millis{1}).outcome, TakeOutcome::not_expired);
  const auto report = job2_->report();
  EXPECT_EQ(report.holder, job1);
  EXPECT_EQ(report.epoch, held_);
  EXPECT_EQ(job2_->take(mail, after_).outcome, TakeOutcome::taken);
}

TEST_F(PgClock, AStepForwardTakesNothingFromAHolderThatBeats) {
  auto request = job2_->take_of(mail, after_);
  step("+20", 20);
  ASSERT_EQ(job1_->report(mail, {{mail, held_}}).holder, job1);
  EXPECT_EQ(job2_->ask(request).value().outcome, TakeOutcome::moved);
}

TEST_F(PgClock, AStepBackOfAnHourDelaysATakeoverToThreeWatchesAndIsRecordedInTheAudit) {
  step("-3600", -3600);
  EXPECT_EQ(job2_->take(mail, after_).outcome, TakeOutcome::not_expired);
  EXPECT_EQ(job2_->take(mail, 3 * after_ - Millis{1}).outcome, TakeOutcome::not_expired);
  const auto taken = job2_->take(mail, 3 * after_);
  ASSERT_EQ(taken.outcome, TakeOutcome::taken) << taken.sentence;
  EXPECT_GT(taken.epoch, held_) << "epochs rise although the clock went back";
  EXPECT_EQ(store_->sql("select kind || ' ' || (payload::jsonb ->> 'clock_fault') from "
                        "jobflip_data.audit_event where chain = 'mail' and kind = 'takeover'"),
            "takeover true");
}

TEST_F(PgClock, AStepBackReordersNoEvent) {
  const auto paused = [&](const std::string& why) {
    return store_->oper().pause(mail, Millis{60'000}, {"alice", why}).has_value();
  };
  ASSERT_TRUE(paused("before"));
  step("-3600", -3600);
  ASSERT_TRUE(paused("after"));
  EXPECT_EQ(store_->sql("select string_agg(reason, ' ' order by seq) || ' ' || "
                        "(max(at) filter (where reason = 'after') < "
                        "max(at) filter (where reason = 'before')) "
                        "from jobflip_data.audit_event where chain = 'mail' and kind = 'paused'"),
            "before after true");
  const auto listed = store_->reader().audit({"mail", 0, 1000, false}).value();
  const auto heads = store_->reader().audit_heads().value();
  ASSERT_GE(listed.size(), 2u);
  EXPECT_EQ(listed[listed.size() - 2].reason, "before");
  audit::ChainWalk walk{"mail"};
  EXPECT_FALSE(walk.feed(listed));
}

TEST_F(PgClock, AHolderContinuesThroughAStepEitherWay) {
  for (const auto& [offset, seconds] :
       {std::pair<const char*, long long>{"+100000", 100'000}, {"-100000", -200'000}}) {
    step(offset, seconds);
    const auto report = job1_->report(mail, {{mail, held_}});
    EXPECT_EQ(report.holder, job1) << offset;
    EXPECT_EQ(report.epoch, held_) << offset;
    EXPECT_EQ(job2_->take(mail, after_).outcome, TakeOutcome::not_expired) << offset;
  }
}

// Durations count seconds, never days: at the end of summer time a day has 25 hours.
TEST_F(PgClock, TheEndOfSummerTimeInAnyZoneMovesNoLeaseAndNoFreeze) {
  struct Zone {
    const char* name;
    const char* just_before;  // UTC
  };
  for (const auto& zone :
       {Zone{"America/New_York", "2026-11-01 05:59:59"},
        Zone{"Australia/Lord_Howe", "2026-04-04 14:59:59"}, Zone{"UTC", "2026-04-04 14:59:59"}}) {
    const auto offset = std::stoll(store_->sql("select extract(epoch from timestamptz '" +
                                               std::string{zone.just_before} +
                                               "+00' - clock_timestamp())::bigint"));
    PgStore store{cluster(), PgStore::Database::own};
    wall_clock().step_to((offset < 0 ? "" : "+") + std::to_string(offset));
    ASSERT_TRUE(store.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    const auto settings = [&](const std::string& login) {
      auto made = store.settings(login);
      made.conninfo += std::string{" options='-c timezone="} + zone.name + "'";
      return made;
    };
    OneNode one{job1, settings("job1")};
    OneNode two{job2, settings("job2")};
    const auto epoch = one.take().epoch;
    ASSERT_EQ(one.report(mail, {{mail, epoch}}).epoch, epoch) << zone.name;
    EXPECT_EQ(two.take(mail, after_).outcome, TakeOutcome::not_expired) << zone.name;
    EXPECT_TRUE(eventually([&] { return two.take(mail, after_).outcome == TakeOutcome::taken; }))
        << zone.name << ": the lease did not last its exact length";
    store.lose_history();
    EXPECT_EQ(two.take(paper).outcome, TakeOutcome::frozen) << zone.name;
    EXPECT_TRUE(eventually([&] { return two.take(paper).outcome == TakeOutcome::taken; }))
        << zone.name << ": the freeze did not last its exact length";
    wall_clock().step_to("+0");
  }
}

}  // namespace
}  // namespace jobflip::test

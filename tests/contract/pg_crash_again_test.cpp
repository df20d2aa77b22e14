// Many crashes, at any moment: a change and its event must both exist or both be missing, and no
// number of crashes may produce a second holder.

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <pqxx/pqxx>
#include <random>
#include <thread>
#include <utility>

#include "contract/one_node.hpp"
#include "jobflip/audit/chain_walk.hpp"

namespace jobflip::test {
namespace {

using core::ReleaseOutcome;
using core::TakeOutcome;

class PgCrashAgain : public ::testing::Test {
 protected:
  static StoreCluster& cluster() {
    // The machine itself doesn't crash here: data that the kernel has is safe, and recovery need
    // not flush all of it.
    static StoreCluster own{init_schema, {"fsync = off"}};
    return own;
  }
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    ASSERT_TRUE(eventually([&] { return !job1_.report().frozen; }));
  }

  std::string store_events() {
    return store_.sql("select count(*) from jobflip_data.audit_event where kind = 'store_event'");
  }
  /// Kills one session, so that the server discards its shared memory. Returns when the server is
  /// back.
  void kill_a_backend() {
    pqxx::connection victim{store_.conninfo("reader1")};
    const auto other = store_.sql("select min(pid) from pg_stat_activity where usename = 'job1'");
    ASSERT_EQ(kill(victim.backendpid(), SIGKILL), 0);
    // Until the postmaster has noticed, the other sessions continue normally.
    if (!other.empty()) {
      const auto pid = static_cast<pid_t>(std::stol(other));
      ASSERT_TRUE(eventually([&] { return kill(pid, 0) != 0; }));
    }
    ASSERT_TRUE(eventually([&] {
      try {
        return store_.sql("select 1") == "1";
      } catch (const std::runtime_error&) {
        return false;
      }
    }));
  }

  /// Changes that the test's trigger recorded and the audit did not, or the other way round.
  std::string unmatched() {
    return store_.sql(R"(
    with changed as (
      select epoch, case state when 'held' then 'lease_taken' else 'lease_released' end as kind
      from public.changes),
    recorded as (select epoch, kind from jobflip_data.audit_event where kind like 'lease%')
    select count(*) from ((table changed except all table recorded) union all
                          (table recorded except all table changed)) different)");
  }
  void expect_whole_chain() {
    audit::ChainWalk walk{"mail"};
    for (;;) {
      const auto page = store_.reader().audit({"mail", walk.last_seq(), 500, false}).value();
      if (page.empty()) break;
      ASSERT_FALSE(walk.feed(page)) << walk.flaw()->why;
    }
  }

  PgStore store_{cluster(), PgStore::Database::own};
  OneNode job1_{job1, store_.settings("job1")};
  OneNode job2_{job2, store_.settings("job2")};
};

TEST_F(PgCrashAgain, AnAcknowledgedTakeOutlivesEveryImmediateStop) {
  Epoch last;
  for (int round = 0; round < 4; ++round) {
    core::TakeReply taken;  // the freeze may end before job1 has been in touch for long enough
    ASSERT_TRUE(eventually([&] { return (taken = job1_.take()).outcome == TakeOutcome::taken; }))
        << taken.sentence;
    EXPECT_GT(taken.epoch, last);
    last = taken.epoch;
    cluster().pg().stop("immediate");
    cluster().pg().start();
    const auto report = job2_.report();
    EXPECT_EQ(report.holder, job1);
    EXPECT_EQ(report.epoch, taken.epoch);
    EXPECT_TRUE(report.frozen);
    ASSERT_TRUE(
        eventually([&] { return job1_.release(last).has_value() && !job1_.report().frozen; }));
  }
}

TEST_F(PgCrashAgain, AHolderKeepsItsLeaseThroughACrashLoopOfTheServer) {
  const auto held = job1_.take().epoch;
  ASSERT_EQ(job1_.report(mail, {{mail, held}}).epoch, held);
  const auto before = std::stoi(store_events());
  constexpr int kCrashes = 5;
  for (int crash = 1; crash <= kCrashes; ++crash) {
    kill_a_backend();
    const auto mine = job1_.report(mail, {{mail, held}});
    EXPECT_EQ(mine.epoch, held) << "a beat is served in the freeze";
    EXPECT_TRUE(mine.frozen) << crash;
    EXPECT_EQ(job2_.take(mail, 3 * short_timings().takeover_after).outcome, TakeOutcome::frozen);
    EXPECT_EQ(job2_.take(paper).outcome, TakeOutcome::frozen) << "a free pool";
    EXPECT_EQ(std::stoi(store_events()), before + crash) << "each crash must be in the audit";
  }
  EXPECT_TRUE(eventually([&] { return job2_.take(paper).outcome == TakeOutcome::taken; }));
  EXPECT_EQ(job2_.report(mail).holder, job1);
}

TEST_F(PgCrashAgain, OnlyWhatMayBeForgottenIsUnlogged) {
  EXPECT_EQ(store_.sql("select string_agg(relname, ' ' order by relname) from pg_class where "
                       "relnamespace = 'jobflip_data'::regnamespace and relkind = 'r' and "
                       "relpersistence <> 'p'"),
            "incarnation");
}

/// Takes and releases in a loop until it is stopped. Errors are expected here.
void take_and_release(const store::StoreSettings& settings, const std::atomic<bool>& stop) {
  OneNode node{job1, settings};
  while (!stop) {
    const auto beat = node.beat();
    if (!beat) continue;
    for (const auto& pool : beat->pools) {
      if (pool.pool != mail) continue;
      if (pool.state == core::OwnerState::held) {
        (void)node.release(pool.epoch);
      } else {
        (void)node.ask({.node = job1,
                        .pool = mail,
                        .attempt = random_uuid(),
                        .incarnation = beat->incarnation,
                        .epoch = pool.epoch,
                        .lease_beat = pool.lease_beat,
                        .polls = 9,
                        .reason = "a test",
                        .instance = node.instance(),
                        .life = beat->life});
      }
    }
  }
}

// A trigger of the test records each change of the owner in the same transaction. The audit log
// must contain exactly the changes that were committed.
TEST_F(PgCrashAgain, AChangeAndItsEventAreBothThereOrNeitherWhereverTheSessionIsKilled) {
  store_.sql(R"(
    create table public.changes (epoch bigint, state text);
    create function public.note() returns trigger language plpgsql security definer as $$
      begin insert into public.changes values (new.epoch, new.state); return null; end $$;
    create trigger note after update on jobflip_data.pool_owner for each row
      execute function public.note())");
  std::atomic<bool> stop{false};
  struct Stop {  // runs before the thread is joined, however the test ends
    std::atomic<bool>& flag;
    ~Stop() { flag = true; }
  };
  std::jthread working{[&] { take_and_release(store_.settings("job1"), stop); }};
  const Stop at_the_end{stop};
  const unsigned seed = 20261124;
  std::mt19937 random{seed};
  constexpr int kKills = 200;
  pqxx::connection killer{store_.conninfo("postgres")};
  const std::string in_a_change = " and state = 'active' and query ~ 'jobflip[.](take|release)'";
  int hit = 0;
  long long seen = 0;
  for (int i = 0; i < kKills; ++i) {
    pqxx::nontransaction session{killer};
    const bool anywhere = i % 2 == 0;  // some time after a change; else in the middle of one
    if (anywhere) {
      ASSERT_TRUE(eventually([&] {
        const auto now =
            session.exec("select count(*) from public.changes").at(0)[0].as<long long>();
        return std::exchange(seen, now) < now;
      }));
      const auto until =
          std::chrono::steady_clock::now() + std::chrono::microseconds{random() % 9000};
      while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
    }
    hit += eventually([&] {
      return !session
                  .exec(
                      "select pg_terminate_backend(pid) from pg_stat_activity where usename = "
                      "'job1'" +
                      (anywhere ? "" : in_a_change))
                  .empty();
    });
  }
  stop = true;
  working.join();
  EXPECT_EQ(hit, kKills);
  EXPECT_EQ(unmatched(), "0") << "seed=" << seed;
  EXPECT_GE(std::stoi(store_.sql("select count(*) from public.changes")), kKills / 2);
  expect_whole_chain();
}

}  // namespace
}  // namespace jobflip::test

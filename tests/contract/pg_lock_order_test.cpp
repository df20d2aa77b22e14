// Every kind of change of a lease, a pool or a node, all at once. All of them must take locks in
// the same order, so that there are no deadlocks. PostgreSQL needs a second to detect a deadlock,
// and resolves it by failing a beat or a take.

#include <gtest/gtest.h>

#include <atomic>
#include <pqxx/pqxx>
#include <random>
#include <thread>

#include "contract/one_node.hpp"

namespace jobflip::test {
namespace {

class PgLockOrder : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(oper().apply(small_fleet(), alice_, false).has_value());
    ASSERT_TRUE(
        eventually([&] { return !OneNode(job1, store_.settings("job1")).report().frozen; }));
  }

  ports::OperatorStore& oper() { return store_.oper(); }
  /// A separate session for a separate thread.
  std::unique_ptr<ports::OperatorStore> another_operator() {
    return store::open_operator_store(store_.settings("ops1"));
  }

  /// Takes free pools and releases its own, alternately, for this many rounds.
  void take_and_release(const NodeName& name, unsigned seed, int rounds) {
    OneNode node{name, store_.settings(name.str())};
    std::minstd_rand random{seed};
    for (int round = 0; round < rounds; ++round) {
      const auto& pool = random() % 2 == 0 ? mail : paper;
      const auto seen = node.report(pool);
      if (seen.state == core::OwnerState::released) {
        node.take(pool);
        continue;
      }
      if (seen.holder != name) continue;
      node.report(pool, {{pool, seen.epoch}});
      if (seen.flip) node.step_flip(seen.flip->id, core::FlipEvent::drain_begun, seen.epoch);
      EXPECT_TRUE(node.release(seen.epoch, pool).has_value());
    }
  }

  void flip_back_and_forth(int rounds) {
    const auto ops = another_operator();
    for (int round = 0; round < rounds; ++round) {
      const auto asked = ops->request_flip(
          persons_flip(round % 4 < 2 ? job1 : job2, round % 2 == 0 ? mail : paper));
      ASSERT_TRUE(asked.has_value()) << asked.error().text;
      if (!asked->accepted) continue;
      ++flips_;
      const auto ended = ops->abort_flip(asked->flip, alice_);
      ASSERT_TRUE(ended.has_value()) << ended.error().text;
    }
  }

  void change_settings(int rounds) {
    const auto ops = another_operator();
    for (int round = 0; round < rounds; ++round) {
      auto fleet = small_fleet();
      for (auto& pool : fleet.pools) pool.start_timeout += Millis{round % 2};
      const auto applied = ops->apply(fleet, alice_, false);
      ASSERT_TRUE(applied.has_value()) << applied.error().text;
    }
  }

  void pause_and_drain(int rounds) {
    const auto ops = another_operator();
    for (int round = 0; round < rounds; ++round) {
      const bool on = round % 2 == 0;
      const auto paused =
          ops->pause(PoolName{}, on ? std::optional{Millis{60'000}} : std::nullopt, alice_);
      ASSERT_TRUE(paused.has_value()) << paused.error().text;
      const auto drained = ops->drain(job1, on, alice_);
      ASSERT_TRUE(drained.has_value()) << drained.error().text;
    }
  }

  PgStore store_{shared_cluster(), PgStore::Database::own};
  const core::OperatorContext alice_{"alice", "a test"};
  std::atomic<int> flips_{0};
};

TEST_F(PgLockOrder, ChangesOfEveryKindAtOnceNeverWaitForEachOtherInACircle) {
  constexpr int kRounds = 150;
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  {
    std::vector<std::jthread> all;
    all.emplace_back([&] { take_and_release(job1, seed, 3 * kRounds); });
    all.emplace_back([&] { take_and_release(job2, seed + 1, 3 * kRounds); });
    all.emplace_back([&] { flip_back_and_forth(2 * kRounds); });
    all.emplace_back([&] { change_settings(kRounds); });
    all.emplace_back([&] { pause_and_drain(kRounds); });
  }
  EXPECT_GT(flips_, 0);
  EXPECT_EQ(store_.sql("select deadlocks from pg_stat_database where datname = current_database()"),
            "0");
}

// Otherwise two nodes that take a pool from each other would wait for each other's row.
TEST_F(PgLockOrder, ATakeThatEndsAFlipLocksNoRowOfTheTaker) {
  OneNode taker{job2, store_.settings("job2")};
  OneNode{job1, store_.settings("job1")}.report();
  ASSERT_TRUE(oper().request_flip(persons_flip(job1)).value().accepted);
  store_.sql(
      "update jobflip_data.flip set deadline = clock_timestamp()");  // other nodes may take it, too
  const auto take = taker.take_of();
  pqxx::connection other{store_.conninfo("postgres")};
  pqxx::work beat{other};
  beat.exec("select from jobflip_data.node_beat where node = 'job2' for update");
  const auto taken = taker.ask(take);
  beat.abort();
  ASSERT_TRUE(taken.has_value()) << taken.error().text;
  EXPECT_EQ(taken->outcome, core::TakeOutcome::taken) << taken->sentence;
  EXPECT_EQ(store_.sql("select state from jobflip_data.flip"), "failed");
}

}  // namespace
}  // namespace jobflip::test

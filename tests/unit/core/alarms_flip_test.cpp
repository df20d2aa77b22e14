/// Alarms about the flip that a pool waits for, and about the last one.
#include <gtest/gtest.h>

#include <algorithm>

#include "jobflip/core/alarms.hpp"
#include "unit/core/supervisor_fleet.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

PoolView stuck_pool(Millis verdict_age) {
  auto pool = healthy_pool();
  QueueSample sample;
  sample.runnable = 9;
  pool.queues = {
      {QueueName::of("email"), "STALLED", "nothing moved", verdict_age, Millis{}, sample}};
  return pool;
}

std::optional<Alarm> alarm_in(const PoolView& pool, AlarmKind kind) {
  auto fleet = led_fleet();
  fleet.pools = {pool};
  const auto alarms = alarms_of(fleet, pool);
  const auto found = std::ranges::find(alarms, kind, &Alarm::kind);
  return found == alarms.end() ? std::nullopt : std::optional{*found};
}

TEST(Alarms, OfAStallThatWaitsForItsFlipSayWhereAndWhen) {
  auto pool = stuck_pool(10s);
  pool.settings.hold_down = 30s;
  auto due = alarm_in(pool, AlarmKind::flip_due);
  ASSERT_TRUE(due);
  EXPECT_EQ(due->node, NodeName::of("job2"));
  EXPECT_EQ(due->left, 20s);
  EXPECT_EQ(level_of(due->kind), AlarmLevel::note);
  pool.queues[0].verdict_age = 31s;
  due = alarm_in(pool, AlarmKind::flip_due);
  ASSERT_TRUE(due);
  EXPECT_EQ(due->left, 0s);
  pool.pause = PauseView{};
  EXPECT_FALSE(alarm_in(pool, AlarmKind::flip_due));
  EXPECT_TRUE(alarm_in(pool, AlarmKind::flip_held));
}

TEST(Alarms, OfACrashLoopAreCriticalOnTheHolderAlone) {
  auto pool = healthy_pool();
  pool.candidates[1].crashes = 6;
  EXPECT_FALSE(alarm_in(pool, AlarmKind::crash_loop));
  const auto standby = alarm_in(pool, AlarmKind::standby_crash_loop);
  ASSERT_TRUE(standby);
  EXPECT_EQ(standby->node, NodeName::of("job2"));
  EXPECT_EQ(level_of(standby->kind), AlarmLevel::warning);
  pool.candidates[0].crashes = 6;
  const auto holder = alarm_in(pool, AlarmKind::crash_loop);
  ASSERT_TRUE(holder);
  EXPECT_EQ(holder->node, NodeName::of("job1"));
}

TEST(Alarms, OfAFlipThatDidNotHelpLastUntilAQueueMoves) {
  auto pool = stuck_pool(1s);
  pool.queues[0].verdict = "WARMUP";
  FlipView last;
  last.id = FlipId{12};
  last.state = FlipState::ineffective;
  pool.last_flip = last;
  EXPECT_FALSE(alarm_in(pool, AlarmKind::not_cured)) << "long ago: its cooldown is over";
  pool.cooldown = CooldownView{1min, 1, FlipId{12}};
  EXPECT_TRUE(alarm_in(pool, AlarmKind::not_cured));
  for (const auto* verdict : {"OK", "IDLE", "BUSY"}) {
    pool.queues[0].verdict = verdict;
    EXPECT_FALSE(alarm_in(pool, AlarmKind::not_cured)) << verdict;
  }
  pool.queues[0].verdict = "WARMUP";
  pool.cooldown->flip = FlipId{11};
  EXPECT_FALSE(alarm_in(pool, AlarmKind::not_cured)) << "another flip began it";
  pool.cooldown->flip = FlipId{12};
  pool.last_flip->state = FlipState::verified;
  EXPECT_FALSE(alarm_in(pool, AlarmKind::not_cured));
}

TEST(Alarms, OfAReadOnlyStoreDoNotBlameTheSupervisors) {
  auto fleet = healthy_fleet();
  fleet.supervisors.reset();
  const auto has = [&](AlarmKind kind) {
    const auto alarms = alarms_of(fleet);
    return std::ranges::find(alarms, kind, &Alarm::kind) != alarms.end();
  };
  EXPECT_TRUE(has(AlarmKind::no_supervisor));
  fleet.read_only = "it is a standby";
  EXPECT_FALSE(has(AlarmKind::no_supervisor));
  EXPECT_TRUE(has(AlarmKind::read_only));
}

}  // namespace
}  // namespace jobflip::core

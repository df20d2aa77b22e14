#include "jobflip/core/alarms.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "jobflip/core/queue_state.hpp"
#include "unit/core/supervisor_fleet.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;
using Kinds = std::vector<AlarmKind>;

Kinds kinds_of(const std::vector<Alarm>& alarms) {
  Kinds out;
  for (const auto& alarm : alarms) out.push_back(alarm.kind);
  return out;
}

Snapshot led_fleet() {
  auto fleet = healthy_fleet();
  PoolView supervisors;
  supervisors.owner = {Epoch{2}, OwnerState::held, NodeName::of("sup1"), 100ms, WallTime{}};
  fleet.supervisors = supervisors;
  return fleet;
}

TEST(Alarms, AHealthyFleetHasNone) {
  EXPECT_TRUE(alarms_of(led_fleet()).empty());
  EXPECT_TRUE(alarms_of(healthy_pool()).empty());
}

TEST(Alarms, OfTheFleetAreInTheOrderOfTheirWeight) {
  auto fleet = led_fleet();
  fleet.copied = true;
  fleet.set_back = "a beat";
  fleet.damaged = {"one", "two"};
  fleet.supervisors.reset();
  fleet.budget.used = fleet.budget.settings.flips;
  EXPECT_EQ(kinds_of(alarms_of(fleet)),
            (Kinds{AlarmKind::copied, AlarmKind::set_back, AlarmKind::damaged,
                   AlarmKind::no_supervisor, AlarmKind::budget_used}));
  fleet = led_fleet();
  fleet.budget.used = fleet.budget.settings.flips - 1;
  EXPECT_TRUE(alarms_of(fleet).empty());
}

TEST(Alarms, OfAPoolAreInTheOrderOfTheirWeight) {
  auto pool = healthy_pool();
  pool.owner.state = OwnerState::released;
  pool.candidates[2].crashes = 3;
  pool.frozen_for = 1s;
  pool.open_flip = flip_in(FlipState::draining);
  pool.pause = PauseView{};
  pool.cooldown = CooldownView{};
  pool.settings.when_store_lost = WhenStoreLost::keep;
  pool.settings.mode = PoolMode::observe;
  EXPECT_EQ(
      kinds_of(alarms_of(pool)),
      (Kinds{AlarmKind::not_active, AlarmKind::crash_loop, AlarmKind::frozen, AlarmKind::flip_open,
             AlarmKind::paused, AlarmKind::cooldown, AlarmKind::keep, AlarmKind::observe}));
  EXPECT_EQ(alarms_of(pool)[1].node, NodeName::of("job3"));
}

TEST(Alarms, ANodeThatSendsBeatsAndDoesNotRenewIsNotSilent) {
  auto pool = healthy_pool();
  pool.owner.beat_age = 1min;
  EXPECT_EQ(alarms_of(pool), (std::vector<Alarm>{{AlarmKind::not_renewed, NodeName::of("job1")}}));
  pool.candidates[0].beat_age = 1min;
  EXPECT_EQ(alarms_of(pool), (std::vector<Alarm>{{AlarmKind::silent, NodeName::of("job1")}}))
      << "the beats of others are not its own";
}

TEST(Alarms, AreCriticalWhereNobodyWorksOrNobodyWouldNotice) {
  EXPECT_EQ(level_of(AlarmKind::queue_stuck), AlarmLevel::critical);
  EXPECT_EQ(level_of(AlarmKind::queue_alarm), AlarmLevel::warning);
  EXPECT_EQ(level_of(AlarmKind::silent), AlarmLevel::critical);
  EXPECT_EQ(level_of(AlarmKind::no_supervisor), AlarmLevel::critical);
  EXPECT_EQ(level_of(AlarmKind::paused), AlarmLevel::warning);
  EXPECT_EQ(level_of(AlarmKind::keep), AlarmLevel::note);
}

TEST(CandidateNotes, NameTheFirstThatHolds) {
  const auto pool = healthy_pool();
  auto standby = pool.candidates[1];
  EXPECT_EQ(note_of(pool, standby), CandidateNote::none);
  standby.crashes = 2;
  EXPECT_EQ(note_of(pool, standby), CandidateNote::crash_loop);
  standby.ready = false;
  EXPECT_EQ(note_of(pool, standby), CandidateNote::not_ready);
  standby.beat_age = 1min;
  EXPECT_EQ(note_of(pool, standby), CandidateNote::silent);
  standby.beat_age.reset();
  EXPECT_EQ(note_of(pool, standby), CandidateNote::never_seen);
  standby.drained = true;
  EXPECT_EQ(note_of(pool, standby), CandidateNote::drained);
}

TEST(CandidateNotes, AHolderIsNotReadyOnlyWithAReason) {
  const auto pool = healthy_pool();
  auto holder = pool.candidates[0];
  holder.ready = false;
  EXPECT_EQ(note_of(pool, holder), CandidateNote::none);
  holder.not_ready_reason = "its workers are ending";
  EXPECT_EQ(note_of(pool, holder), CandidateNote::holder_not_ready);
}

TEST(Alarms, NameEachQueueByItsVerdictTheStuckOnesFirst) {
  PoolView pool = healthy_pool();
  const auto with = [&](QueueState state) {
    pool.queues.push_back({QueueName::of("q" + std::to_string(pool.queues.size())),
                           std::string{name_of(state)}, "", Millis{}, Millis{}, std::nullopt});
  };
  std::map<AlarmKind, std::size_t> wanted;
  for (std::size_t i = 0; i < kQueueStates; ++i) with(static_cast<QueueState>(i));
  pool.queues.push_back({QueueName::of("stale"), "OK", "", Millis{}, std::chrono::hours{1}, {}});
  std::vector<AlarmKind> kinds;
  for (const Alarm& alarm : alarms_of(pool)) {
    kinds.push_back(alarm.kind);
    ++wanted[alarm.kind];
  }
  EXPECT_TRUE(std::ranges::is_sorted(kinds));
  EXPECT_EQ(wanted[AlarmKind::queue_stuck], 3U);
  EXPECT_EQ(wanted[AlarmKind::queue_blind], 2U) << "BLIND, and the one that nobody reads";
  EXPECT_EQ(wanted[AlarmKind::queue_alarm], 5U);
}

}  // namespace
}  // namespace jobflip::core

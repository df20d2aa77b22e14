#include "jobflip/core/alarms.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

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

std::vector<Alarm> alarms_in(const PoolView& pool) {
  auto fleet = led_fleet();
  fleet.pools = {pool};
  return alarms_of(fleet, pool);
}

TEST(Alarms, AHealthyFleetHasNone) {
  EXPECT_TRUE(alarms_of(led_fleet()).empty());
  EXPECT_TRUE(alarms_in(healthy_pool()).empty());
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
  pool.deployment = RunningDeployment{};
  pool.cooldown = CooldownView{};
  pool.settings.when_store_lost = WhenStoreLost::keep;
  pool.settings.mode = PoolMode::observe;
  EXPECT_EQ(kinds_of(alarms_in(pool)),
            (Kinds{AlarmKind::not_active, AlarmKind::frozen, AlarmKind::flip_open,
                   AlarmKind::standby_crash_loop, AlarmKind::paused, AlarmKind::deployment,
                   AlarmKind::cooldown, AlarmKind::keep, AlarmKind::observe}));
  EXPECT_EQ(alarms_in(pool)[3].node, NodeName::of("job3"));
}

TEST(Alarms, ANodeThatSendsBeatsAndDoesNotRenewIsNotSilent) {
  auto pool = healthy_pool();
  pool.owner.beat_age = 1min;
  EXPECT_EQ(alarms_in(pool), (std::vector<Alarm>{{AlarmKind::not_renewed, NodeName::of("job1")}}));
  pool.candidates[0].beat_age = 1min;
  EXPECT_EQ(alarms_in(pool), (std::vector<Alarm>{{AlarmKind::silent, NodeName::of("job1")}}))
      << "the beats of others are not its own";
}

QueueView stuck_queue() {
  return {QueueName::of("email"), "STALLED", "nothing moved", 1min, Millis{}, std::nullopt};
}

TEST(Alarms, AStuckPoolSaysWhichRuleKeepsItFromAFlip) {
  auto pool = healthy_pool();
  pool.queues = {stuck_queue()};
  EXPECT_EQ(kinds_of(alarms_in(pool)), (Kinds{AlarmKind::queue_stuck, AlarmKind::flip_due}))
      << "the flip comes";
  pool.pause = PauseView{};
  const auto held = [&] {
    for (const auto& alarm : alarms_in(pool))
      if (alarm.kind == AlarmKind::flip_held) return alarm.rule;
    return std::optional<Rule>{};
  };
  EXPECT_EQ(held(), Rule::pause);
  pool.queues.clear();
  EXPECT_EQ(held(), std::nullopt) << "nothing is stuck";
  pool.queues = {stuck_queue()};
  pool.pause.reset();
  for (auto& candidate : pool.candidates) candidate.drained = candidate.node != pool.owner.holder;
  EXPECT_EQ(held(), Rule::target);
  pool.queues[0].verdict_age = 1s;
  EXPECT_EQ(held(), Rule::target) << "a hold-down passes, drained nodes stay drained";
  pool.open_flip = flip_in(FlipState::draining);
  EXPECT_EQ(held(), std::nullopt) << "the flip that runs is the alarm";
}

TEST(Alarms, WithoutASupervisorNoRuleIsSaidToHoldAFlip) {
  auto fleet = healthy_fleet();
  auto& pool = fleet.pools.front();
  pool.queues = {stuck_queue()};
  pool.pause = PauseView{};
  EXPECT_EQ(kinds_of(alarms_of(fleet, pool)), (Kinds{AlarmKind::queue_stuck, AlarmKind::paused}));
}

TEST(Alarms, APoolThatNobodyCouldTakeOverSaysSo) {
  auto pool = healthy_pool();
  pool.candidates[1].beat_age = 1min;
  EXPECT_EQ(alarms_in(pool),
            (std::vector<Alarm>{{AlarmKind::standby_silent, NodeName::of("job2")}}));
  pool.candidates[2].drained = true;
  EXPECT_EQ(kinds_of(alarms_in(pool)), Kinds{AlarmKind::no_standby}) << "it names them all";
  pool.candidates.resize(1);
  EXPECT_TRUE(alarms_in(pool).empty()) << "a pool of one node was made that way";
}

TEST(Alarms, TheWorstIsTheFirstOfTheMostSerious) {
  EXPECT_EQ(worst_of({}), nullptr);
  const std::vector<Alarm> alarms{
      {AlarmKind::paused}, {AlarmKind::silent}, {AlarmKind::queue_stuck}, {AlarmKind::keep}};
  EXPECT_EQ(worst_of(alarms), &alarms[1]);
}

TEST(Alarms, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(AlarmKind::observe); ++i)
    names.insert(name_of(static_cast<AlarmKind>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(AlarmKind::observe) + 1);
  EXPECT_FALSE(names.contains("?"));
}

TEST(Alarms, AreCriticalWhereNobodyWorksOrNobodyWouldNotice) {
  EXPECT_EQ(level_of(AlarmKind::queue_stuck), AlarmLevel::critical);
  EXPECT_EQ(level_of(AlarmKind::queue_alarm), AlarmLevel::warning);
  EXPECT_EQ(level_of(AlarmKind::silent), AlarmLevel::critical);
  EXPECT_EQ(level_of(AlarmKind::no_supervisor), AlarmLevel::critical);
  EXPECT_EQ(level_of(AlarmKind::paused), AlarmLevel::warning);
  EXPECT_EQ(level_of(AlarmKind::deployment), AlarmLevel::note) << "by itself it needs nobody";
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
  for (const Alarm& alarm : alarms_in(pool)) {
    kinds.push_back(alarm.kind);
    ++wanted[alarm.kind];
  }
  EXPECT_TRUE(std::ranges::is_sorted(kinds));
  EXPECT_EQ(wanted[AlarmKind::queue_stuck], 3U);
  EXPECT_EQ(wanted[AlarmKind::queue_blind], 2U) << "BLIND, and the one that nobody reads";
  EXPECT_EQ(wanted[AlarmKind::queue_alarm], 5U);
}

TEST(AlarmNames, AreReadBackAndListedOnceEach) {
  const auto names = alarm_kind_names();
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  for (const auto& name : names) {
    const auto kind = parse_alarm_kind(name);
    ASSERT_TRUE(kind) << name;
    EXPECT_EQ(name_of(*kind), name);
  }
  EXPECT_EQ(names.front(), "read-only");
  EXPECT_EQ(names.back(), "observe");
  EXPECT_FALSE(parse_alarm_kind("?"));
  EXPECT_FALSE(parse_alarm_kind(""));
}

}  // namespace
}  // namespace jobflip::core

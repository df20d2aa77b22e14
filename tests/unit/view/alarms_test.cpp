#include "jobflip/view/alarms.hpp"

#include <gtest/gtest.h>

#include "jobflip/view/ways_out.hpp"
#include "unit/core/supervisor_fleet.hpp"

namespace jobflip::view {
namespace {

using namespace std::chrono_literals;
using core::AlarmKind;

std::vector<Alarm> alarms_in(const core::PoolView& pool) {
  auto fleet = core::healthy_fleet();
  fleet.pools = {pool};
  return pool_alarms(fleet, pool);
}

TEST(AlarmTexts, EveryAlarmOfAPoolIsSaid) {
  auto pool = core::healthy_pool();
  pool.owner.beat_age = 1min;
  pool.candidates[0].crashes = 3;
  pool.candidates[0].crash_reason = "exited with 1\x1b[31m";
  pool.candidates[1].crashes = 4;
  pool.frozen_for = 9s;
  pool.open_flip = core::flip_in(core::FlipState::draining);
  pool.pause = core::PauseView{WallTime{}, 1h, "deploy", "ann"};
  pool.cooldown = core::CooldownView{12min, 0, FlipId{6}};
  pool.settings.when_store_lost = core::WhenStoreLost::keep;
  pool.settings.mode = core::PoolMode::observe;
  const auto alarms = alarms_in(pool);
  ASSERT_EQ(alarms.size(), core::alarms_of(core::healthy_fleet(), pool).size());
  for (const auto& alarm : alarms) {
    EXPECT_FALSE(alarm.text.empty());
    EXPECT_EQ(alarm.text.find('\x1b'), std::string::npos) << alarm.text;
  }
  EXPECT_EQ(alarms[0].text, "NOT RENEWED: job1 beats, and has not renewed its lease for 1m00s");
  EXPECT_EQ(alarms[1].text,
            "CRASH LOOP on job1: its workers ended by themselves 3 times, at last: "
            "exited with 1\\x1b[31m");
}

TEST(AlarmTexts, ARestartSaysWhetherItHelpedAndWhatComesNext) {
  auto pool = core::healthy_pool();
  pool.open_flip = core::flip_in(core::FlipState::draining);
  pool.open_flip->to = pool.open_flip->from;
  pool.restart = core::RestartView{FlipId{7}, core::FlipState::verified, 12min, false};
  auto alarms = alarms_in(pool);
  ASSERT_EQ(alarms.size(), 2u);
  EXPECT_EQ(alarms[0].text.find("FLIP 17 draining: restart on job1 for"), 0u) << alarms[0].text;
  EXPECT_EQ(alarms[1].text, "RESTARTED by flip 7, verified; a stall within 12m00s is flipped");
  EXPECT_EQ(alarms[1].command, "jobflip show 7");
  pool.restart = core::RestartView{FlipId{7}, core::FlipState::ineffective, 12min, true};
  EXPECT_EQ(alarms_in(pool)[1].text, "RESTARTED by flip 7, ineffective; a flip comes next");
}

TEST(AlarmTexts, EveryAlarmOfTheFleetIsSaid) {
  auto fleet = core::healthy_fleet();
  fleet.copied = true;
  fleet.set_back = "a beat\x1b[31m";
  fleet.damaged = {"pool gone: its row"};
  fleet.budget.used = fleet.budget.settings.flips;
  const auto alarms = fleet_alarms(fleet);
  ASSERT_EQ(alarms.size(), 5u);
  for (const auto& alarm : alarms) {
    EXPECT_FALSE(alarm.text.empty());
    EXPECT_EQ(alarm.text.find('\x1b'), std::string::npos) << alarm.text;
  }
  EXPECT_EQ(alarms[3].text, "NO SUPERVISOR leads: no verdicts, no automatic flips");
  EXPECT_EQ(alarms[3].command, "systemctl start jobflip-supervisor");
}

TEST(AlarmTexts, TenDamagedRowsAreSaidOneByOneAndMoreAreCounted) {
  auto fleet = core::healthy_fleet();
  const auto lines = [&] {
    std::vector<std::string> out;
    for (const auto& alarm : fleet_alarms(fleet))
      if (alarm.fact.kind == AlarmKind::damaged) out.push_back(alarm.text);
    return out;
  };
  fleet.damaged.assign(10, "row");
  EXPECT_EQ(lines(), std::vector<std::string>(10, "DAMAGED: row"));
  fleet.damaged.assign(12, "row");
  ASSERT_EQ(lines().size(), 11u);
  EXPECT_EQ(lines().back(), "DAMAGED: 12 rows in all");
}

TEST(AlarmsForPeople, LeaveOutWhatTheHeldFlipNamesAlready) {
  using core::AlarmKind;
  using core::Rule;
  const auto left_of = [](AlarmKind kind, Rule rule) {
    return without_repeats(
               {{{kind}, "one", ""}, {{AlarmKind::flip_held, {}, {}, rule}, "held", ""}})
        .size();
  };
  EXPECT_EQ(left_of(AlarmKind::paused, Rule::pause), 1U);
  EXPECT_EQ(left_of(AlarmKind::deployment, Rule::deployment), 1U);
  EXPECT_EQ(left_of(AlarmKind::deployment, Rule::pause), 2U);
  EXPECT_EQ(left_of(AlarmKind::cooldown, Rule::cooldown), 1U);
  EXPECT_EQ(left_of(AlarmKind::no_standby, Rule::target), 1U);
  EXPECT_EQ(left_of(AlarmKind::observe, Rule::observe), 1U);
  EXPECT_EQ(left_of(AlarmKind::paused, Rule::target), 2U) << "another rule decides";
  EXPECT_EQ(left_of(AlarmKind::cooldown, Rule::pause), 2U);
  EXPECT_EQ(left_of(AlarmKind::no_standby, Rule::pause), 2U);
  EXPECT_EQ(left_of(AlarmKind::observe, Rule::pause), 2U);
  EXPECT_EQ(left_of(AlarmKind::queue_stuck, Rule::pause), 2U);
  EXPECT_EQ(without_repeats({{{AlarmKind::paused}, "one", ""}}).size(), 1U) << "no flip is held";
}

TEST(WaysOut, OfARuleAreTheCommandThatOpensIt) {
  using core::Rule;
  auto pool = core::healthy_pool();
  EXPECT_EQ(way_out(Rule::pause, pool), "jobflip resume mail");
  EXPECT_EQ(way_out(Rule::cooldown, pool), "jobflip ack mail --comment TEXT");
  EXPECT_EQ(way_out(Rule::deployment, pool), "jobflip deploy rollback --pool mail --reason TEXT");
  for (const auto rule : {Rule::observe, Rule::budget, Rule::supervisor_late})
    EXPECT_EQ(way_out(rule, pool), "jobflip flip mail --reason TEXT");
  for (const auto rule : {Rule::verdict, Rule::cause, Rule::hold_down, Rule::frozen, Rule::target,
                          Rule::flip_in_progress})
    EXPECT_EQ(way_out(rule, pool), "") << core::name_of(rule);
  pool.candidates[1].drained = true;
  EXPECT_EQ(way_out(Rule::target, pool), "jobflip undrain job2");
  core::FlipView flip;
  flip.id = FlipId{7};
  pool.open_flip = flip;
  EXPECT_EQ(way_out(Rule::flip_in_progress, pool), "jobflip show 7");
}

TEST(WaysOut, OfACandidateMakeItAbleToTakeOver) {
  auto pool = core::healthy_pool();
  auto& standby = pool.candidates[1];
  EXPECT_EQ(way_out(standby, pool), "");
  standby.beat_age = 1h;
  EXPECT_EQ(way_out(standby, pool), "systemctl start jobflip-agent");
  standby.beat_age.reset();
  EXPECT_EQ(way_out(standby, pool), "systemctl start jobflip-agent");
  standby.drained = true;
  EXPECT_EQ(way_out(standby, pool), "jobflip undrain job2");
}

}  // namespace
}  // namespace jobflip::view

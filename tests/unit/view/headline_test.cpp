#include "jobflip/view/headline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jobflip/view/alarms.hpp"
#include "unit/core/supervisor_fleet.hpp"

namespace jobflip::view {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Headline headline_in(const core::PoolView& pool) {
  auto fleet = core::led_fleet();
  fleet.pools = {pool};
  return headline_of(fleet, pool);
}

core::PoolView stalled_pool() {
  auto pool = core::healthy_pool();
  core::QueueSample sample;
  sample.runnable = 99;
  pool.queues = {{QueueName::of("email"), "STALLED", "nothing moved", 45s, Millis{}, sample}};
  return pool;
}

TEST(Headlines, SayTheStallTheRuleThatHoldsTheFlipAndTheWayOut) {
  auto pool = stalled_pool();
  EXPECT_EQ(headline_in(pool).state, "STALLED 45.0s, 99 waiting, to job2 now");
  EXPECT_EQ(headline_in(pool).command, "") << "it is flipped without anybody";
  pool.pause = core::PauseView{};
  EXPECT_EQ(headline_in(pool).state, "STALLED 45.0s, 99 waiting, HELD by pause");
  EXPECT_EQ(headline_in(pool).command, "jobflip resume mail");
  EXPECT_EQ(headline_in(pool).level, core::AlarmLevel::critical);
}

TEST(Headlines, OfADeploymentSayHowToEndItOnceItHoldsNothing) {
  auto pool = core::healthy_pool();
  pool.deployment = {12, "4.2.1", "ci", 3min, 7min, {}};
  EXPECT_EQ(headline_in(pool).state, "DEPLOYMENT 3m00s");
  EXPECT_EQ(headline_in(pool).level, core::AlarmLevel::note);
  EXPECT_EQ(headline_in(pool).command, "");
  pool.deployment->hold_left.reset();
  EXPECT_EQ(headline_in(pool).command, "jobflip deploy done --pool mail");
  pool = stalled_pool();
  pool.deployment = {12, "4.2.1", "ci", 3min, 7min, {}};
  EXPECT_EQ(headline_in(pool).state, "STALLED 45.0s, 99 waiting, HELD by deployment");
  EXPECT_EQ(headline_in(pool).command, "jobflip deploy rollback --pool mail --reason TEXT");
}

TEST(Headlines, SayWhereAStalledPoolIsFlippedAndWhen) {
  auto pool = stalled_pool();
  pool.settings.hold_down = 60s;
  EXPECT_EQ(headline_in(pool).state, "STALLED 45.0s, 99 waiting, to job2 in about 15.0s");
  EXPECT_EQ(headline_in(pool).command, "");
}

TEST(Headlines, OfAFlipThatDidNotHelpSaySo) {
  auto pool = stalled_pool();
  pool.queues[0].verdict = "WARMUP";
  pool.cooldown = core::CooldownView{1min, 1, FlipId{12}};
  core::FlipView last;
  last.id = FlipId{12};
  last.state = core::FlipState::ineffective;
  pool.last_flip = last;
  EXPECT_EQ(headline_in(pool).state, "FLIP 12 DID NOT HELP, 99 waiting");
  EXPECT_EQ(headline_in(pool).command, "jobflip show 12");
}

TEST(Headlines, OfAQueueSayWhatWaitsAndWhichQueueItIs) {
  auto pool = stalled_pool();
  pool.queues[0].sample->runnable = 0;
  EXPECT_EQ(headline_in(pool).state, "STALLED 45.0s, to job2 now");
  pool.queues.push_back({QueueName::of("bills"), "OK", "it moves", 9s, Millis{}, {}});
  EXPECT_EQ(headline_in(pool).state, "STALLED 45.0s: email, to job2 now");
  pool.queues[0].sample_age = 41s;
  EXPECT_EQ(headline_in(pool).state, "NOT WATCHED 41.0s: email");
  EXPECT_EQ(headline_in(pool).command, "jobflip probe mail/email");
}

TEST(Headlines, NameAStandbyThatWasNeverSeen) {
  auto pool = core::healthy_pool();
  pool.candidates[2].beat_age.reset();
  EXPECT_EQ(headline_in(pool).state, "STANDBY SILENT: job3");
  EXPECT_EQ(headline_in(pool).command, "systemctl start jobflip-agent");
}

TEST(Headlines, OfACrashLoopSayWhatHoldsTheFlip) {
  auto pool = stalled_pool();
  pool.candidates[0].crashes = 5;
  pool.pause = core::PauseView{};
  EXPECT_EQ(headline_in(pool).state, "CRASH LOOP on job1, 5 ends, HELD by pause");
  EXPECT_EQ(headline_in(pool).command, "jobflip resume mail");
}

TEST(Headlines, NameTheFlipThatRunsBecauseOfIt) {
  auto pool = stalled_pool();
  core::FlipView flip;
  flip.id = FlipId{7};
  flip.state = core::FlipState::draining;
  pool.open_flip = flip;
  EXPECT_EQ(headline_in(pool).state, "STALLED 45.0s, 99 waiting, FLIP 7 draining");
  EXPECT_EQ(headline_in(pool).command, "jobflip show 7");
  pool.queues.clear();
  pool.open_flip->state = core::FlipState::released;
  pool.owner.state = core::OwnerState::released;
  EXPECT_EQ(headline_in(pool).state, "NOT ACTIVE, FLIP 7 released");
  EXPECT_EQ(headline_in(pool).command, "jobflip show 7");
  EXPECT_EQ(headline_in(pool).level, core::AlarmLevel::critical);
  pool.open_flip.reset();
  EXPECT_EQ(headline_in(pool).state, "NOT ACTIVE");
}

TEST(Headlines, WithEveryStandbyDrainedNameTheCommandThatBringsOneBack) {
  auto pool = stalled_pool();
  for (auto& candidate : pool.candidates) candidate.drained = candidate.node != pool.owner.holder;
  EXPECT_EQ(headline_in(pool).state, "STALLED 45.0s, 99 waiting, HELD by target");
  EXPECT_EQ(headline_in(pool).command, "jobflip undrain job2");
  pool.candidates[0].drained = true;
  EXPECT_EQ(headline_in(pool).command, "jobflip undrain job2") << "job1 is the one that stalls";
  pool.candidates[1].ready = false;
  EXPECT_EQ(headline_in(pool).command, "jobflip undrain job3") << "job2 could not take it anyway";
}

TEST(Headlines, OfASilentHolderInAPauseDoNotCallItActive) {
  auto pool = core::healthy_pool();
  pool.owner.beat_age = 40s;
  pool.candidates[0].beat_age = 40s;
  pool.pause = core::PauseView{};
  EXPECT_EQ(headline_in(pool).state, "SILENT 40.0s: job1, HELD by pause");
  EXPECT_EQ(headline_in(pool).command, "jobflip resume mail");
}

TEST(Headlines, OfAHolderThatOnlyBeatsDoNotCallItSilent) {
  auto pool = core::healthy_pool();
  pool.owner.beat_age = 40s;
  EXPECT_EQ(headline_in(pool).state, "NOT RENEWED 40.0s: job1");
}

TEST(Headlines, OfASilentHolderNameNoRuleThatHoldsAFlip) {
  auto pool = stalled_pool();
  pool.owner.beat_age = 40s;
  pool.candidates[0].beat_age = 40s;
  pool.candidates[1].drained = pool.candidates[2].drained = true;
  EXPECT_EQ(headline_in(pool).state, "SILENT 40.0s: job1") << "it is taken over, not flipped";
}

TEST(Headlines, OfACalmPoolAreOk) {
  const auto calm = headline_in(core::healthy_pool());
  EXPECT_EQ(calm.state, "ok");
  EXPECT_EQ(calm.level, core::AlarmLevel::note);
}

TEST(Headlines, OfPoolsBeginWithTheMostSerious) {
  auto fleet = core::led_fleet();
  auto paused = core::healthy_pool();
  paused.settings.name = PoolName::of("paused");
  paused.pause = core::PauseView{};
  auto stalled = stalled_pool();
  stalled.settings.name = PoolName::of("stalled");
  fleet.pools = {core::healthy_pool(), paused, stalled};
  const auto lines = pool_lines(fleet, {&fleet.pools[0], &fleet.pools[1], &fleet.pools[2]});
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].pool->settings.name.str(), "stalled");
  EXPECT_EQ(lines[1].pool->settings.name.str(), "paused");
  EXPECT_EQ(lines[2].pool->settings.name.str(), "mail");
}

TEST(AlarmTexts, ASilentHolderSaysWhoTakesOverAndWhen) {
  auto pool = core::healthy_pool();
  pool.settings.timings.takeover_after = 14s;
  pool.owner.beat_age = 8s;
  pool.candidates[0].beat_age = 8s;
  const auto text = [&] {
    auto fleet = core::led_fleet();
    fleet.pools = {pool};
    return pool_alarms(fleet, pool).front().text;
  };
  EXPECT_EQ(text(), "SILENT: job1 has not beaten for 8.0s; job2 takes over in about 6.0s");
  pool.owner.beat_age = 20s;
  EXPECT_EQ(text(), "SILENT: job1 has not beaten for 20.0s; job2 takes over now");
  pool.candidates[1].drained = pool.candidates[2].drained = true;
  EXPECT_THAT(text(), HasSubstr("no node could take over: "));
  pool.pause = core::PauseView{};
  EXPECT_THAT(text(), HasSubstr("in a pause nobody takes over"));
}

TEST(AlarmTexts, EveryAlarmIsAFactForPrograms) {
  auto pool = stalled_pool();
  pool.pause = core::PauseView{};
  auto fleet = core::led_fleet();
  fleet.pools = {pool};
  const auto all = conditions_json(pool_alarms(fleet, pool));
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[1]["kind"], "flip-held");
  EXPECT_EQ(all[1]["rule"], "pause");
  EXPECT_EQ(all[1]["level"], "critical");
  EXPECT_EQ(all[1]["command"], "jobflip resume mail");
  EXPECT_EQ(all[0]["queue"], "email");
  EXPECT_TRUE(all[0]["node"].is_null());
}

}  // namespace
}  // namespace jobflip::view

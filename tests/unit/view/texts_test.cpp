#include "jobflip/view/texts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/core/supervisor_fleet.hpp"

namespace jobflip::view {
namespace {

TEST(Texts, AnEpochIsShownByTheDigitsThatChange) {
  EXPECT_EQ(epoch_text(Epoch{42}), "42");
  EXPECT_EQ(epoch_text(Epoch{999'999}), "999999");
  EXPECT_EQ(epoch_text(Epoch{1'795'823'690'000'191}), "..000191");
}

using namespace std::chrono_literals;

TEST(Texts, SayWhoHoldsAPoolOrHadItLast) {
  auto pool = core::healthy_pool();
  EXPECT_EQ(holder_text(pool), "active on job1 (epoch 42, beat 300ms ago)");
  pool.owner.beat_age = pool.settings.timings.lease;
  EXPECT_THAT(holder_text(pool), testing::StartsWith("active nowhere; the lease of job1 (epoch 42) "
                                                     "has run out, its last beat was"));
  pool.owner.beat_age.reset();
  EXPECT_EQ(holder_text(pool), "active on job1 (epoch 42)");
  pool.owner.state = core::OwnerState::released;
  EXPECT_EQ(holder_text(pool), "active nowhere; the last was job1 (epoch 42)");
  pool.owner.holder = NodeName{};
  EXPECT_EQ(holder_text(pool), "active nowhere, and never was");
}

TEST(Texts, NoteOfACandidateSaysWhyItIsNotReady) {
  const auto pool = core::healthy_pool();
  auto standby = pool.candidates[1];
  EXPECT_EQ(note_text(pool, standby), "");
  standby.ready = false;
  standby.not_ready_reason = "no such file \x1b[31m";
  EXPECT_EQ(note_text(pool, standby), "not ready: no such file \\x1b[31m");
  auto holder = pool.candidates[0];
  holder.ready = false;
  holder.not_ready_reason = "its workers are ending";
  EXPECT_EQ(note_text(pool, holder), "its workers are ending");
  holder.ready = true;
  holder.crashes = 4;
  EXPECT_EQ(note_text(pool, holder), "crash loop: 4 ends");
}

TEST(Texts, AVerdictSaysThatItIsStale) {
  const auto pool = core::healthy_pool();
  core::QueueView queue{QueueName::of("email"), "OK", "jobs complete", 5min, 2s, std::nullopt};
  EXPECT_EQ(verdict_reason_text(pool, queue), "jobs complete");
  EXPECT_EQ(queue_text(pool, queue), "queue email: OK for 5m00s: jobs complete");
  queue.sample_age = 41s;
  EXPECT_EQ(verdict_reason_text(pool, queue), "STALE, last looked at 41.0s ago; jobs complete");
  EXPECT_EQ(queue_text(pool, queue),
            "queue email: OK for 5m00s (STALE: last looked at 41.0s ago, so it is not counted): "
            "jobs complete");
}

TEST(Texts, ATimeForPeopleHasNoFractions) {
  EXPECT_EQ(clock_text(WallTime{Micros{1'795'402'800'999'999}}), "2026-11-23 03:00:00Z");
  EXPECT_EQ(age_text(std::nullopt), "-");
  EXPECT_EQ(age_text(850ms), "850ms");
}

}  // namespace
}  // namespace jobflip::view

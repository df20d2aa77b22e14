// What an agent remembers of the store, and what it does not believe after the server was
// restarted.
#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

const PoolName kPaper = PoolName::of("paper");

TEST(AgentSetBack, ReportsTheHighestEpochAndTheLastBeatThatItHasSeen) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  agent.beat();
  agent.held_by(kOther, 40, 3);  // from older files
  agent.beat();
  while (!agent.call<BeatRequest>()) agent.beat_or_wait();
  EXPECT_EQ(agent.call<BeatRequest>()->seen, (std::vector{SeenEpoch{kMail, Epoch{41}}}));
  EXPECT_EQ(agent.call<BeatRequest>()->seen_beat, BeatNumber{2});
}

TEST(AgentSetBack, ARestartedAgentReportsWhatItsPredecessorHadSeen) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  agent.beat();
  const auto kept = agent.take_action<KeepSeen>();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->seen, (SeenOfStore{BeatNumber{1}, {{kMail, Epoch{41}}}}));

  agent.restart(kept->seen);
  agent.tick();
  ASSERT_TRUE(agent.call<BeatRequest>()) << "its first";
  EXPECT_EQ(agent.call<BeatRequest>()->seen, (std::vector{SeenEpoch{kMail, Epoch{41}}}));
  EXPECT_EQ(agent.call<BeatRequest>()->seen_beat, BeatNumber{1});
  EXPECT_TRUE(agent.state.pools.empty()) << "nothing else is known of the pool";
}

TEST(AgentSetBack, AnEpochIsKeptAtOnceAndABeatOnceAMinute) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  agent.beat();
  ASSERT_TRUE(agent.take_action<KeepSeen>());
  const Instant kept = agent.now;
  while (!agent.take_action<KeepSeen>()) {
    ASSERT_LT(agent.now - kept, 2min);
    agent.beat_or_wait();
    agent.report.lease_beat.value += 1;
  }
  EXPECT_GE(agent.now - kept, 1min);
  const Instant again = agent.now;
  agent.held_by(kOther, 58, 1);
  agent.beat();
  const auto higher = agent.take_action<KeepSeen>();
  ASSERT_TRUE(higher);
  EXPECT_LT(agent.now - again, 10s);
  EXPECT_EQ(higher->seen.epochs, (std::vector{SeenEpoch{kMail, Epoch{58}}}));
  EXPECT_EQ(higher->seen.beat, agent.state.seen_beat);
}

TEST(AgentSetBack, ALowerEpochReplacesNothingAndALowerBeatIsKeptAtOnce) {
  AgentHarness agent;
  agent.restart({BeatNumber{900}, {{kMail, Epoch{41}}, {kPaper, Epoch{7}}}});
  agent.held_by(kOther, 40, 3);  // from older files
  agent.beat();
  const auto kept = agent.take_action<KeepSeen>();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->seen, (SeenOfStore{BeatNumber{1}, {{kMail, Epoch{41}}, {kPaper, Epoch{7}}}}));
}

TEST(AgentSetBack, AnAgentThatStopsKeepsItsLastBeat) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  agent.beat();
  ASSERT_TRUE(agent.take_action<KeepSeen>());
  agent.beat();
  ASSERT_FALSE(agent.take_action<KeepSeen>());
  agent.feed(ShutdownAsked{});
  const Instant asked = agent.now;
  while (!agent.take_action<Finish>()) {
    ASSERT_LT(agent.now - asked, 10s);
    agent.beat_or_wait();
  }
  const auto kept = agent.take_action<KeepSeen>();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->seen.beat, agent.state.seen_beat);
  EXPECT_GT(kept->seen.beat, BeatNumber{1});
}

TEST(AgentSetBack, AFreePoolOfAnEarlierLifeOfTheServerIsNotTakenAtOnce) {
  AgentHarness agent;
  agent.released(41);
  agent.report.settled = false;
  agent.beat();
  const Instant first_look = agent.now;
  while (!agent.call<TakeRequest>()) {
    ASSERT_LT(agent.now - first_look, 60s);
    agent.beat_or_wait();
  }
  EXPECT_GE(agent.now - first_look, mail_settings().timings.takeover_after);
  EXPECT_GE(agent.call<TakeRequest>()->in_touch, mail_settings().timings.takeover_after);
  EXPECT_EQ(agent.call<TakeRequest>()->life, agent.life);
}

TEST(AgentSetBack, AWatchBeginsAgainWithTheServer) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  agent.beat();
  const Instant first_look = agent.now;
  while (agent.now - first_look < mail_settings().timings.takeover_after / 2) agent.beat_or_wait();
  ++agent.life;
  const Instant started = agent.now;
  while (!agent.call<TakeRequest>()) {
    ASSERT_LT(agent.now - started, 60s);
    agent.beat_or_wait();
  }
  EXPECT_GE(agent.now - started, mail_settings().timings.takeover_after);
}

TEST(AgentSetBack, WhatAnotherInstanceOfItsNameHoldsIsWatchedToo) {
  AgentHarness agent;
  agent.held_by(kSelf, 41, 7);
  agent.report.own = false;
  agent.report.paused = true;  // this stops only a takeover from another node
  agent.beat();
  const Instant first_look = agent.now;
  while (!agent.call<TakeRequest>()) {
    ASSERT_LT(agent.now - first_look, 60s);
    agent.beat_or_wait();
  }
  EXPECT_FALSE(agent.call<TakeRequest>()->confirmed_empty);
  EXPECT_GE(agent.call<TakeRequest>()->stood_still, mail_settings().timings.takeover_after);
}

/// They need not wait for a lost take.
TEST(AgentSetBack, PreferredCandidatesGoFirstThoughALostTakeIsLongOver) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  const Instant end = agent.now + 2 * mail_settings().timings.takeover_after;
  while (agent.now < end) {
    agent.held_by(kOther, 41, ++agent.report.lease_beat.value);
    agent.beat();
  }
  agent.released(41);
  agent.report.settled = false;
  agent.report.rank = 1;
  agent.beat();
  const Instant seen = agent.now;
  while (!agent.call<TakeRequest>()) agent.beat_or_wait();
  EXPECT_GE(agent.now, seen + 4 * mail_settings().timings.beat_every);
}

}  // namespace
}  // namespace jobflip::core

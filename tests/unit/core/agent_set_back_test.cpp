// What an agent remembers of the store, and what it does not believe of one that was started anew.
#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

TEST(AgentSetBack, SaysTheHighestEpochAndTheLastBeatThatItHasSeen) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  agent.beat();
  agent.held_by(kOther, 40, 3);  // of older files
  agent.beat();
  while (!agent.call<BeatRequest>()) agent.beat_or_wait();
  EXPECT_EQ(agent.call<BeatRequest>()->seen, (std::vector{Vouch{kMail, Epoch{41}}}));
  EXPECT_EQ(agent.call<BeatRequest>()->seen_beat, BeatNumber{2});
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

TEST(AgentSetBack, AWatchBeginsAnewWithTheServer) {
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
  agent.report.paused = true;  // which stops a takeover from another node only
  agent.beat();
  const Instant first_look = agent.now;
  while (!agent.call<TakeRequest>()) {
    ASSERT_LT(agent.now - first_look, 60s);
    agent.beat_or_wait();
  }
  EXPECT_FALSE(agent.call<TakeRequest>()->confirmed_empty);
  EXPECT_GE(agent.call<TakeRequest>()->stood_still, mail_settings().timings.takeover_after);
}

}  // namespace
}  // namespace jobflip::core

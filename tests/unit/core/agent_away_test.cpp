// The store is unreachable: how often an agent tries, with a live lease and without one.
#include <algorithm>

#include "jobflip/core/back_off.hpp"
#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

/// The store refuses each call at once. Returns the times of the calls.
std::vector<Instant> tries_for(AgentHarness& agent, Millis length) {
  std::vector<Instant> tries;
  const Instant end = agent.now + length;
  while (agent.now < end) {
    if (agent.state.call_sent) {
      tries.push_back(agent.now);
      const Error refused{ErrorCode::store_unreachable, "connection refused", ""};
      if (agent.call<BeatRequest>()) agent.feed(StoreAnswered{Result<BeatReply>{refused}});
      if (agent.call<TakeRequest>()) agent.feed(StoreAnswered{Result<TakeReply>{refused}});
      if (agent.call<ReleaseRequest>()) agent.feed(StoreAnswered{Result<ReleaseOutcome>{refused}});
      if (agent.call<FlipStepRequest>())
        agent.feed(StoreAnswered{Result<FlipStepOutcome>{refused}});
    }
    if (auto stop = agent.take_action<StopWorkers>()) agent.workers(WorkerPhase::empty);
    if (!agent.state.call_sent) {
      agent.now = std::max(agent.now + 1ms, agent.wake_at);
      agent.tick();
    }
  }
  return tries;
}

int most_in_a_second(const std::vector<Instant>& tries) {
  std::ptrdiff_t most = 0;
  for (auto from = tries.begin(); from != tries.end(); ++from)
    most = std::max(most, std::lower_bound(from, tries.end(), *from + 1s) - from);
  return static_cast<int>(most);
}

Millis longest_gap(const std::vector<Instant>& tries) {
  Millis longest{0};
  for (std::size_t i = 1; i < tries.size(); ++i)
    longest = std::max(longest, std::chrono::duration_cast<Millis>(tries[i] - tries[i - 1]));
  return longest;
}

TEST(AgentAway, BeatsOfALiveLeaseAreTriedAgainAtThePaceThatTheLeaseIsReckonedWith) {
  AgentHarness agent;
  agent.become_holder();
  const LeaseTimings timings = mail_settings().timings;
  const auto tries = tries_for(agent, timings.lease - timings.beat_every);
  EXPECT_GE(tries.size(), 4U);
  EXPECT_LE(longest_gap(tries), timings.beat_every) << "the back-off ate the lease";
  EXPECT_LE(most_in_a_second(tries), 5);
}

TEST(AgentAway, TheBackOffGrowsOnceNoLeaseIsLive) {
  AgentHarness agent;
  agent.become_holder();
  tries_for(agent, mail_settings().timings.lease);
  const auto tries = tries_for(agent, 60s);
  EXPECT_GE(longest_gap(tries), 2500ms);
  EXPECT_LE(longest_gap(tries), 5s);
  EXPECT_LE(most_in_a_second(tries), 5);
}

TEST(AgentAway, WhoHoldsNothingTriesAtMostFiveTimesASecondAndThenEveryFewSeconds) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  agent.beat();
  const auto tries = tries_for(agent, 60s);
  EXPECT_LE(most_in_a_second(tries), 5);
  EXPECT_GE(longest_gap(tries), 2500ms);
  EXPECT_LE(longest_gap(tries), 5s);
}

TEST(AgentAway, ReleasesAndTakesOfAnUnknownOutcomeAreNoBurstEither) {
  AgentHarness releasing;
  releasing.become_holder();
  releasing.flip(FlipState::draining, kSelf, kOther);
  releasing.beat();
  EXPECT_LE(most_in_a_second(tries_for(releasing, 60s)), 7);
  AgentHarness taking;
  taking.released(0);
  for (int i = 0; i < 3 && !taking.call<TakeRequest>(); ++i) taking.beat();
  ASSERT_NE(taking.call<TakeRequest>(), nullptr);
  EXPECT_LE(most_in_a_second(tries_for(taking, 60s)), 5);
}

TEST(AgentAway, AFastBeatDoesNotBecomeABurstOfConnections) {
  AgentHarness agent;
  agent.become_holder();
  // A pool with the shortest beat that a file may set.
  agent.state.pools.at(kMail).settings.timings.beat_every = 10ms;
  agent.state.next_beat = agent.now;
  EXPECT_LE(most_in_a_second(tries_for(agent, 8s)), 6);
}

TEST(AgentAway, HintsDoNotHurryAnAgentThatTheStoreDoesNotAnswer) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  agent.beat();
  int tries = 0;
  for (int i = 0; i < 2000; ++i) {
    agent.now += 1ms;
    agent.feed(WakeUp{});
    if (!agent.call<BeatRequest>()) continue;
    ++tries;
    agent.fail<BeatReply>();
  }
  EXPECT_LE(tries, 11);
}

TEST(AgentAway, TwoAgentsThatLoseTheStoreTogetherDoNotComeBackTogether) {
  AgentHarness one;
  AgentHarness other;
  other.state.seed = seed_of("another process");
  for (auto* agent : {&one, &other}) {
    agent->held_by(kOther, 41, 7);
    agent->beat();
  }
  const auto first = tries_for(one, 30s);
  const auto second = tries_for(other, 30s);
  int together = 0;
  for (std::size_t i = 1; i < std::min(first.size(), second.size()); ++i)
    if (first[i] == second[i]) ++together;
  EXPECT_LE(together, 1);
}

/// As a store with a full disk does.
TEST(AgentAway, AStoreThatTakesBeatsAndRefusesTakesIsAskedOnceASecond) {
  AgentHarness agent;
  agent.released(0);
  const Instant end = agent.now + 20s;
  int takes = 0;
  int logged = 0;
  while (agent.now < end) {
    if (agent.call<TakeRequest>()) {
      ++takes;
      agent.feed(StoreAnswered{Result<TakeReply>{Error{ErrorCode::store_full, "full", ""}}});
    }
    agent.beat_or_wait();
  }
  for (const LogEvent& log_event : agent.log_events)
    logged += log_event.kind == LogEventKind::store_away ? 1 : 0;
  EXPECT_LE(takes, 35);
  EXPECT_GE(takes, 10);
  EXPECT_EQ(logged, 1);
  while (!agent.call<TakeRequest>()) agent.beat_or_wait();
  agent.answer(TakeReply{TakeOutcome::taken, Epoch{100}, ""});
  const LogEvent& back = agent.log_events[agent.log_events.size() - 2];
  EXPECT_EQ(back.kind, LogEventKind::store_back);
  EXPECT_EQ(back.sentence.find("after 0 failed"), std::string::npos);
  EXPECT_EQ(agent.state.refused_calls, 0);
}

/// Only a refusal shows that the store may accept nothing but beats.
TEST(AgentAway, ATakeThatFailedOtherwiseIsAskedAgainAfterTheNextBeat) {
  for (const ErrorCode code : {ErrorCode::store_conflict, ErrorCode::store_timeout}) {
    AgentHarness agent;
    agent.released(0);
    while (!agent.call<TakeRequest>()) agent.beat_or_wait();
    agent.now = agent.state.next_beat;
    agent.feed(StoreAnswered{Result<TakeReply>{Error{code, "in the way", ""}}});
    agent.beat();
    EXPECT_NE(agent.call<TakeRequest>(), nullptr);
    EXPECT_EQ(agent.state.last_error, "");
  }
}

TEST(AgentAway, ARefusalSaysWhatToDoAndIsToldAgainWhileItLasts) {
  AgentHarness agent;
  const auto refuse_for = [&](Millis length) {
    agent.log_events.clear();
    const Instant end = agent.now + length;
    while (agent.now < end) {
      if (agent.call<BeatRequest>())
        agent.feed(StoreAnswered{Result<BeatReply>{
            Error{ErrorCode::not_found, "beat: there is no node \"job3\"", "add it"}}});
      agent.beat_or_wait();
    }
    return std::ranges::count(agent.log_events, LogEventKind::refused, &LogEvent::kind);
  };
  EXPECT_EQ(refuse_for(5min), 1);
  EXPECT_EQ(agent.log_events[0].sentence,
            "the store refuses: beat: there is no node \"job3\"; add it");
  EXPECT_EQ(refuse_for(20min), 2);
  EXPECT_EQ(std::ranges::count(agent.log_events, LogEventKind::store_away, &LogEvent::kind), 0);
}

TEST(AgentAway, ABeatThatIsGrantedAfterARefusedOneIsAStoreThatAnswersAgain) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  while (!agent.call<BeatRequest>()) agent.beat_or_wait();
  agent.feed(StoreAnswered{Result<BeatReply>{Error{ErrorCode::store_denied, "no right", ""}}});
  agent.beat();
  EXPECT_EQ(std::ranges::count(agent.log_events, LogEventKind::store_back, &LogEvent::kind), 1);
  EXPECT_EQ(agent.state.last_error, "");
}

}  // namespace
}  // namespace jobflip::core

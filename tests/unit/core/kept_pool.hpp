#pragma once
/// A pool with when_store_lost = keep: its holder was cut off for longer than its lease, and now
/// reaches a store that may have lost another node's take.

#include <algorithm>

#include "unit/core/agent_harness.hpp"

namespace jobflip::core::kept_pool {

using namespace std::chrono_literals;

inline const LeaseTimings kTimings = mail_settings().timings;

inline void keep(AgentHarness& agent) {
  agent.settings.when_store_lost = WhenStoreLost::keep;
  agent.settings.workers_fence_every_claim = true;
}

/// A holder whose pool keeps its workers.
inline void become_keeper(AgentHarness& agent) {
  keep(agent);
  agent.become_holder();
  ASSERT_EQ(agent.lease().settings.when_store_lost, WhenStoreLost::keep);
}

/// The store gives no answer for that long. Returns the latest deadline that the guard was given.
inline Instant without_store(AgentHarness& agent, Millis length) {
  const Instant end = agent.now + length;
  Instant guard_deadline = agent.lease().deadline;
  while (agent.now < end) {
    if (agent.call<BeatRequest>()) agent.fail<BeatReply>();
    while (const auto extended = agent.take_action<ExtendDeadline>())
      guard_deadline = std::max(guard_deadline, extended->deadline);
    agent.now = std::min(end, std::max(agent.now + 1ms, agent.wake_at));
    agent.tick();
  }
  return guard_deadline;
}

/// The row is older than the server's start.
inline void begin_life(AgentHarness& agent) {
  ++agent.life;
  agent.report.settled = false;
}

/// A holder that keeps its workers; the store has not answered its agent for a minute.
inline void be_kept(AgentHarness& agent) {
  become_keeper(agent);
  without_store(agent, 1min);
  ASSERT_TRUE(agent.lease().kept_since);
  agent.actions.clear();
}

inline void answer_a_beat(AgentHarness& agent) {
  while (!agent.call<BeatRequest>()) agent.beat_or_wait();
  agent.answer(agent.reply());
}

/// A new process that found the workers, and has had no answer yet.
inline void be_adopted(AgentHarness& agent) {
  be_kept(agent);
  agent.restart();
  begin_life(agent);
  const Instant guard_deadline = agent.now + kTimings.lease;
  agent.feed(WorkersSeen{kMail, {WorkerPhase::running, Epoch{100}, guard_deadline, ""}});
  agent.tick();
}

}  // namespace jobflip::core::kept_pool

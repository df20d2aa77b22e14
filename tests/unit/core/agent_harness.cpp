#include "unit/core/agent_harness.hpp"

#include "jobflip/core/invariants.hpp"

namespace jobflip::core {

void AgentHarness::feed(const AgentEvent& event) {
  AgentStep step = agent_step(std::move(state), event, now);
  EXPECT_EQ(check_invariants(step, now), "");
  state = std::move(step.next);
  wake_at = step.wake_at;
  last_reason = step.reason;
  log_events.insert(log_events.end(), step.log_events.begin(), step.log_events.end());
  for (auto& action : step.actions) {
    if (auto* prepare = std::get_if<PrepareWorkers>(&action); prepare && arms) {
      actions.push_back(action);
      feed(WorkersSeen{prepare->pool, {WorkerPhase::armed, {}, {}, ""}});
      continue;
    }
    actions.push_back(std::move(action));
  }
}

void AgentHarness::beat() {
  if (!call<BeatRequest>()) {
    now = std::max(now, state.next_beat);
    tick();
  }
  ASSERT_NE(call<BeatRequest>(), nullptr);
  answer(reply());
}

void AgentHarness::become_holder() {
  released(0);
  for (int i = 0; i < 3 && !call<TakeRequest>(); ++i) beat();
  ASSERT_NE(call<TakeRequest>(), nullptr);
  answer(TakeReply{TakeOutcome::taken, Epoch{100}, ""});
  ASSERT_TRUE(take_action<StartWorkers>());
  workers(WorkerPhase::running);
  held_by(kSelf, 100, 1);
  beat();
  ASSERT_EQ(lease().phase, LeasePhase::holding);
  actions.clear();
}

}  // namespace jobflip::core

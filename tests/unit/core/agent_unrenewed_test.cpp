// A lease that waits for a lost take to run out, or may have to: what it allows, and how it is
// given up.
#include <algorithm>

#include "unit/core/kept_pool.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;
using namespace kept_pool;

/// Beats go on, and so does time; answers whether the lease was released meanwhile, and by a node
/// that the store may have as vouching.
bool releases_what_it_vouches_for(AgentHarness& agent, bool vouched) {
  for (int i = 0; i < 40; ++i) {
    if (agent.call<ReleaseRequest>()) return vouched;
    if (const auto* beat = agent.call<BeatRequest>()) {
      vouched = !beat->vouches.empty();
      agent.answer(agent.reply());
      continue;
    }
    agent.now = std::max(agent.now + 1ms, agent.wake_at);
    agent.tick();
  }
  return false;
}

/// The beat that vouched may have been carried out: the store would let the next node take at once.
TEST(AgentUnrenewed, AReleaseWaitsAfterABeatWithoutAnAnswerToo) {
  AgentHarness agent;
  be_adopted(agent);
  while (!agent.call<BeatRequest>()) agent.pass(10ms);
  ASSERT_FALSE(agent.call<BeatRequest>()->vouches.empty());
  agent.feed(ShutdownAsked{});
  agent.workers(WorkerPhase::empty);
  agent.fail<BeatReply>();
  agent.now = agent.state.next_call;
  agent.tick();
  EXPECT_FALSE(releases_what_it_vouches_for(agent, true));
}

TEST(AgentUnrenewed, NorDoesWhoHandsOverAfterTwoBeatsWithoutAnAnswerReleaseAtOnce) {
  AgentHarness agent;
  agent.settings.when_workers_end = WhenWorkersEnd::hand_over;
  be_kept(agent);
  begin_life(agent);
  while (!agent.call<BeatRequest>()) agent.pass(10ms);
  agent.workers(WorkerPhase::empty, "exited with 1");
  ASSERT_EQ(agent.lease().phase, LeasePhase::releasing);
  agent.fail<BeatReply>();
  while (!agent.call<BeatRequest>()) agent.pass(10ms);
  agent.fail<BeatReply>();
  EXPECT_FALSE(releases_what_it_vouches_for(agent, true));
}

TEST(AgentUnrenewed, AReleaseWaitsWhereTheAnswerCameAfterTheWorkersHadEnded) {
  AgentHarness agent;
  be_kept(agent);
  begin_life(agent);
  agent.flip(FlipState::draining, kSelf, kOther);
  while (!agent.call<BeatRequest>()) agent.pass(10ms);
  ASSERT_FALSE(agent.call<BeatRequest>()->vouches.empty());
  agent.workers(WorkerPhase::empty, "exited with 1");
  ASSERT_EQ(agent.lease().phase, LeasePhase::watching);
  agent.answer(agent.reply());
  EXPECT_FALSE(releases_what_it_vouches_for(agent, true));
}

void be_unrenewed(AgentHarness& agent) {
  be_adopted(agent);
  answer_a_beat(agent);
  ASSERT_TRUE(agent.lease().unrenewed);
  agent.actions.clear();
}

TEST(AgentUnrenewed, WorkersThatEndUnderTheGuardsDeadlineAreNotStartedAgainBeforeThereIsALease) {
  AgentHarness agent;
  be_unrenewed(agent);
  const Instant heard = agent.state.life_since;
  agent.workers(WorkerPhase::empty, "exited with 1");
  while (agent.now < heard + kTimings.takeover_after) {
    ASSERT_FALSE(agent.take_action<StartWorkers>());
    agent.now += 1ms;
    agent.beat_or_wait();
  }
}

TEST(AgentUnrenewed, NorWhereAFlipIsEndedInTheDrain) {
  AgentHarness agent;
  be_unrenewed(agent);
  agent.flip(FlipState::draining, kSelf, kOther);
  answer_a_beat(agent);
  ASSERT_TRUE(agent.take_action<StopWorkers>());
  agent.report.flip.reset();
  answer_a_beat(agent);
  agent.workers(WorkerPhase::empty);
  EXPECT_FALSE(agent.take_action<StartWorkers>());
}

TEST(AgentUnrenewed, ASettingThatIsChangedMeanwhileMakesNoLeaseOfIt) {
  AgentHarness agent;
  be_unrenewed(agent);
  const Instant had = agent.lease().deadline;
  agent.settings.when_store_lost = WhenStoreLost::stop;
  answer_a_beat(agent);
  EXPECT_EQ(agent.lease().deadline, had);
}

TEST(AgentUnrenewed, KeptWorkersThatCannotBeSeenWhenTheSettingChangesAreNotKept) {
  AgentHarness agent;
  be_unrenewed(agent);
  agent.workers(WorkerPhase::unknown, "cannot be seen");
  agent.settings.when_store_lost = WhenStoreLost::stop;
  answer_a_beat(agent);
  EXPECT_FALSE(agent.lease().kept_since);
}

TEST(AgentUnrenewed, ARowThatSomebodyHasLockedIsNoRefusal) {
  AgentHarness agent;
  be_kept(agent);
  while (!agent.call<BeatRequest>()) agent.pass(10ms);
  agent.feed(StoreAnswered{Result<BeatReply>{Error{ErrorCode::store_conflict, "locked", ""}}});
  EXPECT_FALSE(agent.take_action<StopWorkers>());
  answer_a_beat(agent);
  EXPECT_GT(agent.lease().deadline, agent.now);
}

}  // namespace
}  // namespace jobflip::core

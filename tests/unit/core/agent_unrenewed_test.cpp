// A lease that must, or may have to, wait until a lost take runs out: what it allows, and how it
// is released.
#include <algorithm>

#include "unit/core/kept_pool.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;
using namespace kept_pool;

void be_unrenewed(AgentHarness& agent) {
  be_adopted(agent);
  answer_a_beat(agent);
  ASSERT_TRUE(agent.lease().unrenewed);
  agent.actions.clear();
}

/// Beats continue while time passes. Returns whether the lease was released, and by a node that
/// may still be renewing it in the store.
bool releases_what_it_renews(AgentHarness& agent, bool renewed) {
  for (int i = 0; i < 40; ++i) {
    if (agent.call<ReleaseRequest>()) return renewed;
    if (const auto* beat = agent.call<BeatRequest>()) {
      renewed = !beat->renewals.empty();
      agent.answer(agent.reply());
      continue;
    }
    agent.now = std::max(agent.now + 1ms, agent.wake_at);
    agent.tick();
  }
  return false;
}

/// The store may have carried out the beat with the renewal: then the next node could take the
/// lease at once.
TEST(AgentUnrenewed, AReleaseWaitsAfterABeatWithoutAnAnswerToo) {
  AgentHarness agent;
  be_adopted(agent);
  while (!agent.call<BeatRequest>()) agent.pass(10ms);
  ASSERT_FALSE(agent.call<BeatRequest>()->renewals.empty());
  agent.feed(ShutdownAsked{});
  agent.workers(WorkerPhase::empty);
  agent.fail<BeatReply>();
  agent.now = agent.state.next_call;
  agent.tick();
  EXPECT_FALSE(releases_what_it_renews(agent, true));
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
  EXPECT_FALSE(releases_what_it_renews(agent, true));
}

TEST(AgentUnrenewed, AReleaseWaitsIfTheAnswerCameAfterTheWorkersHadEnded) {
  for (const WhenStoreLost set : {WhenStoreLost::keep, WhenStoreLost::stop}) {
    AgentHarness agent;
    be_kept(agent);
    begin_life(agent);
    agent.flip(FlipState::draining, kSelf, kOther);
    while (!agent.call<BeatRequest>()) agent.pass(10ms);
    ASSERT_FALSE(agent.call<BeatRequest>()->renewals.empty());
    agent.workers(WorkerPhase::empty, "exited with 1");
    ASSERT_EQ(agent.lease().phase, LeasePhase::watching);
    agent.settings.when_store_lost = set;
    agent.answer(agent.reply());
    EXPECT_FALSE(releases_what_it_renews(agent, true));
  }
}

TEST(AgentUnrenewed, AReleaseIsNotSettledByTheAnswerToABeatThatRenews) {
  AgentHarness agent;
  be_unrenewed(agent);
  while (!agent.call<BeatRequest>()) agent.pass(10ms);
  ASSERT_FALSE(agent.call<BeatRequest>()->renewals.empty());
  agent.feed(ShutdownAsked{});
  agent.workers(WorkerPhase::empty);
  ASSERT_EQ(agent.lease().phase, LeasePhase::releasing);
  agent.answer(agent.reply());
  EXPECT_NE(agent.call<BeatRequest>(), nullptr) << "the release waits for it";
  EXPECT_FALSE(releases_what_it_renews(agent, true));
}

TEST(AgentUnrenewed, TheBeatThatAReleaseWaitsForIsSentAtOnce) {
  AgentHarness agent;
  be_unrenewed(agent);
  agent.flip(FlipState::draining, kSelf, kOther);
  answer_a_beat(agent);
  ASSERT_FALSE(agent.state.call_sent);
  agent.workers(WorkerPhase::empty);
  ASSERT_NE(agent.call<BeatRequest>(), nullptr);
  EXPECT_TRUE(agent.call<BeatRequest>()->renewals.empty());
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
  for (int i = 0; i < 10 && !agent.call<TakeRequest>(); ++i) agent.beat_or_wait();
  ASSERT_NE(agent.call<TakeRequest>(), nullptr);
  agent.answer(TakeReply{TakeOutcome::taken, Epoch{101}, ""});
  agent.pass(1s);
  EXPECT_TRUE(agent.take_action<StartWorkers>()) << "this is a lease";
}

TEST(AgentUnrenewed, OnceRenewedTheyAreStartedAgainUnderTheSameLease) {
  AgentHarness agent;
  be_adopted(agent);
  agent.report.settled = true;
  answer_a_beat(agent);
  agent.workers(WorkerPhase::empty, "exited with 1");
  for (int i = 0; i < 3; ++i) agent.beat_or_wait();
  const auto start = agent.take_action<StartWorkers>();
  ASSERT_TRUE(start);
  EXPECT_EQ(start->epoch, Epoch{100});
}

/// As after a server start that was not on record at the first beat.
TEST(AgentUnrenewed, EachStartOfTheServerBeginsTheWaitAgain) {
  AgentHarness agent;
  be_kept(agent);
  begin_life(agent);
  answer_a_beat(agent);
  agent.pass(kTimings.takeover_after / 2);
  begin_life(agent);
  answer_a_beat(agent);
  const Instant end = agent.now + kTimings.takeover_after;
  while (agent.now < end) {
    EXPECT_TRUE(agent.lease().kept_since);
    agent.now += 1ms;
    agent.beat_or_wait();
  }
}

TEST(AgentUnrenewed, OneOutageAndOneWaitAreLoggedOnceEach) {
  AgentHarness agent;
  be_kept(agent);
  begin_life(agent);
  for (int i = 0; i < 10; ++i) answer_a_beat(agent);
  EXPECT_EQ(std::ranges::count(agent.log_events, LogEventKind::kept, &LogEvent::kind), 2);
}

TEST(AgentUnrenewed, ARefusalLeavesNothingOfItBehind) {
  AgentHarness agent;
  be_kept(agent);
  begin_life(agent);
  answer_a_beat(agent);
  while (!agent.call<BeatRequest>()) agent.beat_or_wait();
  agent.feed(StoreAnswered{Result<BeatReply>{Error{ErrorCode::store_denied, "no right", ""}}});
  agent.workers(WorkerPhase::empty);
  EXPECT_EQ(agent.lease().phase, LeasePhase::watching);
  EXPECT_FALSE(agent.lease().unrenewed);
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

TEST(AgentUnrenewed, ALockedRowIsNotARefusal) {
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

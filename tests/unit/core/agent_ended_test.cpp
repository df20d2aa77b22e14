// A holder whose workers end on their own: they are restarted in place, or the pool is handed
// over.
#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

TEST(AgentEnded, StartsAgainUnderTheSameLeaseWhenTheWorkersEndByThemselves) {
  AgentHarness agent;
  agent.become_holder();
  agent.workers(WorkerPhase::empty, "exited with 3");
  EXPECT_NE(agent.last_reason.find("exited with 3"), std::string::npos);
  EXPECT_FALSE(agent.take_action<StartWorkers>()) << "not at once: it may end at once again";
  agent.now = agent.lease().not_before;
  agent.tick();
  const auto start = agent.take_action<StartWorkers>();
  ASSERT_TRUE(start);
  EXPECT_EQ(start->epoch, Epoch{100});
}

TEST(AgentEnded, ItsReleaseForAFlipSaysHowTheWorkersEnded) {
  for (const auto end : {WorkersEnd::drained, WorkersEnd::killed}) {
    AgentHarness agent;
    agent.become_holder();
    agent.flip(FlipState::draining, kSelf, kOther);
    agent.beat();
    ASSERT_EQ(agent.lease().phase, LeasePhase::stopping);
    WorkerStatus gone{.phase = WorkerPhase::empty, .epoch = agent.lease().epoch};
    gone.end = end;
    agent.feed(WorkersSeen{kMail, gone});
    for (int i = 0; i < 20 && !agent.call<ReleaseRequest>(); ++i) agent.beat_or_wait();
    ASSERT_TRUE(agent.call<ReleaseRequest>());
    EXPECT_EQ(agent.call<ReleaseRequest>()->workers, end);
    EXPECT_EQ(agent.call<ReleaseRequest>()->epoch, gone.epoch);
  }
}

TEST(AgentEnded, StartsAgainUnderTheSameLeaseIfTheGuardIsSeenEndingWhatTheWorkersLeftBehind) {
  AgentHarness agent;
  agent.become_holder();
  agent.workers(WorkerPhase::stopping, "it ended; what it left behind is being ended");
  EXPECT_EQ(agent.lease().stop_cause, StopCause::ended);
  EXPECT_FALSE(agent.take_action<StartWorkers>());
  agent.workers(WorkerPhase::empty, "exited with 3");
  EXPECT_EQ(agent.lease().phase, LeasePhase::starting);
  EXPECT_EQ(agent.lease().epoch, Epoch{100});
}

TEST(AgentEnded, TakesAgainIfTheGuardEndedTheWorkersAtTheirDeadline) {
  AgentHarness agent;
  agent.become_holder();
  agent.feed(WorkersSeen{
      kMail, {WorkerPhase::stopping, agent.lease().epoch, agent.lease().deadline, "fenced", true}});
  EXPECT_EQ(agent.lease().stop_cause, StopCause::expired);
  agent.workers(WorkerPhase::empty, "fenced");
  EXPECT_EQ(agent.lease().phase, LeasePhase::watching);
}

TEST(AgentEnded, DoesNotCutShortTheGracefulStopThatTheGuardHasBegun) {
  for (const bool at_deadline : {false, true}) {
    AgentHarness agent;
    agent.become_holder();
    agent.feed(WorkersSeen{kMail,
                           {WorkerPhase::stopping, agent.lease().epoch, agent.lease().deadline,
                            "being ended", at_deadline}});
    const auto stop = agent.take_action<StopWorkers>();
    ASSERT_TRUE(stop);
    EXPECT_EQ(stop->grace, mail_settings().timings.graceful_stop) << at_deadline;
  }
}

TEST(AgentEnded, ReleasesIfItIsToldToStopWhileTheLastProcessesEnd) {
  AgentHarness agent;
  agent.become_holder();
  agent.workers(WorkerPhase::stopping, "it ended; what it left behind is being ended");
  agent.feed(ShutdownAsked{});
  agent.workers(WorkerPhase::empty, "exited with 3");
  EXPECT_EQ(agent.lease().phase, LeasePhase::releasing);
}

TEST(AgentEnded, WaitsLongerEachTimeTheWorkersEndByThemselves) {
  AgentHarness agent;
  agent.become_holder();
  Millis last{0};
  for (int i = 0; i < 12; ++i) {
    agent.workers(WorkerPhase::empty, "exited with 3");
    const auto wait = std::chrono::duration_cast<Millis>(agent.lease().not_before - agent.now);
    EXPECT_GE(wait, last);
    EXPECT_LE(wait, 30s);
    last = wait;
    const Instant start_at = agent.lease().not_before;
    while (!agent.take_action<StartWorkers>()) {
      ASSERT_LE(agent.now, start_at + 3s);
      agent.beat_or_wait();
    }
    agent.workers(WorkerPhase::running);
  }
}

TEST(AgentEnded, HandsOverWhenTheWorkersEndByThemselvesIfThePoolWantsThat) {
  AgentHarness agent;
  agent.settings.when_workers_end = WhenWorkersEnd::hand_over;
  agent.become_holder();
  agent.workers(WorkerPhase::empty, "was killed by SIGKILL");
  // No node must wait for this one, even if it is the preferred one.
  const auto* beat = agent.call<BeatRequest>();
  ASSERT_NE(beat, nullptr) << "the beat comes before the release";
  EXPECT_TRUE(beat->ready.empty());
  EXPECT_TRUE(beat->renewals.empty()) << "no worker runs under it any more";
  agent.answer(agent.reply());
  const auto* release = agent.call<ReleaseRequest>();
  ASSERT_NE(release, nullptr);
  EXPECT_EQ(release->epoch, Epoch{100});
  EXPECT_NE(release->reason.find("was killed by SIGKILL"), std::string::npos);
  agent.answer(ReleaseOutcome::released);
  // It leaves the pool to others for a while, and may then take it again.
  const Instant not_before = agent.lease().not_before;
  EXPECT_GE(not_before - agent.now, 1s);
  agent.released(100);
  while (agent.call<TakeRequest>() == nullptr) {
    ASSERT_LE(agent.now, not_before + 20s);
    agent.beat_or_wait();
  }
  EXPECT_GE(agent.now, not_before);
}

TEST(AgentEnded, TheBeatThatAnnouncesAHandOverMayBeLost) {
  AgentHarness agent;
  agent.settings.when_workers_end = WhenWorkersEnd::hand_over;
  agent.become_holder();
  agent.workers(WorkerPhase::empty, "exited with 3");
  ASSERT_NE(agent.call<BeatRequest>(), nullptr);
  agent.fail<BeatReply>();
  const Instant gave_up = agent.now + 30s;
  while (agent.call<ReleaseRequest>() == nullptr) {
    ASSERT_LE(agent.now, gave_up);
    agent.now = agent.wake_at;
    agent.tick();
  }
}

TEST(AgentEnded, StartsItsWorkersAgainInAPauseOrAFlipWhateverThePoolWants) {
  for (const bool paused : {true, false}) {
    AgentHarness agent;
    agent.settings.when_workers_end = WhenWorkersEnd::hand_over;
    agent.become_holder();
    agent.report.paused = paused;
    if (!paused) agent.flip(FlipState::started, kOther, kSelf);
    agent.beat();
    agent.workers(WorkerPhase::empty, "exited with 3");
    EXPECT_EQ(agent.lease().phase, LeasePhase::starting) << (paused ? "in a pause" : "in a flip");
  }
}

}  // namespace
}  // namespace jobflip::core

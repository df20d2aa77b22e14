// What an agent reports and does if the files of its lease were removed, if nobody saw how workers
// ended, or if a guard can't be armed.
#include <gmock/gmock.h>

#include <algorithm>

#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

const BeatRequest& next_beat(AgentHarness& agent) {
  while (!agent.call<BeatRequest>()) agent.beat_or_wait();
  return *agent.call<BeatRequest>();
}

TEST(AgentLostFiles, KeepsItsWorkersAndSaysItInTheLogAndInItsBeat) {
  AgentHarness agent;
  agent.become_holder();
  EXPECT_EQ(next_beat(agent).not_ready_reason, "");
  auto status = agent.lease().workers;
  status.warning = "the files of its lease were removed";
  agent.actions.clear();
  agent.feed(WorkersSeen{kMail, status});
  EXPECT_EQ(agent.log_events.back().kind, LogEventKind::lease_files_gone);
  agent.feed(WorkersSeen{kMail, status});
  EXPECT_EQ(std::ranges::count(agent.log_events, LogEventKind::lease_files_gone, &LogEvent::kind),
            1);
  EXPECT_EQ(agent.lease().phase, LeasePhase::holding);
  agent.beat();
  agent.beat();
  const auto& beat = next_beat(agent);
  EXPECT_THAT(beat.not_ready_reason, HasSubstr("were removed"));
  EXPECT_EQ(beat.renewals.size(), 1U) << "they are seen: the lease is renewed";
  EXPECT_FALSE(agent.take_action<StopWorkers>());
  status.warning.clear();
  agent.feed(WorkersSeen{kMail, status});
  agent.beat();
  EXPECT_EQ(next_beat(agent).not_ready_reason, "") << "gone with its cause";
}

TEST(AgentUnseenEnd, IsNotRecordedAsAnEndThatWasSeen) {
  for (const bool unseen : {false, true}) {
    SCOPED_TRACE(unseen);
    AgentHarness agent;
    agent.become_holder();
    agent.settings.when_workers_end = WhenWorkersEnd::restart;
    const Instant deadline = agent.lease().deadline;
    agent.feed(WorkersSeen{kMail, {.phase = WorkerPhase::unknown, .sentence = "the guard died"}});
    while (agent.now < deadline) agent.beat_or_wait();
    WorkerStatus ended{.phase = WorkerPhase::empty, .epoch = Epoch{100}};
    ended.end_unseen = unseen;
    agent.feed(WorkersSeen{kMail, ended});
    agent.feed(WorkersSeen{kMail, {.phase = WorkerPhase::armed}});
    for (int i = 0; i < 50 && !agent.call<TakeRequest>(); ++i) agent.beat_or_wait();
    const auto* take = agent.call<TakeRequest>();
    ASSERT_NE(take, nullptr);
    EXPECT_TRUE(take->confirmed_empty);
    EXPECT_THAT(take->reason, HasSubstr(unseen ? "was not seen" : "no worker is left"));
  }
}

TEST(AgentUnseenEnd, StaysUnseenWhateverALaterStatusSaysAboutTheSameEpoch) {
  for (const bool unseen : {false, true}) {
    SCOPED_TRACE(unseen);
    AgentHarness agent;
    agent.become_holder();
    agent.arms = false;
    const Instant deadline = agent.lease().deadline;
    agent.feed(WorkersSeen{kMail, {.phase = WorkerPhase::unknown, .sentence = "the guard died"}});
    while (agent.now < deadline) agent.beat_or_wait();
    WorkerStatus ended{.phase = WorkerPhase::empty, .epoch = Epoch{100}};
    ended.end_unseen = unseen;
    agent.feed(WorkersSeen{kMail, ended});
    // A host that can't prepare reports the reason, and no longer how its workers ended.
    agent.feed(WorkersSeen{kMail, {WorkerPhase::broken, Epoch{100}, {}, "no such command"}});
    for (int i = 0; i < 10 && !agent.call<ReleaseRequest>(); ++i) agent.beat_or_wait();
    EXPECT_EQ(agent.call<ReleaseRequest>() == nullptr, unseen);
  }
}

TEST(AgentPrepares, LessAndLessOftenWhatCannotBeArmed) {
  AgentHarness agent;
  agent.arms = false;
  agent.held_by(kOther, 7, 1);
  agent.beat();
  const auto broken = [&] {
    WorkerStatus status{.phase = WorkerPhase::broken, .sentence = "the guard did not arm"};
    agent.feed(WorkersSeen{kMail, status});
  };
  broken();
  agent.actions.clear();
  const auto begun = agent.now;
  int tries = 0;
  while (agent.now < begun + 10min) {
    agent.beat_or_wait();
    if (!agent.take_action<PrepareWorkers>()) continue;
    ++tries;
    broken();
  }
  EXPECT_GE(tries, 19);
  EXPECT_LE(tries, 24) << "every half minute, not every five seconds";
}

TEST(AgentPrepares, SoonAgainWhatWasArmedInBetween) {
  for (const bool armed : {false, true}) {
    SCOPED_TRACE(armed);
    AgentHarness agent;
    agent.arms = false;
    agent.held_by(kOther, 7, 1);
    agent.beat();
    const auto see = [&](WorkerPhase phase) {
      agent.feed(WorkersSeen{kMail, {.phase = phase, .sentence = "the guard did not arm"}});
    };
    const auto wait_for_a_try = [&] {
      const auto begun = agent.now;
      for (int i = 0; i < 1000 && !agent.take_action<PrepareWorkers>(); ++i) {
        ++agent.report.lease_beat.value;  // its holder is alive
        agent.beat_or_wait();
      }
      return agent.now - begun;
    };
    see(WorkerPhase::broken);
    for (int i = 0; i < 5; ++i) {
      wait_for_a_try();
      see(WorkerPhase::broken);
    }
    wait_for_a_try();
    if (armed) see(WorkerPhase::armed);
    see(WorkerPhase::broken);
    wait_for_a_try();  // its time was set before
    see(WorkerPhase::broken);
    EXPECT_EQ(wait_for_a_try() < 20s, armed);
  }
}

}  // namespace
}  // namespace jobflip::core

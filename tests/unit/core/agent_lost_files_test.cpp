// What an agent says and does when the files of its lease were removed, when nobody saw how workers
// ended, and when a guard can't be armed.
#include <gmock/gmock.h>

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
  EXPECT_EQ(agent.notes.back().kind, NoteKind::lease_files_gone);
  EXPECT_EQ(agent.lease().phase, LeasePhase::holding);
  agent.beat();
  agent.beat();
  const auto& beat = next_beat(agent);
  EXPECT_THAT(beat.not_ready_reason, HasSubstr("were removed"));
  EXPECT_EQ(beat.vouches.size(), 1U) << "they are seen: the lease is renewed";
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

}  // namespace
}  // namespace jobflip::core

// The loop between core, store and workers. The test plays the store and the worker host.
#include "agent_loop_fixture.hpp"

namespace jobflip::daemon {
namespace {

TEST_F(AgentLoopTest, TakesAFreePoolStartsItsWorkersAndKeepsTheirDeadlineAhead) {
  ASSERT_TRUE(until([&] { return runs(); }));
  const Instant first = host.state.deadline;
  EXPECT_TRUE(until([&] { return host.state.deadline > first; }));
}

TEST_F(AgentLoopTest, CancelsACallThatHangsAndContinues) {
  ASSERT_TRUE(until([&] { return runs(); }));
  store.hang = true;
  ASSERT_TRUE(until([&] { return store.cuts > 0 && !store.hang; }));
  const int beats = store.beats;
  EXPECT_TRUE(until([&] { return store.beats > beats + 2; }));
  EXPECT_TRUE(runs());
}

TEST_F(AgentLoopTest, StartsWorkersAgainThatEndedByThemselves) {
  ASSERT_TRUE(until([&] { return runs(); }));
  host.become(core::WorkerPhase::empty);
  EXPECT_TRUE(until([&] { return host.starts == 2; }));
  EXPECT_EQ(store.releases, 0);
}

TEST_F(AgentLoopTest, FindsOutAboutWorkersWhoseGuardReportsNothing) {
  ASSERT_TRUE(until([&] { return runs(); }));
  host.state.phase = core::WorkerPhase::empty;  // without an event
  EXPECT_TRUE(until([&] { return host.starts == 2; }));
}

TEST_F(AgentLoopTest, HandsOverOnShutDownAndThenSaysThatItIsFinished) {
  ASSERT_TRUE(until([&] { return runs(); }));
  agent->shut_down();
  ASSERT_TRUE(until([&] { return finished; }));
  EXPECT_EQ(store.releases, 1);
  EXPECT_EQ(host.state.phase, core::WorkerPhase::empty);
}

TEST_F(AgentLoopTest, KeepsWhatItSawOfTheStoreAndTheNextOneBeginsWithIt) {
  ASSERT_TRUE(until([&] { return runs(); }));
  ASSERT_FALSE(kept.empty());
  EXPECT_EQ(kept.back().epochs, (std::vector{core::SeenEpoch{kMail, Epoch{1}}}));
  EXPECT_GT(kept.back().beat, BeatNumber{0});
  seen_before = {BeatNumber{77}, {{PoolName::of("paper"), Epoch{5}}}};
  keep_refusal = "no space";  // which must not matter
  run_with(&black_box);
  EXPECT_EQ(agent->state().kept, seen_before);
  EXPECT_EQ(agent->state().seen_beat, BeatNumber{77});
  const std::size_t before = kept.size();
  ASSERT_TRUE(until([&] { return kept.size() > before; }));
  EXPECT_EQ(kept.back().epochs,
            (std::vector{core::SeenEpoch{kMail, Epoch{1}}, seen_before.epochs.front()}));
  const int beats = store.beats;
  EXPECT_TRUE(until([&] { return store.beats > beats + 2; }));
}

TEST_F(AgentLoopTest, LogsWhyTheHostRefusesAndWhatHelpsAsPlainText) {
  host.refusal = "no such\x1b[31m file";
  host.refusal_hint = "install\x1b it";
  ASSERT_TRUE(until([&] { return log_text.str().find("no such") != std::string::npos; }));
  EXPECT_NE(log_text.str().find("[31m file; install"), std::string::npos) << log_text.str();
  EXPECT_EQ(log_text.str().find('\x1b'), std::string::npos) << log_text.str();
}

TEST_F(AgentLoopTest, GivesTheLeaseBackWhenTheHostRefusesToStart) {
  host.refusal = "no such command";
  EXPECT_TRUE(until([&] { return store.releases == 1; }));
  EXPECT_EQ(host.starts, 0);
}

TEST_F(AgentLoopTest, AStartThatFailsAndRunsAllTheSameIsNotReleased) {
  host.refusal = "StartUnit: no answer within 1 s";
  host.starts_all_the_same = true;
  ASSERT_TRUE(until([&] { return runs(); }));
  const int beats = store.beats;
  ASSERT_TRUE(until([&] { return store.beats > beats + 3; }));
  EXPECT_EQ(store.releases, 0);
  EXPECT_TRUE(runs()) << "they run under our lease";
}

TEST_F(AgentLoopTest, AStartWhoseOutcomeIsUnknownIsStoppedAndSeenGoneBeforeTheRelease) {
  host.refusal = "StartUnit: no answer within 1 s";
  host.state_after_refusal = core::WorkerPhase::unknown;
  host.stop_ends = false;
  ASSERT_TRUE(until([&] { return host.stops > 0; }));
  const int beats = store.beats;
  ASSERT_TRUE(until([&] { return store.beats > beats + 3; }));
  EXPECT_EQ(store.releases, 0);
  host.become(core::WorkerPhase::running);
  const int stops = host.stops;
  ASSERT_TRUE(until([&] { return host.stops > stops; })) << "they started late";
  EXPECT_EQ(store.releases, 0);
  host.become(core::WorkerPhase::empty);
  EXPECT_TRUE(until([&] { return store.releases == 1; }));
}

TEST_F(AgentLoopTest, DoesNotChangeWorkersThatAreAtWorkHere) {
  ASSERT_TRUE(until([&] { return runs(); }));
  PlayedHost other;
  EXPECT_FALSE(agent->change_host(kMail, &other));
  EXPECT_FALSE(agent->change_host(kMail, nullptr));
  EXPECT_EQ(host.stops, 0);
  const Instant deadline = host.state.deadline;
  EXPECT_TRUE(until([&] { return host.state.deadline > deadline; }))
      << "it must still use the same host";
  EXPECT_EQ(other.prepares, 0);
}

TEST_F(AgentLoopTest, ChangedWorkersAreTheOnesThatStartNext) {
  PlayedHost other;
  store.give_to(NodeName::of("job2"));
  ASSERT_TRUE(until([&] { return host.prepares > 0; })) << "a standby, with its guard armed";
  ASSERT_TRUE(agent->change_host(kMail, &other));
  EXPECT_EQ(host.stops, 1) << "an armed guard has the old command";
  EXPECT_TRUE(until([&] { return other.prepares > 0; }));
  store.give_to(NodeName{});
  ASSERT_TRUE(until([&] { return other.state.phase == core::WorkerPhase::running; }));
  EXPECT_EQ(host.starts, 0);
  other.become(core::WorkerPhase::empty);
  EXPECT_TRUE(until([&] { return other.starts == 2; })) << "its events must arrive";
  agent.reset();  // before the host that it uses
}

TEST_F(AgentLoopTest, RemovedWorkersStartNoMoreUntilThereAreSomeAgain) {
  store.give_to(NodeName::of("job2"));
  ASSERT_TRUE(until([&] { return host.prepares > 0; }));
  ASSERT_TRUE(agent->change_host(kMail, nullptr));
  store.give_to(NodeName{});
  const int beats = store.beats;
  ASSERT_TRUE(until([&] { return store.beats > beats + 5; }));
  EXPECT_EQ(host.starts, 0);
  ASSERT_TRUE(agent->change_host(kMail, &host));
  EXPECT_TRUE(until([&] { return runs(); }));
}

TEST_F(AgentLoopTest, ChangesNothingWhileItShutsDown) {
  store.give_to(NodeName::of("job2"));
  ASSERT_TRUE(until([&] { return host.prepares > 0; }));
  agent->shut_down();
  EXPECT_FALSE(agent->change_host(kMail, nullptr));
}

TEST_F(AgentLoopTest, EndsWhileACallHangsWithoutWaitingForIt) {
  ASSERT_TRUE(until([&] { return runs(); }));
  store.hang = true;
  const int beats = store.beats;
  ASSERT_TRUE(until([&] { return store.beats > beats; }));
  agent.reset();  // cancels the call; otherwise it would block for the played store's 10 s
  EXPECT_GT(store.cuts, 0);
}

}  // namespace
}  // namespace jobflip::daemon

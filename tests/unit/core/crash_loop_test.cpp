#include "jobflip/core/crash_loop.hpp"

#include <algorithm>

#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

TEST(CrashLoop, BeginsWithTheFifthEndWithinTenMinutesAndCountsOn) {
  CrashLoop loop;
  Instant now{1h};
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(loop.count(now += 150s, "exited with 1"));
  EXPECT_FALSE(loop.is_on());
  EXPECT_TRUE(loop.count(now += 150s, "exited with 2")) << "ten minutes after the first";
  EXPECT_EQ(loop.ends(), 5);
  EXPECT_FALSE(loop.count(now += 1s, "exited with 3")) << "it begins once";
  EXPECT_EQ(loop.report(kMail), (CrashReport{kMail, 6, "exited with 3", 601s}));
}

TEST(CrashLoop, DoesNotBeginIfTheEndsAreFarApart) {
  CrashLoop loop;
  Instant now{1h};
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(loop.count(now += 151s, "exited with 1"));
}

TEST(CrashLoop, IsOverAfterTenMinutesWithoutAnEndAndCanBeginAgain) {
  CrashLoop loop;
  Instant now{1h};
  for (int i = 0; i < 7; ++i) loop.count(now += 1s, "exited with 1");
  EXPECT_FALSE(loop.pass(now + 599s));
  EXPECT_TRUE(loop.is_on());
  EXPECT_TRUE(loop.pass(now + 600s));
  EXPECT_FALSE(loop.is_on());
  EXPECT_FALSE(loop.pass(now + 601s)) << "it is over once";
  now += 700s;
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(loop.count(now += 1s, "exited with 1"));
  EXPECT_TRUE(loop.count(now += 1s, "exited with 1"));
}

TEST(CrashLoop, IsOverOnceWorkersRunForLongerThanAnyBeforeThem) {
  for (const Millis run : {1s, 60s}) {
    CrashLoop loop;
    Instant now{1h};
    for (int i = 0; i < 5; ++i) {
      loop.see_running(now);
      loop.count(now += run, "exited with 1");
    }
    ASSERT_TRUE(loop.is_on());
    EXPECT_EQ(loop.over_at(), now + CrashLoop::kWindow) << "nothing runs";
    loop.see_running(now + 5s);
    EXPECT_EQ(loop.over_at(), now + 5s + std::max<Millis>(30s, run * 3 / 2));
    EXPECT_TRUE(loop.pass(loop.over_at()));
    loop.see_running(std::nullopt);
    EXPECT_TRUE(loop.count(now + 100s, "exited with 1")) << "a sixth within ten minutes";
  }
}

TEST(CrashLoop, AReasonIsBoundedAndPrintable) {
  CrashLoop loop;
  for (int i = 0; i < 5; ++i) loop.count(Instant{1h}, "\x1b[2J" + std::string(5000, 'x'));
  EXPECT_LE(loop.report(kMail).reason.size(), 4 * CrashLoop::kMostReason + 3);
  EXPECT_EQ(loop.report(kMail).reason.find('\x1b'), std::string::npos);
}

/// The workers end on their own right after each start, `times` times; the agent restarts them.
void crash(AgentHarness& agent, int times) {
  for (int i = 0; i < times; ++i) {
    agent.workers(WorkerPhase::empty, "exited with 3");
    while (!agent.take_action<StartWorkers>()) agent.beat_or_wait();
    agent.workers(WorkerPhase::running);
  }
}

const BeatRequest& next_beat(AgentHarness& agent) {
  while (!agent.call<BeatRequest>()) agent.pass(100ms);
  return *agent.call<BeatRequest>();
}

TEST(AgentCrashLoop, IsInEachBeatFromTheFifthCrashOnUntilItIsOver) {
  AgentHarness agent;
  agent.become_holder();
  crash(agent, 4);
  EXPECT_TRUE(next_beat(agent).crashing.empty());
  agent.answer(agent.reply());
  crash(agent, 1);
  const auto begins = std::ranges::find_if(agent.log_events, [](const LogEvent& log_event) {
    return log_event.sentence.find("crash loop") != std::string::npos;
  });
  EXPECT_NE(begins, agent.log_events.end());
  EXPECT_EQ(next_beat(agent).crashing, (std::vector<CrashReport>{{kMail, 5, "exited with 3", 2s}}));
  agent.answer(agent.reply());
  const Instant over = agent.lease().crashes.over_at();
  int reported = 0;
  for (;; ++reported) {
    const bool on = !next_beat(agent).crashing.empty();
    ASSERT_EQ(on, agent.state.last_beat_sent < over);
    if (!on) break;
    agent.answer(agent.reply());
    agent.pass(1s);
  }
  EXPECT_GT(reported, 10);
  EXPECT_EQ(over, agent.lease().running_since + CrashLoop::kCalm);
}

TEST(AgentCrashLoop, LastsWhileNoWorkersRun) {
  AgentHarness agent;
  agent.become_holder();
  crash(agent, 5);
  agent.workers(WorkerPhase::empty, "exited with 3");
  EXPECT_EQ(agent.lease().crashes.over_at(), agent.now + CrashLoop::kWindow);
}

TEST(AgentCrashLoop, OfHundredsOfPoolsIsReportedAsFarAsTheStoreTakesIt) {
  AgentHarness agent;
  agent.become_holder();
  crash(agent, 5);
  const PoolLease looping = agent.lease();
  for (int i = 0; i < 250; ++i)
    agent.state.pools[*PoolName::parse("pool-" + std::to_string(i), "a pool")] = looping;
  EXPECT_EQ(next_beat(agent).crashing.size(), CrashLoop::kMostReported);
}

TEST(AgentCrashLoop, StartsThatFailCountToo) {
  AgentHarness agent;
  agent.released(41);
  for (int i = 0; i < 5; ++i) {
    const Instant give_up = agent.now + 10min;
    while (!agent.call<TakeRequest>()) {
      ASSERT_LE(agent.now, give_up);
      agent.beat_or_wait();
    }
    agent.answer(TakeReply{TakeOutcome::taken, Epoch{100 + i}, ""});
    ASSERT_TRUE(agent.take_action<StartWorkers>());
    EXPECT_FALSE(agent.lease().crashes.is_on());
    agent.workers(WorkerPhase::broken, "exec: no such file " + std::to_string(i));
    while (!agent.call<ReleaseRequest>()) {
      ASSERT_LE(agent.now, give_up);
      agent.beat_or_wait();
    }
    agent.answer(ReleaseOutcome::released);
    agent.released(100 + i);
  }
  EXPECT_TRUE(agent.lease().crashes.is_on());
}

TEST(AgentCrashLoop, HandsOverInACrashLoopIfThePoolWantsThat) {
  AgentHarness agent;
  agent.settings.when_workers_end = WhenWorkersEnd::hand_over_in_loop;
  agent.become_holder();
  crash(agent, 4);
  EXPECT_EQ(agent.lease().phase, LeasePhase::holding) << "restarted in place";
  agent.workers(WorkerPhase::empty, "exited with 3");
  EXPECT_EQ(agent.lease().phase, LeasePhase::releasing);
}

}  // namespace
}  // namespace jobflip::core

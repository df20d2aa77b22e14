#include "jobflip/core/log_event.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "unit/core/agent_harness.hpp"
#include "unit/core/supervisor_harness.hpp"

namespace jobflip::core {
namespace {

TEST(LogEvent, EveryKindHasItsOwnNameAndMessageId) {
  std::set<std::string_view> names, ids;
  for (const LogEventRow& row : kLogEventTable) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(ids.insert(row.message_id).second) << row.name;
    EXPECT_EQ(row.message_id.size(), 32U) << row.name;
    EXPECT_EQ(row.message_id.find_first_not_of("0123456789abcdef"), std::string_view::npos);
  }
}

TEST(LogEvent, ALineHasItsFieldsInAFixedOrderAndNothingFromOutsideUnescaped) {
  LogEvent log_event{.kind = LogEventKind::held,
                     .pool = kMail,
                     .flip = FlipId{17},
                     .epoch = Epoch{42},
                     .verdict = "STALLED",
                     .sentence = "a \"b\" \x1b[2J\nheld.forged pool=x"};
  EXPECT_EQ(line_of(log_event, 3),
            "held pool=mail flip=17 epoch=42 verdict=STALLED "
            "reason=\"a 'b' \\x1b[2J\\x0aheld.forged pool=x\" repeats=3");
}

TEST(LogEvent, AFailedCallIsAnOutageOrARefusalThatAPersonMustEnd) {
  const Error away{ErrorCode::store_unreachable, "no connection", ""};
  EXPECT_EQ(event_of_failed_call(away).kind, LogEventKind::store_away);
  EXPECT_EQ(event_of_failed_call({ErrorCode::store_full, "full", ""}).kind,
            LogEventKind::store_away);
  for (const auto code : {ErrorCode::store_denied, ErrorCode::not_found, ErrorCode::schema_old}) {
    const auto event = event_of_failed_call({code, "no node", "run `jobflip apply`"});
    EXPECT_EQ(event.kind, LogEventKind::refused);
    EXPECT_EQ(event.sentence, "the store refuses: no node; run `jobflip apply`");
  }
}

std::vector<LogEventKind> kinds_told(AgentHarness& agent, const AgentEvent& event) {
  const AgentStep step = agent_step(agent.state, event, agent.now);
  std::vector<LogEventKind> kinds;
  for (const LogEvent& log_event : step.log_events) kinds.push_back(log_event.kind);
  return kinds;
}

TEST(LogEvent, TheHoldersEventsOfADrainCarryTheFlipAndItsEpoch) {
  AgentHarness agent;
  agent.become_holder();
  agent.flip(FlipState::requested, kSelf, kOther);
  agent.log_events.clear();
  agent.beat();
  agent.workers(WorkerPhase::empty);
  ASSERT_GE(agent.log_events.size(), 3U);
  EXPECT_EQ(agent.log_events[0].kind, LogEventKind::drain_begun);
  EXPECT_EQ(agent.log_events[1].kind, LogEventKind::workers_told);
  EXPECT_EQ(agent.log_events[2].kind, LogEventKind::workers_gone);
  for (const LogEvent& log_event : agent.log_events) {
    EXPECT_EQ(log_event.flip, FlipId{17});
    EXPECT_EQ(log_event.epoch, Epoch{100});
    EXPECT_EQ(log_event.pool, kMail);
  }
}

TEST(LogEvent, TheEndOfALeaseWithoutAnAnswerIsLoggedAsAFence) {
  AgentHarness agent;
  agent.become_holder();
  agent.now = agent.lease().deadline;
  const auto kinds = kinds_told(agent, Tick{});
  EXPECT_TRUE(std::ranges::count(kinds, LogEventKind::fenced)) << "of " << kinds.size();
}

TEST(LogEvent, TheHeadsOfChainsAreLoggedWhenTheyMovedAndOnceAMinuteAtMost) {
  SupervisedWorld world;
  world.heads = {{"mail", 5, std::string(32, '\x0f')}};
  world.elect();
  world.run(std::chrono::seconds{5});
  const auto anchors = [&world] {
    return std::ranges::count(world.log_events, LogEventKind::anchor, &LogEvent::kind);
  };
  ASSERT_EQ(anchors(), 1);
  const auto anchor = std::ranges::find(world.log_events, LogEventKind::anchor, &LogEvent::kind);
  EXPECT_EQ(anchor->chain, "mail");
  EXPECT_EQ(anchor->seq, 5);
  EXPECT_EQ(anchor->hash.substr(0, 4), "0f0f");
  EXPECT_EQ(anchor->sentence, "mail 5 " + anchor->hash);

  world.heads[0].seq = 6;
  world.pool().owner.epoch = Epoch{43};
  world.run(std::chrono::seconds{5});
  EXPECT_EQ(anchors(), 1) << "not twice within a minute";
  world.run(std::chrono::seconds{60});
  EXPECT_EQ(anchors(), 2);
  EXPECT_EQ(world.heads_read, 2) << "and nothing is read where nothing moved";

  world.heads[0].seq = 7;  // a person paused the pool, say
  world.run(std::chrono::minutes{8});
  EXPECT_EQ(anchors(), 2);
  world.run(std::chrono::minutes{2});
  EXPECT_EQ(anchors(), 3) << "what no flip moved is found within ten minutes";
  EXPECT_EQ(world.heads_read, 3);
}

}  // namespace
}  // namespace jobflip::core

#include "jobflip/daemon/event_logger.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>
#include <vector>

#include "jobflip/core/settings.hpp"

namespace jobflip::daemon {
namespace {

struct Sink final : ports::EventSink {
  bool write(const NodeName&, const core::LogEvent& log_event, int repeats) noexcept override {
    log_events.push_back(log_event);
    counts.push_back(repeats);
    return takes;
  }
  std::vector<core::LogEvent> log_events;
  std::vector<int> counts;
  bool takes{true};
};

class EventLoggerTest : public ::testing::Test {
 protected:
  EventLoggerTest() { log->set_pattern("%l %v"); }
  std::ostringstream text;
  std::shared_ptr<spdlog::logger> log{std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text))};
  Sink sink;
  EventLogger logger{"agent", NodeName::of("job1"), &sink, log};
  core::LogEvent log_event{.kind = core::LogEventKind::store_away,
                           .pool = {},
                           .flip = {},
                           .epoch = {},
                           .verdict = "",
                           .sentence = "store: gone"};
  Instant now{std::chrono::hours{1}};
};

TEST_F(EventLoggerTest, CountsWhatRepeatsAndLogsTheCountWithTheNextOfItsKind) {
  for (int i = 0; i < 5; ++i) logger.log(log_event, now);
  ASSERT_EQ(sink.log_events.size(), 1U);
  logger.log(log_event, now + std::chrono::minutes{1});
  ASSERT_EQ(sink.log_events.size(), 2U);
  logger.log(log_event, now + std::chrono::minutes{2});
  EXPECT_EQ(sink.counts, (std::vector<int>{0, 4, 0})) << "none is logged twice";
  EXPECT_EQ(text.str(), "");
}

// Only a person who knows the code could tell what "workers" of a supervisor are.
TEST_F(EventLoggerTest, SaysOfASupervisorWhetherItLeadsAndNothingOfWorkers) {
  log_event.kind = core::LogEventKind::workers_ended;
  log_event.pool = PoolName::of("mail");
  logger.log(log_event, now);
  ASSERT_EQ(sink.log_events.size(), 1U);
  log_event.pool = PoolName::of(core::kSupervisorPool);
  logger.log(log_event, now);
  EXPECT_EQ(sink.log_events.size(), 1U);
  log_event.kind = core::LogEventKind::leading;
  log_event.pool = {};
  logger.log(log_event, now);
  EXPECT_EQ(sink.log_events.size(), 2U);
}

TEST(Repeats, ForgetsAllRatherThanRememberWithoutEnd) {
  const Instant now{std::chrono::hours{1}};
  Repeats repeats;
  ASSERT_TRUE(repeats.count("first", "gone", now));
  ASSERT_FALSE(repeats.count("first", "gone", now));
  for (int i = 0; i < 1000; ++i) repeats.count(std::to_string(i), "gone", now);
  EXPECT_TRUE(repeats.count("first", "gone", now));
}

TEST_F(EventLoggerTest, WritesALineOfTextIfThereIsNoJournal) {
  sink.takes = false;
  logger.log(log_event, now);
  EXPECT_EQ(text.str(), "error agent.store_away reason=\"store: gone\" node=job1\n");
}

TEST_F(EventLoggerTest, CountsWhatComesAndGoes) {
  auto other = log_event;
  other.sentence = "store: refused";
  for (int i = 0; i < 20; ++i) {
    logger.log(log_event, now);
    logger.log(other, now);
  }
  ASSERT_EQ(sink.log_events.size(), 2U);
  logger.log(log_event, now + std::chrono::minutes{1});
  EXPECT_EQ(sink.counts.back(), 38);
}

TEST_F(EventLoggerTest, CountsWhatHasAnotherFigureInItEachTime) {
  for (int i = 0; i < 100; ++i) {
    log_event.sentence = "exited with 1 after " + std::to_string(i) + "ms";
    logger.log(log_event, now);
  }
  EXPECT_EQ(sink.log_events.size(), 10U);
  now += std::chrono::minutes{1};
  logger.log(log_event, now);
  EXPECT_EQ(sink.counts.back(), 90);
  log_event.pool = PoolName::of("mail");
  logger.log(log_event, now);
  EXPECT_EQ(sink.counts.back(), 0) << "another pool has a count of its own";
}

TEST_F(EventLoggerTest, LeavesNoAnchorOut) {
  log_event.kind = core::LogEventKind::anchor;
  log_event.chain = "mail";
  for (int i = 1; i <= 100; ++i) {
    log_event.seq = i;
    logger.log(log_event, now);
  }
  EXPECT_EQ(sink.log_events.size(), 100U);
}

}  // namespace
}  // namespace jobflip::daemon

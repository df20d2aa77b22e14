#include "jobflip/daemon/deadline_call.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <optional>
#include <thread>

#include "unit/daemon/loop_test.hpp"

namespace jobflip::daemon {
namespace {

using namespace std::chrono_literals;

class DeadlineCallTest : public LoopTest {
 protected:
};

TEST_F(DeadlineCallTest, ACallThatAnswersInTimeIsNotCancelled) {
  DeadlineCall call{io};
  std::atomic<int> cancels{0};
  int answer = 0;
  call.run(
      BootClock::now() + 60s, [] { return 7; }, [&] { ++cancels; }, [&](int got) { answer = got; });
  EXPECT_TRUE(until([&] { return answer == 7; }));
  EXPECT_EQ(cancels, 0);
  EXPECT_FALSE(call.in_flight());
}

TEST_F(DeadlineCallTest, ACallIsCancelledAgainUntilItEnds) {
  DeadlineCall call{io};
  std::promise<void> enough;
  int cancels = 0;
  bool done = false;
  call.run(
      BootClock::now() + 20ms,
      [&] { return enough.get_future().wait_for(20s) == std::future_status::ready; },
      [&] {
        if (++cancels == 3) enough.set_value();
      },
      [&](bool freed) { done = freed; });
  EXPECT_TRUE(until([&] { return done; }));
  EXPECT_EQ(cancels, 3);
}

TEST_F(DeadlineCallTest, TheDeadlineOfAnEarlierCallEndsNoLaterOne) {
  DeadlineCall call{io};
  std::promise<void> first_ends, second_ends;
  bool first_done = false, second_done = false;
  int cancels = 0;
  call.run(
      BootClock::now() + 20ms,
      [&] {
        first_ends.get_future().wait_for(20s);
        return true;
      },
      [] {},
      [&](bool) {
        first_done = true;
        call.run(
            BootClock::now() + 60s,
            [&] {
              second_ends.get_future().wait_for(20s);
              return true;
            },
            [&] { ++cancels; }, [&](bool) { second_done = true; });
      });
  // the first answer and its deadline are both due by the time that the loop runs
  first_ends.set_value();
  const Instant both_due = BootClock::now() + 40ms;
  while (BootClock::now() < both_due) std::this_thread::yield();
  ASSERT_TRUE(until([&] { return first_done; }));
  EXPECT_TRUE(call.in_flight());
  io.restart();
  io.run_for(200ms);
  EXPECT_EQ(cancels, 0);
  second_ends.set_value();
  EXPECT_TRUE(until([&] { return second_done; }));
}

TEST_F(DeadlineCallTest, ItsEndCancelsTheCallInFlightAndRunsNoDone) {
  std::optional<DeadlineCall> call{std::in_place, io};
  std::promise<void> begun, cancelled;
  bool done = false;
  call->run(
      BootClock::now() + 60s,
      [&] {
        begun.set_value();
        return cancelled.get_future().wait_for(20s) == std::future_status::ready;
      },
      [&] { cancelled.set_value(); }, [&](bool) { done = true; });
  begun.get_future().wait();
  const auto before = BootClock::now();
  call.reset();
  EXPECT_LT(BootClock::now() - before, 10s);
  io.restart();
  io.run_for(50ms);
  EXPECT_FALSE(done);
}

TEST_F(DeadlineCallTest, ItMayBeDestroyedByTheAnswer) {
  auto call = std::make_unique<DeadlineCall>(io);
  bool done = false;
  call->run(
      BootClock::now() + 60s, [] { return true; }, [] {},
      [&](bool) {
        call.reset();
        done = true;
      });
  EXPECT_TRUE(until([&] { return done; }));
}

}  // namespace
}  // namespace jobflip::daemon

#include "jobflip/daemon/call_thread.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <csignal>
#include <future>
#include <string>
#include <vector>

namespace jobflip::daemon {
namespace {

namespace asio = boost::asio;

TEST(CallThread, RunsTheCallElsewhereAndTheAnswerOnTheLoop) {
  asio::io_context loop;
  CallThread calls{loop};
  std::thread::id called_on;
  std::thread::id answered_on;
  std::string answer;

  calls.run(
      [&called_on] {
        called_on = std::this_thread::get_id();
        return std::string{"done"};
      },
      [&](std::string text) {
        answered_on = std::this_thread::get_id();
        answer = std::move(text);
      });
  loop.run();

  EXPECT_EQ(answer, "done");
  EXPECT_NE(called_on, std::this_thread::get_id());
  EXPECT_EQ(answered_on, std::this_thread::get_id());
}

TEST(CallThread, TakesACallThatAnswersNothing) {
  asio::io_context loop;
  CallThread calls{loop};
  bool called = false;
  bool done = false;

  calls.run([&called] { called = true; }, [&done] { done = true; });
  loop.run();

  EXPECT_TRUE(called);
  EXPECT_TRUE(done);
}

TEST(CallThread, DoesNotHoldUpTheLoopWhileACallBlocks) {
  asio::io_context loop;
  CallThread calls{loop};
  std::promise<void> release;
  std::vector<std::string> order;

  calls.run([&release] { release.get_future().wait(); },
            [&order] { order.emplace_back("answered"); });
  asio::post(loop, [&] {
    order.emplace_back("loop went on");
    release.set_value();
  });
  loop.run();

  EXPECT_EQ(order, (std::vector<std::string>{"loop went on", "answered"}));
}

TEST(CallThread, IsFreeAgainWhenItsAnswerIsHandedOver) {
  asio::io_context loop;
  CallThread calls{loop};
  int answers = 0;

  std::function<void()> next = [&] {
    ASSERT_FALSE(calls.in_flight());
    calls.run([] { return 1; },
              [&](int one) {
                answers += one;
                if (answers < 100) next();
              });
    ASSERT_TRUE(calls.in_flight());
  };
  next();
  loop.run();

  EXPECT_EQ(answers, 100);
}

TEST(CallThread, ForgetsTheAnswerThatComesAfterItsEnd) {
  asio::io_context loop;
  std::atomic<bool> called{false};
  bool answered = false;
  {
    CallThread calls{loop};
    std::promise<void> begun;
    calls.run(
        [&] {
          begun.set_value();
          called = true;
          return 1;
        },
        [&answered](int) { answered = true; });
    begun.get_future().wait();
  }
  loop.run();

  EXPECT_TRUE(called);
  EXPECT_FALSE(answered);
}

TEST(CallThread, TakesNoSignals) {
  asio::io_context loop;
  CallThread calls{loop};
  sigset_t mask{};

  calls.run([&mask] { pthread_sigmask(SIG_SETMASK, nullptr, &mask); }, [] {});
  loop.run();

  EXPECT_EQ(sigismember(&mask, SIGTERM), 1);
  EXPECT_EQ(sigismember(&mask, SIGUSR1), 1);
}

TEST(CallThreadDeathTest, RefusesASecondCall) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        asio::io_context loop;
        CallThread calls{loop};
        calls.run([] {}, [] {});
        calls.run([] {}, [] {});
      },
      "in_flight_");
}

}  // namespace
}  // namespace jobflip::daemon

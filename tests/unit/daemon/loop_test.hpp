#pragma once
/// A test with a loop of asio that it runs itself.

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>

#include "jobflip/base/time.hpp"

namespace jobflip::daemon {

class LoopTest : public testing::Test {
 protected:
  /// Runs the loop until the condition holds. False: it did not within 20 s.
  template <class Condition>
  [[nodiscard]] bool until(Condition holds) {
    const Instant give_up = BootClock::now() + std::chrono::seconds{20};
    while (!holds() && BootClock::now() < give_up) {
      io.restart();  // a loop that ran out of work stops
      io.run_one_for(std::chrono::milliseconds{10});
    }
    return holds();
  }

  boost::asio::io_context io;
};

}  // namespace jobflip::daemon

#include "jobflip/core/timings_advice.hpp"

#include <gtest/gtest.h>

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

// Whoever raises `lease` has to raise two more, of which the check alone names one at a time.
TEST(TimingsAdvice, SaysAtOnceAllThatMakesTheSumsTrue) {
  EXPECT_EQ(how_to_fit({}), "");
  LeaseTimings timings;
  timings.lease = 20s;
  EXPECT_EQ(check_timings(timings).size(), 1U) << "of takeover_after";
  EXPECT_EQ(how_to_fit(timings), "set takeover_after = \"25s\", freeze = \"28s\"");
  timings.takeover_after = 25s;
  timings.freeze = 28s;
  EXPECT_TRUE(check_timings(timings).empty());
  timings = {};
  timings.graceful_stop = 10s;
  EXPECT_EQ(how_to_fit(timings), "set lease = \"18s\", takeover_after = \"22s\", freeze = \"25s\"");
  timings = {};
  timings.freeze = 1s;
  EXPECT_EQ(how_to_fit(timings), "set freeze = \"16s\"");
}

}  // namespace
}  // namespace jobflip::core

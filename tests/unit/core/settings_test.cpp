#include "jobflip/core/settings.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> fields(const LeaseTimings& timings) {
  std::vector<std::string> names;
  for (const auto& violation : check_timings(timings)) names.push_back(violation.field);
  return names;
}

using Fields = std::vector<std::string>;

TEST(Timings, HoldAsTheyComeByDefault) {
  EXPECT_EQ(fields({}), Fields{});
}

TEST(Timings, AreRefusedOneMillisecondBelowTheSum) {
  LeaseTimings timings;  // 11 s * 1.1 / 0.9 = 13,444.4 ms
  timings.takeover_after = 13'445ms;
  EXPECT_EQ(fields(timings), Fields{});
  timings.takeover_after = 13'444ms;
  EXPECT_EQ(fields(timings), Fields{"takeover_after"});

  timings = {};  // 14 s * 1.1
  timings.freeze = 15'400ms;
  EXPECT_EQ(fields(timings), Fields{}) << "no error of rounding";
  timings.freeze = 15'399ms;
  EXPECT_EQ(fields(timings), Fields{"freeze"});

  timings = {};  // 3 + 1 + 0.5 + 2 + 2 * 2
  timings.lease = 10'500ms;
  EXPECT_EQ(fields(timings), Fields{});
  timings.lease = 10'499ms;
  EXPECT_EQ(fields(timings), Fields{"lease"});
}

TEST(Timings, PrintBothSidesOfASumThatDoesNotHold) {
  LeaseTimings timings;
  timings.takeover_after = 12s;
  const auto violations = check_timings(timings);
  ASSERT_EQ(violations.size(), 1U);
  EXPECT_NE(violations[0].text.find(" 12s;"), std::string::npos) << violations[0].text;
  EXPECT_NE(violations[0].text.find(" = 13s445ms"), std::string::npos) << violations[0].text;
}

TEST(Timings, MustAllBeLongerThanNothing) {
  using Field = Millis LeaseTimings::*;
  for (const Field field :
       {&LeaseTimings::beat_every, &LeaseTimings::call_deadline, &LeaseTimings::lease,
        &LeaseTimings::graceful_stop, &LeaseTimings::kill_to_empty, &LeaseTimings::guard_margin,
        &LeaseTimings::takeover_after, &LeaseTimings::freeze}) {
    for (const Millis value : {0ms, -1ms}) {
      LeaseTimings timings;
      timings.*field = value;
      EXPECT_EQ(check_timings(timings).size(), 1U);
    }
  }
}

TEST(Timings, TakeAClockRateBoundFromZeroToBelowOneHalf) {
  for (const auto& [bound, good] : {std::pair{0.0, true},
                                    {0.1, true},
                                    {-0.01, false},
                                    {0.5, false},
                                    {2.0, false},
                                    {std::numeric_limits<double>::quiet_NaN(), false}}) {
    LeaseTimings timings;
    timings.clock_rate_bound = bound;
    EXPECT_EQ(fields(timings), good ? Fields{} : Fields{"clock_rate_bound"}) << bound;
  }
}

TEST(Timings, BeginTheFenceEarlyEnoughForEveryStepOfIt) {
  EXPECT_EQ(fence_start(Instant{100s}, {}), Instant{100s} - 3s - 1s - 500ms);
}

}  // namespace
}  // namespace jobflip::core

// The waits between two tries: bounded, growing, spread.
#include "jobflip/core/back_off.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

TEST(BackOff, IsFromHalfOfTheWholeWaitToAllOfItAndNeverLongerThanTheLongest) {
  for (const BackOff limits : {kCalls, kBesideBeats, kWake, kConnections}) {
    Millis whole = limits.first;
    for (int failures = 1; failures <= 100; ++failures) {
      for (std::uint64_t seed = 0; seed < 50; ++seed) {
        const Millis wait = back_off(limits, failures, seed);
        EXPECT_GE(wait, whole / 2) << failures << " seed=" << seed;
        EXPECT_LE(wait, whole) << failures << " seed=" << seed;
      }
      whole = std::min(limits.longest, 2 * whole);
    }
    EXPECT_LE(back_off(limits, 2'000'000'000, 7), 5s);
  }
}

TEST(BackOff, IsTheSameForTheSameSeed) {
  EXPECT_EQ(back_off(kCalls, 3, seed_of("job1")), back_off(kCalls, 3, seed_of("job1")));
  EXPECT_NE(seed_of("job1"), seed_of("job2"));
}

TEST(BackOff, SpreadsThoseWhoLostTheStoreTogether) {
  // A thousand processes with similar names, after the same failure.
  std::map<std::int64_t, int> per_tenth;
  for (int i = 0; i < 1000; ++i)
    ++per_tenth[back_off(kCalls, 5, seed_of("job" + std::to_string(i))).count() / 250];
  for (const auto& [tenth, count] : per_tenth) EXPECT_LT(count, 200) << tenth;
  EXPECT_GE(per_tenth.size(), 10U);
}

/// The most tries in any second of a caller whose tries all fail at once.
int most_in_a_second(const BackOff& limits, std::uint64_t seed) {
  std::multiset<std::int64_t> tries{0};
  std::int64_t now = 0;
  for (int failures = 1; failures <= 20; ++failures)
    tries.insert(now += back_off(limits, failures, seed).count());
  int most = 0;
  for (const auto from : tries)
    most = std::max(most, static_cast<int>(std::distance(tries.lower_bound(from),
                                                         tries.lower_bound(from + 1000))));
  return most;
}

TEST(BackOff, KeepsEveryCallersShareOfTheTenAttemptsASecond) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    EXPECT_LE(most_in_a_second(kCalls, seed), 3) << "seed=" << seed;
    EXPECT_LE(most_in_a_second(kBesideBeats, seed), 2) << "seed=" << seed;
    EXPECT_LE(most_in_a_second(kWake, seed), 1) << "seed=" << seed;
  }
  EXPECT_LE(1000ms / kBeatRetryGap, 5);
  EXPECT_LE(1000ms / kConnectGap, 1);
}

}  // namespace
}  // namespace jobflip::core

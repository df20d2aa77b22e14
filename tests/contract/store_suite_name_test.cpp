// Two agents of one name.

#include "contract/store_suite.hpp"

namespace jobflip::test {
namespace {

/// A holder may be at work for a lease's length after its last beat. A second agent under its name
/// waits as long as a taker does.
TEST_P(StoreContract, ASecondAgentIsRefusedUntilTheFirstWasSilentForTakeoverAfter) {
  beat(job1);
  core::BeatRequest other = beat_of(job1);
  other.instance = fresh();
  pass(timings.takeover_after * 3 / 4);
  const auto refused = agent(job1).beat(other);
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, ErrorCode::refused);
  pass(timings.takeover_after / 4 + Millis{50});
  EXPECT_TRUE(agent(job1).beat(other).has_value());
}

}  // namespace
}  // namespace jobflip::test

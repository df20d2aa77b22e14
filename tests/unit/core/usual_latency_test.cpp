#include "jobflip/core/usual_latency.hpp"

#include <gtest/gtest.h>

namespace jobflip::core {
namespace {

UsualLatency of(int checks, Millis latency, UsualLatency usual = {}) {
  for (int i = 0; i < checks; ++i) usual.add(latency);
  return usual;
}

TEST(UsualLatency, HasNoLimitBeforeSixtyChecks) {
  EXPECT_FALSE(of(59, Millis{300}).limit());
  EXPECT_EQ(of(60, Millis{300}).limit(), Millis{1200});
}

TEST(UsualLatency, LeavesFastServicesHalfASecond) {
  EXPECT_EQ(of(60, Millis{3}).limit(), Millis{500});
}

TEST(UsualLatency, IsThatOfTheNearestRankAtNinetyFivePerCent) {
  auto usual = of(57, Millis{200});  // 57 of 60 are 95 %
  EXPECT_EQ(of(3, Millis{2000}, usual).limit(), Millis{800});
  usual = of(56, Millis{200});
  EXPECT_EQ(of(4, Millis{2000}, usual).limit(), Millis{8000});
}

TEST(UsualLatency, DoesNotLearnFromChecksOverTheLimit) {
  const auto usual = of(60, Millis{200});
  EXPECT_EQ(of(1000, Millis{801}, usual), usual);
}

TEST(UsualLatency, ForgetsAllButTheNewest) {
  const auto usual = of(240, Millis{700}, of(100, Millis{200}));
  EXPECT_EQ(usual.limit(), Millis{2800});
}

}  // namespace
}  // namespace jobflip::core

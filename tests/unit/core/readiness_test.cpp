#include "jobflip/core/readiness.hpp"

#include <gtest/gtest.h>

namespace jobflip::core {
namespace {

const PoolName kMailPool = PoolName::of("mail");
const PoolName kPaperPool = PoolName::of("paper");

TEST(Readiness, EachPoolReadsItsOwnReason) {
  std::string all;
  add_reason(all, kMailPool, "no such program");
  add_reason(all, kPaperPool, "it exited: 7 // at once");
  EXPECT_EQ(all, "mail: no such program // paper: it exited: 7 / at once");
  EXPECT_EQ(reason_of(kMailPool, all), "no such program");
  EXPECT_EQ(reason_of(kPaperPool, all), "it exited: 7 / at once");
  EXPECT_EQ(reason_of(PoolName::of("fax"), all), "");
  EXPECT_EQ(reason_of(kMailPool, ""), "");
}

TEST(Readiness, AReasonWithoutPartsIsOfTheWholeNode) {
  EXPECT_EQ(reason_of(kMailPool, "the agent has just started"), "the agent has just started");
  EXPECT_EQ(reason_of(kMailPool, "paper: no such program"), "paper: no such program")
      << "of an older agent, which names one pool only";
}

TEST(Readiness, ABeatStaysWithinItsLimit) {
  std::string all;
  for (int i = 0; i < 100; ++i)
    add_reason(all, PoolName::of("pool" + std::to_string(i)), std::string(90, 'x'));
  EXPECT_LE(all.size(), kMostReasons);
  EXPECT_EQ(reason_of(PoolName::of("pool3"), all), std::string(90, 'x'));
  EXPECT_EQ(reason_of(PoolName::of("pool99"), all), "") << "left out as a whole";
}

}  // namespace
}  // namespace jobflip::core

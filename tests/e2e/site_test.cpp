/// The judge of all other tests here: it must detect two nodes that work at once, or it proves
/// nothing.
#include "e2e/site.hpp"

#include <gtest/gtest.h>

namespace jobflip::e2e {
namespace {

TEST(Overlap, IsNotSeenIfOneEpochFollowsAnother) {
  EXPECT_EQ(Site::overlap({}), "");
  EXPECT_EQ(
      Site::overlap({{"job1", 5, 1.0}, {"job1", 5, 1.05}, {"job2", 6, 2.0}, {"job1", 9, 3.0}}), "");
}

TEST(Overlap, IsSeenIfAnOlderEpochWorksAfterANewer) {
  EXPECT_NE(Site::overlap({{"job1", 5, 1.0}, {"job2", 6, 2.0}, {"job1", 5, 2.05}}), "");
  // Regardless of the order of the lines.
  EXPECT_NE(Site::overlap({{"job1", 5, 1.0}, {"job1", 5, 2.05}, {"job2", 6, 2.0}}), "");
}

TEST(Overlap, IsSeenIfTwoNodesShareAnEpoch) {
  EXPECT_NE(Site::overlap({{"job1", 5, 1.0}, {"job2", 5, 2.0}}), "");
}

}  // namespace
}  // namespace jobflip::e2e

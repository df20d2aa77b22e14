#include "jobflip/config/suggest.hpp"

#include <gtest/gtest.h>

namespace jobflip::config {
namespace {

const std::vector<std::string> kWords{"history", "show", "status", "supervisor"};

TEST(Suggest, FindsATypingMistakeAndAWordThatWasCutShort) {
  EXPECT_EQ(nearest_word("statsu", kWords), "status");
  EXPECT_EQ(nearest_word("stat", kWords), "status");
  EXPECT_EQ(nearest_word("hist", kWords), "history");
  EXPECT_EQ(nearest_word("sup", kWords), "supervisor");
}

TEST(Suggest, FindsNothingThatIsTooFar) {
  EXPECT_EQ(nearest_word("st", kWords), "") << "too short to mean anything";
  EXPECT_EQ(nearest_word("restart", kWords), "");
  EXPECT_EQ(nearest_word("", kWords), "");
}

}  // namespace
}  // namespace jobflip::config

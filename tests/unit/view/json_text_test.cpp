#include "jobflip/view/json_text.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace jobflip::view {
namespace {

std::string nested(int levels, const std::string& inner = "") {
  return std::string(static_cast<std::size_t>(levels), '[') + inner +
         std::string(static_cast<std::size_t>(levels), ']');
}

TEST(JsonText, ReadsWhatIsNestedAHundredTimesAndNothingDeeper) {
  EXPECT_TRUE(parse_json(nested(100)));
  EXPECT_FALSE(parse_json(nested(101)));
  EXPECT_FALSE(parse_json(nested(1'000'000)));
  EXPECT_FALSE(parse_json(R"({"a":)" + nested(100) + "}"));
  EXPECT_FALSE(parse_json(std::string(1'000'000, '{')));
}

TEST(JsonText, CountsNoBracketThatStandsInAText) {
  const auto brackets = std::string(200, '[') + std::string(200, '{');
  EXPECT_TRUE(parse_json("\"" + brackets + "\""));
  EXPECT_TRUE(parse_json(nested(100, R"("\\\"[[[{{{")")));
  EXPECT_FALSE(parse_json(nested(100, R"("\\",[1])"))) << "the text ended before";
  EXPECT_FALSE(parse_json(R"(["\)")) << "cut in the middle of an escape";
}

/// The library's parser with a callback takes quadratic time: 100,000 elements took a thousand
/// times as long as 3,000. The time is compared within one run, so that a slow machine can't fail
/// the test.
TEST(JsonText, ReadsALongListInATimeThatGrowsWithItsLength) {
  const auto time_of = [](int elements) {
    std::string text = "[";
    for (int i = 0; i < elements; ++i) text += "{},";
    text.back() = ']';
    const auto from = std::chrono::steady_clock::now();
    EXPECT_TRUE(parse_json(text));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
  };
  const auto few = time_of(3'000);
  EXPECT_LT(time_of(96'000), few * 32 * 8 + 0.1) << few;
}

}  // namespace
}  // namespace jobflip::view

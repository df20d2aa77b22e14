#include "jobflip/base/hex.hpp"

#include <gtest/gtest.h>

using namespace std::string_view_literals;

namespace jobflip {
namespace {

TEST(Hex, HasTwoDigitsInLowerCaseForEachByte) {
  EXPECT_EQ(hex_of_bytes(""), "");
  EXPECT_EQ(hex_of_bytes("\x00\x0f\x7f\x80\xff"sv), "000f7f80ff");
}

}  // namespace
}  // namespace jobflip

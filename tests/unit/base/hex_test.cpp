#include "jobflip/base/hex.hpp"

#include <gtest/gtest.h>

using namespace std::string_view_literals;

namespace jobflip {
namespace {

TEST(Hex, HasTwoDigitsInLowerCaseForEachByte) {
  EXPECT_EQ(hex_of_bytes(""), "");
  EXPECT_EQ(hex_of_bytes("\x00\x0f\x7f\x80\xff"sv), "000f7f80ff");
}

TEST(Hex, IsReadBackAsTheSameBytes) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(bytes_of_hex(hex_of_bytes(all)), all);
  EXPECT_EQ(bytes_of_hex(""), "");
}

TEST(Hex, ReadsNothingElse) {
  ASSERT_EQ(bytes_of_hex("0a"), "\n");
  for (const auto* text : {"0", "0a0", "0A", "0g", "g0", "0/", "0:", "0`", " 0a", "0x0a", "0\xe4"})
    EXPECT_FALSE(bytes_of_hex(text)) << text;
}

}  // namespace
}  // namespace jobflip

#include "jobflip/base/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace jobflip {
namespace {

TEST(Utf8, IsWhatPostgresqlTakes) {
  for (const char* good :
       {"", "plain", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "a\xc3\xa4z"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* bad : {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
                          "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
                          "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc3z", "\xe2\x82z"})
    EXPECT_FALSE(is_utf8(bad)) << bad;
}

TEST(Utf8, TheFirstCharacterIsGivenWithItsLength) {
  EXPECT_EQ(first_utf8("\xe2\x82\xacx").point, char32_t{0x20AC});
  EXPECT_EQ(first_utf8("\xe2\x82\xacx").length, 3u);
  EXPECT_EQ(first_utf8("\xe2\x82").length, 0u);
  EXPECT_EQ(first_utf8("\xe2\x82").point, char32_t{0xE2}) << "the byte itself, to be shown";
}

TEST(Utf8, IsCutBetweenCharacters) {
  const std::string text = "a\xe2\x82\xacz";  // 1 + 3 + 1 bytes
  EXPECT_EQ(utf8_cut(text, 0), 0u);
  EXPECT_EQ(utf8_cut(text, 1), 1u);
  EXPECT_EQ(utf8_cut(text, 2), 1u);
  EXPECT_EQ(utf8_cut(text, 3), 1u);
  EXPECT_EQ(utf8_cut(text, 4), 4u);
  EXPECT_EQ(utf8_cut(text, 5), 5u);
  EXPECT_EQ(utf8_cut(text, 99), 5u);
  EXPECT_EQ(utf8_cut("\x80\x80\x80", 2), 0u) << "what has no start is not kept either";
}

}  // namespace
}  // namespace jobflip

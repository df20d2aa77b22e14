#include "jobflip/base/escape.hpp"

#include <gtest/gtest.h>

namespace jobflip {
namespace {

struct Shown {
  std::string raw;
  std::string shown;
};

TEST(Printable, LeavesOrdinaryTextAlone) {
  for (const std::string text :
       {"", "mail is stuck", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x93\xa7", "a\\b", "'\";--"}) {
    EXPECT_EQ(printable(text), text);
  }
}

TEST(Printable, MakesEveryControlCharacterVisible) {
  for (int c = 0; c < 0x20; ++c) {
    const auto shown = printable(std::string(1, static_cast<char>(c)));
    ASSERT_EQ(shown.size(), 4u) << c;
    EXPECT_EQ(shown.substr(0, 2), "\\x") << c;
  }
  const Shown kTable[] = {
      {"\x1b[31mred", "\\x1b[31mred"},
      {"one\ntwo\r\n", "one\\x0atwo\\x0d\\x0a"},
      {"a\x7f", "a\\x7f"},
      {std::string("a\0b", 3), "a\\x00b"},
      {"\xc2\x9b"
       "2J",
       "\\x9b2J"},  // CSI in one character
  };
  for (const auto& [raw, shown] : kTable) EXPECT_EQ(printable(raw), shown);
}

TEST(Printable, MakesWhatTurnsOrHidesTextVisible) {
  const Shown kTable[] = {
      {"\xe2\x80\xae"
       "abc",
       "\\u202eabc"},  // right-to-left override
      {"\xe2\x81\xa6"
       "abc",
       "\\u2066abc"},  // isolate
      {"a\xe2\x80\x8b"
       "b",
       "a\\u200bb"},  // zero width space
      {"a\xe2\x80\xa8"
       "b",
       "a\\u2028b"},  // line separator
      {"\xef\xbb\xbf"
       "a",
       "\\ufeffa"},  // byte order mark
      {"a\xc2\xad"
       "b",
       "a\\xadb"},                            // soft hyphen
      {"a\xf3\xa0\x81\x81", "a\\U000e0041"},  // a tag: it shows nowhere
      {"a\xe2\x81\xaf", "a\\u206f"},
  };
  for (const auto& [raw, shown] : kTable) EXPECT_EQ(printable(raw), shown);
}

std::string utf8(char32_t point) {
  const auto tail = [](char32_t bits) { return static_cast<char>(0x80 | (bits & 0x3F)); };
  if (point < 0x800) return {static_cast<char>(0xC0 | point >> 6), tail(point)};
  if (point < 0x10000)
    return {static_cast<char>(0xE0 | point >> 12), tail(point >> 6), tail(point)};
  return {static_cast<char>(0xF0 | point >> 18), tail(point >> 12), tail(point >> 6), tail(point)};
}

TEST(Printable, MakesWhatIsDrawnAsNothingVisible) {
  for (const char32_t point : {0x34FU,   0x115FU,  0x1160U,  0x17B4U,  0x17B5U,  0x180BU, 0x180FU,
                               0x2800U,  0x3164U,  0xFE00U,  0xFE0FU,  0xFFA0U,  0xFFF0U, 0x1BCA0U,
                               0x1D173U, 0x1D17AU, 0xE0080U, 0xE0100U, 0xE01EFU, 0xE0FFFU}) {
    EXPECT_TRUE(printable("a" + utf8(point)).starts_with("a\\"))
        << std::hex << static_cast<unsigned>(point);
    EXPECT_TRUE(json_printable("\"" + utf8(point) + "\"").starts_with("\"\\u"))
        << std::hex << static_cast<unsigned>(point);
  }
  for (const char32_t point :
       {0x390U, 0x1100U, 0x1780U, 0x1820U, 0x27FFU, 0x3131U, 0xFF9FU, 0x1D160U})
    EXPECT_EQ(printable(utf8(point)), utf8(point)) << std::hex << static_cast<unsigned>(point);
}

// a tower of marks covers the lines above
TEST(Printable, DrawsAFewMarksOverALetterAndNotAHundred) {
  for (const char32_t mark :
       {0x301U, 0x489U, 0x5B0U, 0x64BU, 0xE34U, 0x1AB0U, 0x1DC0U, 0x20D0U, 0xFE20U}) {
    std::string few = "a", many = "a";
    for (int i = 0; i < 4; ++i) few += utf8(mark);
    for (int i = 0; i < 100; ++i) many += utf8(mark);
    EXPECT_EQ(printable(few + "b" + few), few + "b" + few)
        << std::hex << static_cast<unsigned>(mark);
    EXPECT_TRUE(printable(many).starts_with(few + "\\u"))
        << std::hex << static_cast<unsigned>(mark);
    EXPECT_EQ(printable(many).size(), few.size() + 96 * 6)
        << std::hex << static_cast<unsigned>(mark);
    EXPECT_TRUE(json_printable("\"" + many + "\"").starts_with("\"" + few + "\\u"));
  }
}

TEST(Printable, ShowsBytesThatAreNoUtf8) {
  const Shown kTable[] = {
      {"\xff", "\\xff"},
      {"a\x80z", "a\\x80z"},
      {"\xc3", "\\xc3"},  // cut short
      {"\xc3(", "\\xc3("},
      {"\xc0\xaf", "\\xc0\\xaf"},                    // a slash in two bytes
      {"\xe0\x80\xaf", "\\xe0\\x80\\xaf"},           // and in three
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},           // half a surrogate pair
      {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},  // behind the last code point
  };
  for (const auto& [raw, shown] : kTable) EXPECT_EQ(printable(raw), shown);
}

TEST(Printable, CutsLongTextAtAWholeCharacter) {
  EXPECT_EQ(printable("abcdef", 6), "abcdef");
  EXPECT_EQ(printable("abcdef", 5), "abcde...");
  EXPECT_EQ(printable("abc\xe2\x82\xac", 5), "abc...");
  EXPECT_EQ(printable("abc\xe2\x82\xac", 6), "abc\xe2\x82\xac");
  EXPECT_EQ(printable(std::string(1 << 20, 'x')).size(), 4096u + 3);
}

TEST(Printable, HasNoControlByteForAnyPairOfBytes) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const std::string raw{static_cast<char>(a), static_cast<char>(b)};
      for (const char c : printable(raw)) {
        const auto byte = static_cast<unsigned char>(c);
        ASSERT_TRUE(byte >= 0x20 && byte != 0x7f) << a << " " << b;
      }
    }
  }
}

TEST(JsonPrintable, EscapesWhatIsHiddenAndLeavesTheRest) {
  EXPECT_EQ(json_printable("{\n  \"a\": \"caf\xc3\xa9 \\u001b\"\n}"),
            "{\n  \"a\": \"caf\xc3\xa9 \\u001b\"\n}");
  EXPECT_EQ(json_printable("\"\xc2\x9b\x7f\xe2\x80\xae\""), "\"\\u009b\\u007f\\u202e\"");
  EXPECT_EQ(json_printable("\"\xf3\xa0\x81\x81\""), "\"\\udb40\\udc41\"");
}

TEST(Columns, CountCodePointsAndNotBytes) {
  EXPECT_EQ(columns(""), 0u);
  EXPECT_EQ(columns("abc"), 3u);
  EXPECT_EQ(columns("caf\xc3\xa9"), 4u);
  EXPECT_EQ(columns("\xf0\x9f\x93\xa7"), 1u);
}

}  // namespace
}  // namespace jobflip

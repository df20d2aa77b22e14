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

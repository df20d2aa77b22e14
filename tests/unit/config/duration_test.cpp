#include "jobflip/config/duration.hpp"

#include <gtest/gtest.h>

#include "jobflip/base/exact_duration.hpp"
#include "jobflip/config/suggest.hpp"

namespace jobflip::config {
namespace {

using namespace std::chrono_literals;

TEST(Duration, ReadsWhatIsPrintedInAFilesUnits) {
  for (const auto& [length, text] : {std::pair{0ms, "0ms"},
                                     {30'000ms, "30s"},
                                     {120'000ms, "2m"},
                                     {5'400'000ms, "1h30m"},
                                     {13'445ms, "13s445ms"},
                                     {31'536'000'000ms, "365d"}}) {
    EXPECT_EQ(exact_duration(length), text);
    EXPECT_EQ(*parse_duration(text), length);
  }
}

TEST(Duration, SaysOfOneThatIsTooLongHowLongItMayBe) {
  EXPECT_EQ(parse_duration("400d").error().hint, "write at most \"365d\"");
  EXPECT_NE(parse_duration("5").error().hint.find("a unit"), std::string::npos);
}

TEST(Duration, ReadsNumberAndUnit) {
  const std::pair<const char*, Millis> cases[] = {
      {"0s", 0ms},
      {"1ms", 1ms},
      {"30s", 30s},
      {"2m", 2min},
      {"4h", 4h},
      {"365d", 8760h},
      {"1h30m", 90min},
      {"1d2h3m4s5ms", 93784005ms},
      {"999999ms", 999999ms},
  };
  for (const auto& [text, wanted] : cases) {
    const auto got = parse_duration(text);
    ASSERT_TRUE(got) << text << ": " << got.error().text;
    EXPECT_EQ(*got, wanted) << text;
  }
}

TEST(Duration, SaysWhatIsWrongWithTheText) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "is empty"},
      {"15", "has no unit"},
      {"1h30", "has no unit"},
      {"-5s", "is negative"},
      {"s", "is not a duration"},
      {" 5s", "is not a duration"},
      {"5 s", "has an unknown unit \" s\""},
      {"5sec", "has an unknown unit \"sec\""},
      {"5S", "has an unknown unit \"S\""},
      {"1.5s", "has an unknown unit \".\""},
      {"30m1h", "does not have the larger unit first"},
      {"1s1s", "does not have the larger unit first"},
      {"366d", "is longer than 365 days"},
      {"365d1ms", "is longer than 365 days"},
      {"99999999999999999999s", "is longer than 365 days"},
      {"999999999999h", "is longer than 365 days"},
      {"5\x1b[31m", "has an unknown unit"},
  };
  for (const auto& [text, wanted] : cases) {
    const auto got = parse_duration(text);
    ASSERT_FALSE(got) << text;
    EXPECT_NE(got.error().text.find(wanted), std::string::npos) << text << ": " << got.error().text;
    EXPECT_EQ(got.error().text.find('\x1b'), std::string::npos) << "escapes must not pass";
    EXPECT_FALSE(got.error().hint.empty());
  }
}

TEST(Suggest, FindsTheWordThatWasMeant) {
  const std::vector<std::string> words{"cooldown", "cooldown_max", "candidates", "mode", "name"};
  EXPECT_EQ(nearest_word("cooldwon", words), "cooldown");
  EXPECT_EQ(nearest_word("cool_down", words), "cooldown");
  EXPECT_EQ(nearest_word("cooldown_maxx", words), "cooldown_max");
  EXPECT_EQ(nearest_word("candidate", words), "candidates");
  EXPECT_EQ(nearest_word("nmae", words), "name");
  EXPECT_EQ(nearest_word("mde", words), "mode");
}

TEST(Suggest, SuggestsNothingIfNoWordIsNear) {
  const std::vector<std::string> words{"cooldown", "mode", std::string(100, 'x')};
  EXPECT_EQ(nearest_word("", words), "");
  EXPECT_EQ(nearest_word("zebra", words), "");
  EXPECT_EQ(nearest_word(std::string(100, 'x'), words), "");
  EXPECT_EQ(nearest_word("x", {}), "");
}

}  // namespace
}  // namespace jobflip::config

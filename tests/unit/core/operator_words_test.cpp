#include "jobflip/core/operator_words.hpp"

#include <gtest/gtest.h>

namespace jobflip::core {
namespace {

TEST(OperatorWords, AReasonSaysSomethingInTextOfAKeptLength) {
  EXPECT_EQ(why_not_a_reason("disk full, caf\xc3\xa9"), "");
  EXPECT_EQ(why_not_a_reason(std::string(2000, 'x')), "");
  EXPECT_EQ(why_not_a_reason(""), "is missing or empty");
  EXPECT_EQ(why_not_a_reason(" \t\r\n"), "is missing or empty");
  EXPECT_EQ(why_not_a_reason(std::string(2001, 'x')), "is 2001 bytes long, and may have 2000");
  EXPECT_EQ(why_not_a_reason("\xff"), "is not UTF-8 text");
  EXPECT_EQ(why_not_a_reason(std::string("a\0b", 3)), "is not UTF-8 text");
}

TEST(OperatorWords, AClaimedNameIsShorterAndMayBeMissing) {
  EXPECT_TRUE(may_be_claimed(""));
  EXPECT_TRUE(may_be_claimed(std::string(200, 'x')));
  EXPECT_FALSE(may_be_claimed(std::string(201, 'x')));
  EXPECT_FALSE(may_be_claimed("\xff"));
}

TEST(OperatorWords, APersonDoesNotClaimTheNameOfAProgram) {
  for (const std::string_view name : {"", "ada", "node", "Supervisor ", "supervision 1",
                                      "node-red x", "my supervisor", "a node x"})
    EXPECT_EQ(why_not_claimed(name), "") << name;
  for (const std::string_view name : {"supervisor sup1", "Supervisor  x", " \tSUPERVISOR\nsup1",
                                      "node job1", "supervisor\xc2\xa0sup1", "supervisor: sup1"})
    EXPECT_EQ(why_not_claimed(name), "looks like that of a program") << name;
  EXPECT_EQ(why_not_claimed(std::string(201, 'x')), "is not UTF-8 text of at most 200 bytes");
}

}  // namespace
}  // namespace jobflip::core

#include "jobflip/core/deployment_calls.hpp"

#include <gtest/gtest.h>

namespace jobflip::core {
namespace {

TEST(Version, IsAShortTextOnOneLine) {
  for (const std::string good : {"4.2.1", "v4.2.1-rc1+g12ab34", "Release 4.2", "\u00e9t\u00e9"})
    EXPECT_EQ(why_not_a_version(good), "") << good;
  EXPECT_EQ(why_not_a_version(std::string(200, 'x')), "");
  EXPECT_EQ(why_not_a_version(""), "is missing or empty");
  EXPECT_EQ(why_not_a_version(" \t "), "is missing or empty");
  EXPECT_EQ(why_not_a_version(std::string(201, 'x')), "is 201 bytes long, and may have 200");
  EXPECT_EQ(why_not_a_version("4\xff"), "is not UTF-8 text");
  for (const std::string& bad :
       {std::string{"4\n2"}, std::string{"4\x1b[2J"}, std::string{"4\x7f"}, std::string("4\0", 2)})
    EXPECT_EQ(why_not_a_version(bad), "has a control character, such as a line break");
}

TEST(DeploymentMark, IsNamedAsPeopleTypeIt) {
  using What = DeploymentMark::What;
  EXPECT_EQ(name_of(What::start), "start");
  EXPECT_EQ(name_of(What::done), "done");
  EXPECT_EQ(name_of(What::rollback), "rollback");
}

}  // namespace
}  // namespace jobflip::core

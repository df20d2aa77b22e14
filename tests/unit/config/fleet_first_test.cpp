#include <gtest/gtest.h>

#include "jobflip/config/files.hpp"

namespace jobflip::config {
namespace {

std::string pool_with(const std::string& line) {
  return "[[node]]\nname = \"job1\"\n[[node]]\nname = \"job2\"\n[[pool]]\nname = \"mail\"\n"
         "candidates = [\"job1\", \"job2\"]\n" +
         line;
}

TEST(FleetFile, SaysWhatIsDoneFirstAboutAStall) {
  const auto first_of = [](const std::string& line) {
    return parse_fleet_text(pool_with(line), "mail.toml").value().pools.at(0).first;
  };
  EXPECT_EQ(first_of(""), core::FirstMove::flip);
  EXPECT_EQ(first_of("first = \"flip\""), core::FirstMove::flip);
  EXPECT_EQ(first_of("first = \"restart\""), core::FirstMove::restart);
}

TEST(FleetFile, NamesTheWordsThatFirstMayHave) {
  const auto parsed = parse_fleet_text(pool_with("first = \"reboot\""), "mail.toml");
  ASSERT_FALSE(parsed.has_value());
  ASSERT_EQ(parsed.error().errors.size(), 1u);
  const auto fault = parsed.error().errors.front();  // error() is a copy
  const std::string text = to_text(fault) + " | " + fault.hint;
  EXPECT_NE(text.find("mail.toml:8: pool.mail.first"), std::string::npos) << text;
  EXPECT_NE(text.find("reboot"), std::string::npos) << text;
  EXPECT_NE(text.find("restart"), std::string::npos) << text;
}

}  // namespace
}  // namespace jobflip::config

#include "config/nesting.hpp"

#include <gtest/gtest.h>

#include "jobflip/config/files.hpp"

namespace jobflip::config {
namespace {

Parsed<AgentFile> agent(const std::string& text) {
  return parse_agent_text(text, "agent.toml", "/run/jobflip");
}

void expect_fault(const Parsed<AgentFile>& parsed, const std::string& wanted) {
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().errors.size(), 1u);
  EXPECT_NE(to_text(parsed.error().errors[0]).find(wanted), std::string::npos)
      << to_text(parsed.error().errors[0]);
}

std::string many(std::string_view part, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += part;
  return out;
}

// Each of these made the parser recurse, or the code that reads its result.
TEST(Nesting, WithoutBoundIsRefusedBeforeTheParserSeesIt) {
  const std::string deep = "a" + many(".a", 50'000);
  for (const auto& text :
       {deep + " = 1\n", "[" + deep + "]\n", "[[" + deep + "]]\n", "x = { " + deep + " = 1 }\n",
        "\"a\"" + many(" . 'a'", 50'000) + " = 1\n", "x = [ \"# \\\" \", { " + deep + " = 1 } ]\n",
        "x = \"\"\"\n\"\" \"\"\"\n" + deep + " = 1\n", "x = 'it\\'\n" + deep + " = 1\n",
        "# \"\n" + deep + " = 1\n"}) {
    const auto got = agent(text);
    expect_fault(got, "can't be read: a key has more than 16 parts");
  }
  for (const auto& text : {"x = " + many("[", 100'000), "x = " + many("{ a = ", 100'000),
                           "x = " + many("[{a=", 100'000)})
    expect_fault(agent(text), "can't be read: it is nested more than 16 levels deep");
  expect_fault(agent(std::string(kFileMax + 1, '#')), "is larger than 1 MiB");
}

TEST(Nesting, IsNotMadeOfDotsAndBracketsInTexts) {
  const auto got =
      agent("node = \"job1\"\n[store]\nconninfo = \"host=db1 application_name=" + many(".", 40) +
            many("[", 40) + "\" # " + many("[", 40) + "\n[workers.mail]\ndriver = \"command\"\n" +
            "command = ['/bin/w', '" + many("{.", 40) + "', \"\"\"" + many("\n\"[", 40) +
            "\"\"\",\n" + many("'1.2', ", 40) + "]\n");
  EXPECT_TRUE(got) << (got ? "" : to_text(got.error().errors[0]));
}

}  // namespace
}  // namespace jobflip::config

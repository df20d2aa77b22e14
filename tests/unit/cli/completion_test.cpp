/// The completions, in the shells that use them, and the manual page.
#include <gmock/gmock.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/option_rows.hpp"
#include "fake_world.hpp"

namespace jobflip::cli {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

std::string output_of(const std::string& command) {
  std::string out;
  FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return "popen";
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) out += static_cast<char>(c);
  return ::pclose(pipe) == 0 ? out : "failed: " + out;
}

class BashCompletion : public ::testing::Test {
 protected:
  BashCompletion() {
    if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error{"no folder for the test"};
    std::ofstream{folder_ + "/completion"} << bash_completion();
  }
  ~BashCompletion() override { std::filesystem::remove_all(folder_); }

  /// The suggestions for the last word of a line, which may be ''.
  std::vector<std::string> offers(const std::string& line) const {
    std::istringstream words{
        output_of("cd / && bash -euc '. " + folder_ + "/completion; COMP_WORDS=(jobflip " + line +
                  "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _jobflip || true; "
                  "printf \"%s\\n\" \"${COMPREPLY[@]}\"'")};
    std::vector<std::string> out;
    for (std::string word; std::getline(words, word);)
      if (!word.empty()) out.push_back(word);
    return out;
  }

 private:
  std::string folder_{"/tmp/jobflip-completion-XXXXXX"};
};

TEST_F(BashCompletion, OffersTheCommandsThatPeopleType) {
  EXPECT_THAT(offers("\"\""), IsSupersetOf({"flip", "status", "audit", "--store"}));
  EXPECT_THAT(offers("\"\""), Not(Contains("debug")));
  EXPECT_THAT(offers("expl"), UnorderedElementsAre("explain"));
  EXPECT_THAT(offers("audit \"\""), UnorderedElementsAre("list", "export", "verify"));
}

TEST_F(BashCompletion, OffersEveryOptionOfACommand) {
  for (const auto& command : all_commands()) {
    if (command.hidden) continue;
    std::vector<std::string> names{"--format"};
    for (const auto& option : options_of(command))
      if (!option.name.empty()) names.push_back(option.name);
    EXPECT_THAT(offers(std::string{command.name} + " --"), IsSupersetOf(names)) << command.name;
  }
}

TEST_F(BashCompletion, KnowsWhatAValueMayBe) {
  EXPECT_THAT(offers("status --format \"\""), UnorderedElementsAre("table", "json", "tsv"));
  EXPECT_THAT(offers("--format js"), UnorderedElementsAre("json"));
  EXPECT_THAT(offers("agent --config /et"), UnorderedElementsAre("/etc"));
  EXPECT_THAT(offers("demo --keep /et"), UnorderedElementsAre("/etc"));
  EXPECT_THAT(offers("apply /et"), UnorderedElementsAre("/etc"));
  EXPECT_THAT(offers("flip mail --reason \"\""), IsEmpty());
  EXPECT_THAT(offers("--store host = db expl"), UnorderedElementsAre("explain"));
}

TEST(ZshCompletion, NamesEveryCommandAndWhatItsValuesMayBe) {
  const auto text = zsh_completion();
  EXPECT_THAT(text,
              AllOf(HasSubstr("#compdef jobflip\n"), HasSubstr("    audit 'list export verify'\n"),
                    HasSubstr(":FORMAT:(table json tsv)"),
                    HasSubstr("--config[its file]:FILE:_files"), Not(HasSubstr("'debug"))));
  for (const auto& command : all_commands()) {
    if (command.hidden) continue;
    EXPECT_THAT(text, HasSubstr("    ('" + std::string{command.name} + "')"));
  }
}

TEST(Completion, OfAnotherShellIsAMistake) {
  FakeWorld world;
  EXPECT_EQ(world.run({"debug", "completion", "bash"}).out, bash_completion());
  EXPECT_EQ(world.run({"debug", "completion", "zsh"}).out, zsh_completion());
  EXPECT_EQ(world.run({"debug", "completion", "fish"}).code, 2);
  EXPECT_EQ(world.run({"debug", "completion"}).code, 2);
}

TEST(ManualPage, HasEveryCommandOptionAndExitCode) {
  const auto text = FakeWorld{}.run({"debug", "man"}).out;
  for (const auto& command : all_commands()) {
    if (command.hidden) continue;
    EXPECT_THAT(text, HasSubstr("\n.SS " + std::string{command.name} + "\n"));
  }
  EXPECT_THAT(text, AllOf(HasSubstr(".TP\n\\fB\\-\\-host\\-is\\-off\\fR\n"),
                          HasSubstr(".TP\n\\fB8\\fR audit\\-broken\n")));
  EXPECT_THAT(text, Not(HasSubstr("debug man\n.SS")));
}

TEST(ManualPage, LeavesNothingThatRoffWouldReadAsItsOwn) {
  for (std::istringstream lines{manual_page("1")}; lines;) {
    std::string line;
    std::getline(lines, line);
    const bool request = line.starts_with(".");
    const bool known = line.starts_with(".\\\"") || line.starts_with(".TH ") ||
                       line.starts_with(".SH ") || line.starts_with(".SS ") || line == ".TP" ||
                       line == ".PP" || line == ".nf" || line == ".fi" || line.starts_with(".BR ");
    EXPECT_TRUE(!request || known) << line;
    EXPECT_FALSE(line.starts_with("'")) << line;
  }
}

}  // namespace
}  // namespace jobflip::cli

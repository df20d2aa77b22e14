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
    program("exit 7");
  }
  ~BashCompletion() override { std::filesystem::remove_all(folder_); }

  /// The suggestions for the last word of a line, which may be ''.
  std::vector<std::string> offers(const std::string& line) const {
    std::istringstream words{output_of("cd / && bash -euc '. " + folder_ +
                                       "/completion; COMP_WORDS=(jobflip " + line +
                                       "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE=\"" +
                                       typed_ + "\"; _jobflip " + folder_ +
                                       "/jobflip || true; "
                                       "printf \"%s\\n\" \"${COMPREPLY[@]}\"'")};
    std::vector<std::string> out;
    for (std::string word; std::getline(words, word);)
      if (!word.empty()) out.push_back(word);
    return out;
  }

  /// What stands in for jobflip when the script asks for names.
  void program(const std::string& lines) {
    std::ofstream{folder_ + "/jobflip"} << "#!/bin/bash\n" << lines << '\n';
    std::filesystem::permissions(folder_ + "/jobflip", std::filesystem::perms::owner_all);
  }

  std::string folder_{"/tmp/jobflip-completion-XXXXXX"};
  std::string typed_;  // the line as the shell has it
};

TEST_F(BashCompletion, OffersTheCommandsThatPeopleType) {
  EXPECT_THAT(offers("\"\""), IsSupersetOf({"flip", "status", "audit", "--store"}));
  EXPECT_THAT(offers("\"\""), Not(Contains("debug")));
  EXPECT_THAT(offers("expl"), UnorderedElementsAre("explain"));
  EXPECT_THAT(offers("audit \"\""), UnorderedElementsAre("list", "export", "verify", "prune"));
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
  EXPECT_THAT(offers("history --kind tak"), UnorderedElementsAre("takeover", "take"));
  EXPECT_THAT(offers("events --kind tak"), UnorderedElementsAre("takeover"));
  EXPECT_THAT(offers("agent --config /et"), UnorderedElementsAre("/etc"));
  EXPECT_THAT(offers("demo --keep /et"), UnorderedElementsAre("/etc"));
  EXPECT_THAT(offers("apply /et"), UnorderedElementsAre("/etc"));
  EXPECT_THAT(offers("flip mail --reason \"\""), IsEmpty());
  EXPECT_THAT(offers("--store host = db expl"), UnorderedElementsAre("explain"));
}

TEST_F(BashCompletion, AsksTheStoreForNames) {
  program("echo \"$@\" >>" + folder_ + R"(/asked
    case "$*" in
    *'complete pools') printf 'mail\nmaps\npaper\n' ;;
    *'complete nodes') printf 'job1\njob2\n' ;;
    *'complete flips') printf '12\n7\n' ;;
    *'complete open-flips') printf '12\n' ;;
    esac)");
  EXPECT_THAT(offers("flip \"\""), UnorderedElementsAre("mail", "maps", "paper"));
  EXPECT_THAT(offers("flip ma"), UnorderedElementsAre("mail", "maps"));
  EXPECT_THAT(offers("flip mail --to job"), UnorderedElementsAre("job1", "job2"));
  EXPECT_THAT(offers("drain \"\""), UnorderedElementsAre("job1", "job2"));
  EXPECT_THAT(offers("audit list --pool p"), UnorderedElementsAre("paper"));
  EXPECT_THAT(offers("show \"\""), UnorderedElementsAre("12", "7"));
  EXPECT_THAT(offers("abort \"\""), UnorderedElementsAre("12"));
  std::filesystem::remove(folder_ + "/asked");
  EXPECT_THAT(offers("flip mail \"\""), Contains("--reason")) << "the pool stands there already";
  EXPECT_THAT(offers("flip --"), Contains("--reason"));
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/asked")) << "options are in the script";
}

TEST_F(BashCompletion, AsksTheStoreThatWasTyped) {
  program("echo \"$#$2\" | tr =/ ..");
  typed_ = "jobflip --store=host=/run flip ";
  EXPECT_THAT(offers("--store = host = /run flip \"\""), UnorderedElementsAre("5host..run"));
}

TEST_F(BashCompletion, TakesNoNameThatAShellCouldExpand) {
  program("printf '%s\\n' '$(touch " + folder_ + "/pwned)' '`touch " + folder_ +
          "/pwned`' 'a;b' '../x' '-rf' 'a b' '*' 'mail' $'x\\ty' 'M'");
  EXPECT_THAT(offers("flip \"\""), UnorderedElementsAre("mail"));
  EXPECT_THAT(offers("drain \"\""), UnorderedElementsAre("mail"));
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/pwned"));
}

TEST_F(BashCompletion, OffersNoNameIfTheStoreSaysNothing) {
  program("echo 'ERROR: no store' >&2; exit 7");
  EXPECT_THAT(offers("flip \"\""), Contains("--reason"));
  EXPECT_THAT(offers("flip mail --to \"\""), IsEmpty());
}

TEST(CompleteNames, AreThoseOfTheStore) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  world.script.snapshot.pools[0].open_flip = timeline_until(core::FlipState::draining).flip;
  core::HistoryEntry flip;
  flip.flip = FlipId{6};
  world.script.history = {flip, core::HistoryEntry{}};
  EXPECT_EQ(world.run({"debug", "complete", "pools"}).out, "mail\n");
  EXPECT_EQ(world.run({"debug", "complete", "nodes"}).out, "job1\njob2\njob3\n");
  EXPECT_EQ(world.run({"debug", "complete", "open-flips"}).out, "7\n");
  EXPECT_EQ(world.run({"debug", "complete", "flips"}).out, "6\n");
  EXPECT_EQ(world.script.filters.back().kind, "flip") << "entries without one leave room for it";
  EXPECT_THAT(world.script.asked, Contains("a quick reader")) << "a shell waits for it";
}

TEST(CompleteNames, AreNoneAndNoErrorIfAnythingFails) {
  const auto expect_nothing = [](FakeWorld& world, const std::vector<std::string>& words) {
    const auto ran = world.run(words);
    EXPECT_EQ(ran.code, 0);
    EXPECT_EQ(ran.out + ran.err, "");
  };
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  expect_nothing(world, {"debug", "complete"});
  expect_nothing(world, {"debug", "complete", "moons"});
  expect_nothing(world, {"debug", "complete", "pools", "--store", "host=x password=y"});
  world.script.snapshot_error = Error{ErrorCode::store_timeout, "slow", ""};
  expect_nothing(world, {"debug", "complete", "pools"});
  world.script.open_error = Error{ErrorCode::store_unreachable, "gone", ""};
  expect_nothing(world, {"debug", "complete", "flips"});
}

TEST(ZshCompletion, NamesEveryCommandAndWhatItsValuesMayBe) {
  const auto text = zsh_completion();
  EXPECT_THAT(text, AllOf(HasSubstr("#compdef jobflip\n"),
                          HasSubstr("    audit 'list export verify prune'\n"),
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

#include "jobflip/cli/run.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cli/commands.hpp"
#include "cli/table.hpp"
#include "support/build_paths.hpp"
#include "support/golden.hpp"
#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using testing::Test;
using Words = std::vector<std::string>;

TEST(Help, IsThereForEveryCommand) {
  FakeWorld world;
  const auto all = world.run({"help"});
  EXPECT_EQ(all.code, 0);
  EXPECT_EQ(world.run({"--help"}).out, all.out);
  for (const auto& command : all_commands()) {
    if (command.hidden) continue;
    EXPECT_NE(all.out.find(command.summary), std::string::npos) << command.name;
    const std::string name{command.name};
    const auto space = name.find(' ');
    std::vector<std::string> words{name.substr(0, space)};
    if (space != std::string::npos) words.push_back(name.substr(space + 1));
    auto asked = words;
    asked.insert(asked.begin(), "help");
    const auto help = world.run(asked);
    EXPECT_EQ(help.code, 0) << name;
    EXPECT_NE(help.out.find("usage: jobflip " + name), std::string::npos);
    if (command.declare == nullptr) continue;
    words.push_back("--help");
    EXPECT_EQ(world.run(words).out, help.out) << "both ways to ask answer the same";
  }
}

TEST(Help, IsThereForTheCommandWhoseWordsArePassedOn) {
  FakeWorld world;
  const auto wanted = world.run({"help", "guard"}).out;
  EXPECT_EQ(world.run({"guard", "--help"}).out, wanted);
  EXPECT_EQ(world.run({"guard", "-h"}).out, wanted);
  EXPECT_TRUE(world.programs.empty());
  world.run({"guard", "--pool", "mail", "--", "worker", "--help"});
  EXPECT_EQ(world.programs, std::vector<std::string>{"guard --pool mail -- worker --help"});
}

TEST(Help, EveryOptionInASynopsisIsDeclared) {
  for (const auto& command : all_commands()) {
    if (command.declare == nullptr) continue;
    CLI::App app;
    Options options;
    command.declare(app, options);
    const std::string synopsis{command.synopsis};
    for (std::size_t at = synopsis.find("--"); at != std::string::npos;
         at = synopsis.find("--", at + 1)) {
      const auto end = synopsis.find_first_of(" ]|", at);
      const auto name = synopsis.substr(at, end - at);
      EXPECT_NE(app.get_option_no_throw(name), nullptr) << command.name << " " << name;
    }
  }
}

TEST(Help, ListsEveryExitCode) {
  FakeWorld world;
  const auto ran = world.run({"help", "exit-codes"});
  EXPECT_EQ(ran.code, 0);
  expect_golden("exit_codes.txt", ran.out);
}

TEST(Help, TheReferencePageIsWhatTheTablePrints) {
  FakeWorld world;
  const auto ran = world.run({"debug", "cli-reference"});
  test::expect_same_file(test::source_path("docs/cli.md"), ran.out);
}

TEST(ExitCodes, EveryErrorOfTheStoreHasOne) {
  const std::pair<ErrorCode, int> cases[] = {
      {ErrorCode::store_unreachable, 7},
      {ErrorCode::store_timeout, 7},
      {ErrorCode::store_full, 7},
      {ErrorCode::store_denied, 1},
      {ErrorCode::schema_missing, 1},
      {ErrorCode::schema_old, 1},
      {ErrorCode::schema_new, 1},
      {ErrorCode::store_read_only, 7},
      {ErrorCode::store_failed, 1},
      {ErrorCode::refused, 3},
      {ErrorCode::usage, 2},
      {ErrorCode::not_found, 2},
      {ErrorCode::audit_broken, 8},
      {ErrorCode::internal, 1},
  };
  for (const auto& [code, wanted] : cases) {
    FakeWorld world;
    world.script.open_error = Error{code, "no answer from host=a", "start it"};
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"status"},
                                               {"explain", "mail"},
                                               {"history"},
                                               {"show", "7"},
                                               {"audit", "list"},
                                               {"audit", "verify"},
                                               {"audit", "export"},
                                               {"migrate"},
                                               {"init", "--yes"},
                                               {"pause", "mail", "--for", "1h", "--reason", "x"},
                                               {"flip", "mail", "--reason", "x", "--yes"},
                                               {"drain", "job2", "--reason", "x"}}) {
      const auto ran = world.run(words);
      EXPECT_EQ(ran.code, wanted) << words[0] << " " << name_of(code);
      EXPECT_EQ(ran.err, "ERROR: no answer from host=a\nHINT: start it\n") << words[0];
    }
  }
}

/// As systemd gives it to a service: an ordinary user may have no folder for such files.
class Programs : public Test {
 protected:
  Programs() { ::setenv("RUNTIME_DIRECTORY", "/run/jobflip", 1); }
  ~Programs() override { ::unsetenv("RUNTIME_DIRECTORY"); }
};

TEST_F(Programs, AreGivenTheirArguments) {
  FakeWorld world;
  EXPECT_EQ(world.run({"agent", "--config", "/etc/a.toml"}).code, 0);
  EXPECT_EQ(world.run({"supervisor", "--config", "/etc/s.toml"}).code, 1);
  EXPECT_EQ(world.run({"guard", "--pool", "mail", "--help", "--", "-x"}).code, 0);
  EXPECT_EQ(world.run({"demo", "--keep", "/tmp/x"}).code, 0);
  const std::vector<std::string> wanted{"agent /etc/a.toml", "supervisor /etc/s.toml",
                                        "guard --pool mail --help -- -x", "demo /tmp/x"};
  EXPECT_EQ(world.programs, wanted);
}

TEST_F(Programs, LookWhetherTheirFileHoldsAndRunNothingThen) {
  FakeWorld world;
  const std::string good = test::source_path("examples/config/");
  EXPECT_EQ(world.run({"agent", "--config", good + "agent.toml", "--check"}).code, 0);
  EXPECT_EQ(world.run({"supervisor", "--config", good + "supervisor.toml", "--check"}).code, 0);
  const auto ran = world.run({"agent", "--config", good + "supervisor.toml", "--check"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.err.find("supervisor: is not a known key"), std::string::npos) << ran.err;
  EXPECT_TRUE(world.programs.empty());
}

TEST_F(Programs, TheCheckWarnsOfACommandThatIsTheAgentsOwnUser) {
  FakeWorld world;
  const auto file = testing::TempDir() + "jobflip-check-" + std::to_string(::getpid()) + ".toml";
  const auto warnings = [&](const std::string& user) {
    std::ofstream{file} << "node = \"job1\"\nruntime_dir = \"/run/j\"\n[store]\nconninfo = "
                           "\"host=db\"\n[workers.mail]\ndriver = \"command\"\n"
                           "command = [\"/bin/w\"]\n"
                        << user;
    const auto ran = world.run({"agent", "--config", file, "--check"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.err;
  };
  EXPECT_NE(
      warnings("").find("WARNING: workers.mail: its command is the agent's own user: it can read "
                        "the agent's password file"),
      std::string::npos);
  EXPECT_NE(warnings("user = \"root\"\n").find("its command is root"), std::string::npos);
  EXPECT_EQ(warnings("user = \"app\"\n").find("WARNING"), std::string::npos);
  std::filesystem::remove(file);
}

TEST_F(Programs, TheCheckSaysWhatOfTheFileThisHostLacks) {
  FakeWorld world;
  const auto file = testing::TempDir() + "jobflip-lacks-" + std::to_string(::getpid()) + ".toml";
  std::ofstream{file} << "node = \"job1\"\nruntime_dir = \"/run/j\"\n[store]\nconninfo = "
                         "\"host=db\"\n[workers.mail]\ndriver = \"command\"\n"
                         "command = [\"/nonexist\"]\nuser = \"nosuchuser\"\n"
                         "environment_file = \"/etc/w.env\"\noutput = \"/nope/w.log\"\n"
                         "[workers.report]\ndriver = \"systemd\"\nunit = \"r.service\"\n";
  const Words check{"agent", "--config", file, "--check"};
  EXPECT_EQ(world.run(check).err.find("WARNING"), std::string::npos) << "this host has all of it";
  for (const auto* name : {"/nonexist", "nosuchuser", "/etc/w.env", "/nope/w.log"})
    world.host.lacks[name] = "there is no such thing";
  world.host.properties["LoadState"] = "not-found";
  const auto ran = world.run(check);
  EXPECT_EQ(ran.code, 0) << "it may be meant for another host";
  EXPECT_EQ(ran.out, file + " is valid\n");
  for (const auto* line :
       {"workers.mail.command: /nonexist: there is no such thing\n",
        "workers.mail.user: nosuchuser", "workers.mail.environment_file: /etc/w.env",
        "workers.mail.output: /nope/w.log",
        "workers.report.unit: r.service: there is no such unit"})
    EXPECT_NE(ran.err.find("WARNING: " + std::string{line}), std::string::npos) << line << ran.err;
  const auto supervisor = test::source_path("examples/config/supervisor.toml");
  EXPECT_NE(world.run({"supervisor", "--config", supervisor, "--check"})
                .err.find("only the file was checked"),
            std::string::npos);
  std::filesystem::remove(file);
}

TEST_F(Programs, VersionIsTheWorlds) {
  FakeWorld world;
  EXPECT_EQ(world.run({"version"}).out, "jobflip 1.2.3\n");
  EXPECT_EQ(world.run({"--version"}).out, "jobflip 1.2.3\n");
}

TEST(Color, IsOnlyForTerminalsThatWantIt) {
  const auto has_color = [](FakeWorld& world, const std::vector<std::string>& more) {
    world.script.snapshot = calm_snapshot();
    std::vector<std::string> words{"status"};
    words.insert(words.end(), more.begin(), more.end());
    return world.run(words).out.find("\x1b[") != std::string::npos;
  };
  FakeWorld piped;
  EXPECT_FALSE(has_color(piped, {}));
  EXPECT_TRUE(has_color(piped, {"--color", "always"}));
  FakeWorld terminal;
  terminal.terminal = true;
  EXPECT_TRUE(has_color(terminal, {}));
  EXPECT_FALSE(has_color(terminal, {"--color", "never"}));
  EXPECT_FALSE(has_color(terminal, {"--format", "json"}));
  EXPECT_FALSE(has_color(terminal, {"--format", "tsv"}));
  terminal.environment["NO_COLOR"] = "1";
  EXPECT_FALSE(has_color(terminal, {}));
  terminal.environment.erase("NO_COLOR");
  terminal.environment["TERM"] = "dumb";
  EXPECT_FALSE(has_color(terminal, {}));
}

TEST(Tables, TsvHasOneRowALineWhateverIsInIt) {
  Table table{{"A B", "C"}, {{"x\ty", "1\n2\r\x1b[m"}}};
  std::ostringstream out;
  print_tsv(out, table);
  EXPECT_EQ(out.str(), "a_b\tc\nx\\x09y\t1\\x0a2\\x0d\\x1b[m\n");
}

}  // namespace
}  // namespace jobflip::cli

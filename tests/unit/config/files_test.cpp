#include "jobflip/config/files.hpp"
#include "support/build_paths.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace jobflip::config {
namespace {

constexpr const char* kAgent = R"(node = "job1"
[store]
conninfo = "service=jobflip"
[workers.mail]
driver = "command"
command = ["/usr/bin/email-worker", "--queue", "email"]
environment = { SMTP_URL = "smtp://127.0.0.1:2525" }
user = "mailer"
environment_file = "/etc/jobflip/mail.env"
output = "/var/log/mail.log"
[workers.report]
driver = "systemd"
unit = "report-worker@1.service"
black_box_command = ["/usr/bin/ss", "-ti"]
)";

/// The errors of a file, one line each: "7 workers.mail.driver: ...".
template <class T>
std::vector<std::string> faults_of(const Parsed<T>& parsed) {
  std::vector<std::string> out;
  if (parsed) return out;
  for (const auto& e : parsed.error().errors) {
    out.push_back(std::to_string(e.line) + " " + e.field + ": " + e.text +
                  (e.hint.empty() ? "" : " | " + e.hint));
  }
  return out;
}

template <class T>
void expect_fault(const Parsed<T>& parsed, const std::string& wanted) {
  const auto all = faults_of(parsed);
  std::string shown;
  for (const auto& one : all) {
    if (one.find(wanted) != std::string::npos) return;
    shown += one + "\n";
  }
  ADD_FAILURE() << "wanted: " << wanted << "\ngot:\n" << shown;
}

Parsed<AgentFile> agent(const std::string& text) {
  return parse_agent_text(text, "agent.toml", "/run/jobflip");
}

std::string agent_with(const std::string& worker) {
  return "node = \"job1\"\n[store]\nconninfo = \"service=jobflip\"\n[workers.mail]\n" + worker;
}

TEST(AgentFile, ReadsEveryField) {
  const auto got = agent(kAgent);
  ASSERT_TRUE(got) << faults_of(got).front();
  EXPECT_EQ(got->node.str(), "job1");
  EXPECT_EQ(got->runtime_dir, "/run/jobflip");
  EXPECT_EQ(got->conninfo, "service=jobflip");
  ASSERT_EQ(got->workers.size(), 2u);
  const WorkerSettings mail{PoolName::of("mail"),
                            WorkerDriver::command,
                            {"/usr/bin/email-worker", "--queue", "email"},
                            {{"SMTP_URL", "smtp://127.0.0.1:2525"}},
                            "mailer",
                            "/etc/jobflip/mail.env",
                            "/var/log/mail.log",
                            ""};
  EXPECT_EQ(got->workers[0], mail);
  EXPECT_EQ(got->workers[1].driver, WorkerDriver::systemd);
  EXPECT_EQ(got->workers[1].unit, "report-worker@1.service");
  EXPECT_EQ(got->workers[1].black_box_command, (std::vector<std::string>{"/usr/bin/ss", "-ti"}));
}

TEST(AgentFile, NamesEveryFaultAtOnceWithItsLine) {
  const auto got = agent(R"(node = "Job 1"
runtime_dir = "run"
nodde = 1
[store]
conninfo = "host=a password=hunter2"
[workers.mail]
driver = "command"
command = ["email-worker"]
)");
  const std::vector<std::string> wanted{
      "1 node: node name \"Job 1\" can't be used: it does not begin with a lower-case letter or a "
      "digit | use up to 63 of a-z, 0-9, '.', '_' and '-', beginning with a letter or a digit",
      "2 runtime_dir: \"run\" does not begin with \"/\" | write the whole path",
      "3 nodde: is not a known key here | did you mean \"node\"?",
      "5 store.conninfo: can't be used: it holds a password, which everyone who reads the file or "
      "the process list would see | put it into a password file of the daemon's user (chmod 600), "
      "and name that here: passfile=/etc/jobflip/agent.pgpass (supervisor.pgpass)",
      "8 workers.mail.command: \"email-worker\" does not begin with \"/\" | write the program's "
      "whole path: nothing is looked up in $PATH",
  };
  EXPECT_EQ(faults_of(got), wanted);
}

TEST(AgentFile, NeverPrintsAPassword) {
  const auto got = agent("node = \"a\"\n[store]\nconninfo = \"postgresql://u:hunter2@h/d\"\n");
  for (const auto& line : faults_of(got)) EXPECT_EQ(line.find("hunter2"), std::string::npos);
}

TEST(AgentFile, SaysWhatIsMissing) {
  const auto got = agent("");
  const std::vector<std::string> wanted{
      "node: is missing", "store: is missing",
      "workers: is missing: this node could run nothing | add a table [workers.POOL] for each pool "
      "whose workers this node can run"};
  const auto all = faults_of(got);
  ASSERT_EQ(all.size(), wanted.size());
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_NE(all[i].find(wanted[i]), std::string::npos);
  expect_fault(agent("node = \"a\"\n[store]\nconninfo = \"service=a\"\n[workers]\n"),
               "4 workers: is missing: this node could run nothing");
}

TEST(AgentFile, NeedsARuntimeFolderIfNothingNamesOne) {
  expect_fault(
      parse_agent_text(kAgent, "a", ""),
      "runtime_dir: is missing, and neither $RUNTIME_DIRECTORY nor $XDG_RUNTIME_DIR is set");
  const auto named = parse_agent_text("runtime_dir = \"/x\"\n" + std::string{kAgent}, "a", "");
  ASSERT_TRUE(named);
  EXPECT_EQ(named->runtime_dir, "/x");
}

TEST(AgentFile, ChecksEachDriversFields) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "4 workers.mail.driver: is missing"},
      {"driver = \"docker\"", "\"docker\" is not a driver | use \"command\" or \"systemd\""},
      {"driver = \"command\"", "workers.mail.command: is missing"},
      {"driver = \"command\"\ncommand = []", "6 workers.mail.command: has 0 parts"},
      {"driver = \"command\"\ncommand = [\"/a\", 1]", "has the number 1 in it"},
      {"driver = \"command\"\ncommand = [\"/a\\u0000b\"]", "must be texts in quotes"},
      {"driver = \"command\"\ncommand = \"/a\"", "is the text \"/a\", and must be an array"},
      {"driver = \"command\"\ncommand = [\"/a\"]\noutput = \"log\"", "\"log\" does not begin with"},
      {"driver = \"command\"\ncommand = [\"/a\"]\nenvironment_file = \"x\"",
       "workers.mail.environment_file: \"x\" does not begin with"},
      {"driver = \"command\"\ncommand = [\"/a\"]\nuser = \"1000\"", "is not the name of a user"},
      {"driver = \"command\"\ncommand = [\"/a\"]\nuser = \"-x\"", "is not the name of a user"},
      {"driver = \"command\"\ncommand = [\"/a\"]\nuser = \"a:b\"", "is not the name of a user"},
      {"driver = \"systemd\"\nunit = \"a.service\"\nuser = \"app\"",
       "workers.mail.user: is not a known key here"},
      {"driver = \"command\"\ncommand = [\"/a\"]\nenvironment = { \"A B\" = \"x\" }",
       "workers.mail.environment.A B: can't be the name of a variable"},
      {"driver = \"command\"\ncommand = [\"/a\"]\nenvironment = { \"\" = \"x\" }",
       "can't be the name of a variable"},
      {"driver = \"command\"\ncommand = [\"/a\"]\nenvironment = { JOBFLIP_EPOCH = \"1\" }",
       "is set by jobflip itself"},
      {"driver = \"command\"\ncommand = [\"/a\"]\nenvironment = { A = 1 }",
       "is the number 1, and must be text in quotes"},
      {"driver = \"command\"\ncommand = [\"/a\"]\nunit = \"a.service\"",
       "workers.mail.unit: is not a known key here"},
      {"driver = \"command\"\ncommand = [\"/a\"]\nblack_box_command = []",
       "7 workers.mail.black_box_command: has 0 parts, and must have 1 to 256 | write the program"},
      {"driver = \"systemd\"\nunit = \"a.service\"\nblack_box_command = [\"ss\", \"-ti\"]",
       "7 workers.mail.black_box_command: \"ss\" does not begin with \"/\" | write the program's"},
      {"driver = \"systemd\"\nunit = \"a.service\"\nblack_box_command = \"/usr/bin/ss\"",
       "workers.mail.black_box_command: is the text \"/usr/bin/ss\", and must be an array"},
      {"driver = \"systemd\"", "workers.mail.unit: is missing"},
      {"driver = \"systemd\"\nunit = \"email-worker\"", "is not the name of a service unit"},
      {"driver = \"systemd\"\nunit = \"../a.service\"", "is not the name of a service unit"},
      {"driver = \"systemd\"\nunit = \"a.service\"\ncommand = [\"/a\"]",
       "workers.mail.command: is not a known key here"},
  };
  for (const auto& [worker, wanted] : cases) expect_fault(agent(agent_with(worker)), wanted);
  expect_fault(agent("[workers.\"A B\"]\ndriver = \"command\""), "1 workers.A B: pool name");
  expect_fault(agent("[workers]\ndriver = \"command\""), "and must be a table, [workers.driver]");
  expect_fault(agent("workers = 1"), "1 workers: is the number 1, and must be a table, [workers]");
}

TEST(SupervisorFile, ReadsEveryField) {
  const auto got = parse_supervisor_text(R"(supervisor = "sup1"
runtime_dir = "/tmp/x"
[store]
conninfo = "service=jobflip"
[databases.app]
conninfo = "service=app"
[databases.other]
conninfo = "host=b"
)",
                                         "s.toml", "");
  ASSERT_TRUE(got) << faults_of(got).front();
  EXPECT_EQ(got->supervisor.str(), "sup1");
  EXPECT_EQ(got->runtime_dir, "/tmp/x");
  EXPECT_EQ(got->databases.at("app"), "service=app");
  EXPECT_EQ(got->databases.at("other"), "host=b");
}

TEST(SupervisorFile, NamesItsFaults) {
  const auto got = parse_supervisor_text(R"(supervisor = 1
[store]
conninfo = ""
[databases]
app = "service=app"
[databases."A"]
conninfo = "x"
[databases.b]
conninfo = "password=x"
extra = true
)",
                                         "s.toml", "/run");
  expect_fault(got, "1 supervisor: is the number 1, and must be text in quotes");
  expect_fault(got, "3 store.conninfo: is empty");
  expect_fault(got, "5 databases.app: is the text \"service=app\", and must be a table");
  expect_fault(got, "6 databases.A: can't be a database's name: it does not begin");
  expect_fault(got, "9 databases.b.conninfo: can't be used: it holds a password");
  expect_fault(got, "10 databases.b.extra: is not a known key here");
}

TEST(Files, SayWhereTomlIsBroken) {
  const auto got = agent("node = \"a\"\nstore = [\n");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().errors.size(), 1u);
  expect_fault(got, ": is not valid TOML: ");
  EXPECT_GE(got.error().errors[0].line, 2);
  expect_fault(agent("node = 'a\xff'\n"), "1 : is not valid TOML: ");
  expect_fault(agent("node = \"a\"\nnode = \"b\"\n"), "2 : is not valid TOML: ");
  expect_fault(agent(std::string("node = \"a\0b\"", 12)), ": is not valid TOML: ");
}

TEST(Files, CarryNoEscapesIntoTheErrors) {
  const auto got = agent("\"\\u001b[2J\" = 1\nnode = \"\\u001b]0;x\"\n");
  ASSERT_FALSE(got);
  for (const auto& error : got.error().errors) {
    EXPECT_EQ(to_text(error).find('\x1b'), std::string::npos);
  }
}

class Folder : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "jobflip-config-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(path_); }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream{path_ / name} << text;
    return path_ / name;
  }
  std::filesystem::path path_;
};

TEST_F(Folder, FilesThatCannotBeReadSaySo) {
  const std::string missing = path_ / "none.toml";
  const auto got = parse_fleet_file(missing);
  ASSERT_FALSE(got);
  EXPECT_EQ(to_text(got.error().errors[0]), missing + ": can't be read: No such file or directory");
  expect_fault(parse_agent_file(path_), "0 : is a folder");
  const auto large = write("large.toml", std::string(kFileMax + 1, '#'));
  expect_fault(parse_supervisor_file(large), "0 : is larger than 1 MiB");
  if (::geteuid() != 0) {
    const auto secret = write("secret.toml", "");
    ASSERT_EQ(::chmod(secret.c_str(), 0), 0);
    expect_fault(parse_agent_file(secret), "can't be read: Permission denied");
  }
}

TEST_F(Folder, DefaultRuntimeFolderComesFromSystemdFirst) {
  ::setenv("RUNTIME_DIRECTORY", "/run/a:/run/b", 1);
  EXPECT_EQ(default_runtime_dir(), "/run/a");
  const auto got = parse_agent_file(write("agent.toml", kAgent));
  ::unsetenv("RUNTIME_DIRECTORY");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->runtime_dir, "/run/a");
  if (::geteuid() == 0) {
    EXPECT_EQ(default_runtime_dir(), "/run/jobflip");
  }
}

TEST(Examples, HoldWithoutAnyFault) {
  const std::string root = test::source_path("examples/");
  ::setenv("RUNTIME_DIRECTORY", "/run/jobflip", 1);
  EXPECT_EQ(faults_of(parse_agent_file(root + "config/agent.toml")), std::vector<std::string>{});
  EXPECT_EQ(faults_of(parse_supervisor_file(root + "config/supervisor.toml")),
            std::vector<std::string>{});
  EXPECT_EQ(faults_of(parse_fleet_file(root + "pools/mail.toml")), std::vector<std::string>{});
  ::unsetenv("RUNTIME_DIRECTORY");
}

}  // namespace
}  // namespace jobflip::config

// The user of a command's worker, what it gets from its agent, and what it does not inherit.
#include <gmock/gmock.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/environment_file.hpp"
#include "host/worker_user.hpp"
#include "host_fixture.hpp"

namespace jobflip::host {
namespace {

using core::WorkerPhase;
using std::chrono_literals::operator""s;
using ::testing::HasSubstr;
using ::testing::Not;

class CommandUser : public HostFixture {
 protected:
  CommandUser() {
    // What an agent that is root keeps to itself. The workers' own files are in a folder for
    // everybody.
    std::filesystem::permissions(dir_, std::filesystem::perms{0711});
    std::filesystem::create_directory(path("open"));
    std::filesystem::permissions(path("open"), std::filesystem::perms{0777});
  }

  CommandSettings as(const std::string& user, const std::string& script) const {
    auto settings = shell(script);
    settings.user = user;
    settings.environment["OPEN"] = path("open");
    return settings;
  }

  void run(const CommandSettings& settings) const {
    auto host = make_command_host(settings);
    const auto prepared = host->prepare(timings());
    ASSERT_TRUE(prepared) << prepared.error().text;
    ASSERT_TRUE(host->start(Epoch{7}, BootClock::now() + 60s));
    EXPECT_TRUE(eventually([&] { return host->status().phase == WorkerPhase::empty; }));
  }

  void write_secret(const std::string& text, mode_t mode = 0600) const {
    std::ofstream{path("secrets")} << text;
    ASSERT_EQ(::chmod(path("secrets").c_str(), mode), 0);
  }
};

TEST_F(CommandUser, AnAgentThatIsRootStartsNoCommandWithoutBeingToldWhoItIs) {
  if (::geteuid() != 0) GTEST_SKIP() << "wants root";
  const auto refused = make_command_host(as("", "echo x > $OPEN/ran"))->prepare(timings());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::refused);
  EXPECT_THAT(refused.error().text, HasSubstr("it would be root, too"));
  EXPECT_THAT(refused.error().hint, HasSubstr("user = \"NAME\""));
  run(as("root", "id -u > $OPEN/user"));
  EXPECT_EQ(read_text(path("open/user")), "0\n") << "a person may say so";
}

TEST_F(CommandUser, ACommandOfAnotherUserReachesNothingOfItsAgentAndItsGuard) {
  if (::geteuid() != 0) GTEST_SKIP() << "wants root";
  std::ofstream{path("pgpass")} << "db1:5432:*:job1:secret\n";
  ASSERT_EQ(::chmod(path("pgpass").c_str(), 0600), 0);
  const std::string tries =
      "for try in \"cat $DIR/pgpass\" \"test -w $DIR/mail.lease\" \"test -w $DIR\" "
      "\"kill -0 $PPID\" \"cat /proc/$PPID/environ\"; do "
      "sh -c \"$try\" >/dev/null 2>&1 && echo x >> $OPEN/done; done; "
      "echo $HOME $USER $LOGNAME $(id -un) $(id -gn) > $OPEN/who";
  run(as("nobody", tries));
  EXPECT_EQ(read_text(path("open/done")), "");
  const auto* nobody = ::getpwnam("nobody");
  ASSERT_NE(nobody, nullptr);
  EXPECT_EQ(read_text(path("open/who")),
            std::string{nobody->pw_dir} + " nobody nobody nobody nogroup\n");
  run(as("root", tries));
  EXPECT_EQ(read_text(path("open/done")), "x\nx\nx\nx\nx\n")
      << "each works where the worker is who its agent is";
}

TEST_F(CommandUser, SaysWhoItDoesNotKnowAndWhoItCannotBecome) {
  const auto unknown = resolve_worker_user("no-such-one");
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().text, HasSubstr("there is no user \"no-such-one\""));
  if (::geteuid() != 0) GTEST_SKIP() << "wants root";
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setresuid(65534, 65534, 65534) != 0) ::_exit(9);
    const auto other = resolve_worker_user("daemon");
    const auto own = resolve_worker_user("nobody");
    const auto none = resolve_worker_user("");
    const bool refused =
        !other && other.error().text.find("the agent is not root") != std::string::npos;
    ::_exit(refused && own && own->guard_words.empty() && none ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

// An agent of the package has -900, which a test can't have on every machine: any other score
// shows the same.
TEST_F(CommandUser, DoesNotInheritItsAgentsPlaceInFrontOfTheMemoryKiller) {
  const auto own = read_text("/proc/self/oom_score_adj");
  if (own != "0\n") GTEST_SKIP() << "runs with a score already: " << own;
  std::ofstream{"/proc/self/oom_score_adj"} << "300" << std::flush;
  ASSERT_EQ(read_text("/proc/self/oom_score_adj"), "300\n");
  run(as(::geteuid() == 0 ? "root" : "", "cat /proc/self/oom_score_adj > $OPEN/score"));
  std::ofstream{"/proc/self/oom_score_adj"} << "0" << std::flush;
  EXPECT_EQ(read_text(path("open/score")), "0\n");
}

TEST_F(CommandUser, GetsItsSecretsFromAFileThatOnlyTheAgentReads) {
  write_secret("# of the mail server\n\nSMTP_PASSWORD = 'a b=\"c\"'\nTOKEN=x\n");
  auto settings = as(::geteuid() == 0 ? "nobody" : "",
                     "echo \"$SMTP_PASSWORD,$TOKEN\" > $OPEN/got; "
                     "cat $DIR/secrets; echo $? >> $OPEN/got");
  settings.environment_file = path("secrets");
  run(settings);
  // The workers of an agent that isn't root have its user, and may read what it reads.
  EXPECT_EQ(read_text(path("open/got")),
            std::string{"a b=\"c\",x\n"} + (::geteuid() == 0 ? "1\n" : "0\n"));
  write_secret("TOKEN=y\n");
  run(settings);
  EXPECT_EQ(read_text(path("open/got")).substr(0, 3), ",y\n") << "read again at each start";
}

TEST_F(CommandUser, RefusesASecretThatOthersReachOrThatIsNone) {
  struct Row {
    std::string text;
    mode_t mode;
    std::string why;
  };
  for (const auto& row : std::vector<Row>{{"A=geheim\n", 0604, "is open to others"},
                                          {"A=geheim\n", 0620, "is open to others"},
                                          {"A=1\nB geheim\n", 0600, "line 2 is not NAME=VALUE"},
                                          {"1A=geheim\n", 0600, "line 1 is not NAME=VALUE"},
                                          {"JOBFLIP_EPOCH=9\n", 0600, "line 1 is not NAME=VALUE"},
                                          {std::string(70'000, '#'), 0600, "more than 64 KiB"}}) {
    write_secret(row.text, row.mode);
    auto settings = as(::geteuid() == 0 ? "root" : "", "true");
    settings.environment_file = path("secrets");
    const auto prepared = make_command_host(settings)->prepare(timings());
    ASSERT_FALSE(prepared) << row.why;
    EXPECT_THAT(prepared.error().text, HasSubstr(row.why));
    EXPECT_THAT(prepared.error().text, Not(HasSubstr("geheim")));
  }
  const auto missing = read_environment_file(path("none"));
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().text, HasSubstr("can't be read"));
  EXPECT_FALSE(read_environment_file(path("open"))) << "a folder";
  if (::geteuid() != 0) return;
  write_secret("A=b\n");
  ASSERT_EQ(::chown(path("secrets").c_str(), 65534, 0), 0);
  EXPECT_THAT(read_environment_file(path("secrets")).error().text, HasSubstr("user 65534's"));
  ASSERT_EQ(::chown(path("secrets").c_str(), 0, 65534), 0);
  ASSERT_EQ(::chmod(path("secrets").c_str(), 0640), 0);
  EXPECT_THAT(read_environment_file(path("secrets")).error().text,
              HasSubstr("can be read by group 65534"));
}

}  // namespace
}  // namespace jobflip::host

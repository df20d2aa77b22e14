/// SIGHUP with the real programs: what they report to the service manager and the log. Their store
/// is unreachable, which makes no difference here.
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "jobflip/base/time.hpp"
#include "jobflip/host/process.hpp"
#include "support/build_paths.hpp"

namespace jobflip {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

constexpr Millis kLimit{20'000};

class Reload : public ::testing::Test {
 protected:
  Reload() {
    std::string name = "/tmp/jobflip-reload-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no folder for the test"};
    dir_ = name;
    manager_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path("manager").copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(manager_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error{"no socket for the test"};
  }
  ~Reload() override {
    if (daemon_) daemon_->end(Millis{10'000});
    ::close(manager_);
    std::filesystem::remove_all(dir_);
  }

  std::string path(const std::string& name) const { return dir_ + "/" + name; }
  std::string log() const {
    std::ifstream file{path("log")};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  void write_file(const std::string& text) const {
    std::ofstream{path("file.toml"), std::ios::trunc}
        << text << "\nruntime_dir = \"" << dir_ << "/run\"\n"
        << "[store]\nconninfo = \"host=" << dir_ << " dbname=none connect_timeout=2\"\n"
        << tables_;
  }
  void write_tables(const std::string& tables, const std::string& top) {
    tables_ = tables;
    write_file(top);
  }

  void start(const std::string& verb) {
    host::SpawnSettings spawn;
    spawn.argv = {test::build_path("jobflip"), verb, "--config", path("file.toml")};
    spawn.environment = {{"NOTIFY_SOCKET", path("manager")}};
    spawn.output = path("log");
    auto started = host::Process::spawn(spawn);
    ASSERT_TRUE(started);
    daemon_.emplace(std::move(*started));
    ASSERT_EQ(next_word(), "READY=1") << log();
  }

  /// The next message of the daemon to the service manager.
  std::string next_word() const {
    pollfd ready{manager_, POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(kLimit.count())) <= 0) return "nothing";
    char text[4096];
    const auto length = ::recv(manager_, text, sizeof text, 0);
    return {text, static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
  }

  /// Returns the STATUS that it ends with.
  std::string reload() {
    EXPECT_TRUE(daemon_->send(SIGHUP));
    EXPECT_THAT(next_word(), MatchesRegex("RELOADING=1\nMONOTONIC_USEC=[0-9]+"));
    const auto done = next_word();
    EXPECT_THAT(done, HasSubstr("READY=1\nSTATUS="));
    return done.substr(done.find("STATUS=") + 7);
  }

  std::optional<host::Process> daemon_;

 private:
  std::string dir_;
  std::string tables_;
  int manager_{-1};
};

constexpr const char* kMail =
    "[workers.mail]\ndriver = \"command\"\ncommand = [\"/bin/sleep\", \"1\"]\n";
constexpr const char* kPay = "[workers.pay]\ndriver = \"systemd\"\nunit = \"pay.service\"\n";

TEST_F(Reload, TakesOverWhatChangedAndNamesWhatNeedsARestart) {
  write_tables(kMail, "node = \"job1\"");
  start("agent");
  EXPECT_EQ(reload(), "the file was read again: nothing changed");

  write_tables(std::string{kMail} + kPay, "node = \"job2\"");
  EXPECT_EQ(reload(), "the file was read again: 1 change applied; as before: node");
  EXPECT_THAT(log(), HasSubstr("settings: workers.pay was added"));
  EXPECT_THAT(log(), HasSubstr("settings: node is unchanged: needs a restart"));

  write_tables(kPay, "node = \"job1\"");
  EXPECT_EQ(reload(), "the file was read again: 1 change applied");
  EXPECT_THAT(log(), HasSubstr("settings: workers.mail was removed"));
  EXPECT_EQ(daemon_->end(kLimit), host::ProcessEnd{});
}

TEST_F(Reload, AFileWithMistakesChangesNothingAndEachIsInTheLog) {
  write_tables(kMail, "node = \"job1\"");
  start("agent");
  write_tables(std::string{kPay} + "[workers.Bad]\ndriver = \"x\"\n", "node = 3\nnodes = 4");
  EXPECT_EQ(reload(), "the file has 3 mistakes: the old settings stay in effect");
  EXPECT_THAT(log(), HasSubstr("nodes"));
  EXPECT_THAT(log(), HasSubstr("workers.Bad"));
  EXPECT_THAT(log(), Not(HasSubstr("was added")));

  write_tables(kMail, "node = \"job1\"");
  EXPECT_EQ(reload(), "the file was read again: nothing changed");
}

TEST_F(Reload, ASupervisorTakesOverItsDatabases) {
  write_tables("[databases.app]\nconninfo = \"service=app\"\n", "supervisor = \"sup1\"");
  start("supervisor");
  write_tables("[databases.app]\nconninfo = \"service=other\"\n", "supervisor = \"sup1\"");
  EXPECT_EQ(reload(), "the file was read again: 1 change applied");
  EXPECT_THAT(log(), HasSubstr("settings: databases.app is as in the file now"));
  EXPECT_EQ(daemon_->end(kLimit), host::ProcessEnd{});
}

}  // namespace
}  // namespace jobflip

// A guard that is root and its worker that is not. What needs root is skipped without it.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <pwd.h>
#include <sys/stat.h>

#include <optional>

#include "host/guard_link.hpp"
#include "jobflip/base/descriptor.hpp"
#include "jobflip/host/process.hpp"
#include "unit/host/host_fixture.hpp"

namespace jobflip::guard {

using namespace host;  // its fixtures
namespace {

using std::chrono_literals::operator""s;
using ::testing::HasSubstr;

class GuardUser : public HostFixture {
 protected:
  GuardUser() { std::filesystem::permissions(dir_, std::filesystem::perms::all); }

  /// As a unit starts it, under a lease that an agent's end of the page has ordered.
  std::optional<Process> start(const std::vector<std::string>& options, const std::string& script) {
    EXPECT_TRUE(link.open());
    EXPECT_TRUE(link.lay_out_for(timings()));
    link.order_start(Epoch{7}, BootClock::now() + 60s);
    SpawnSettings settings;
    settings.argv = {guard_program(), "--page", path("mail.lease"), "--pool", "mail",
                     "--node",        "job1"};
    settings.argv.insert(settings.argv.end(), options.begin(), options.end());
    for (const auto* word : {"--", "/bin/sh", "-c"}) settings.argv.emplace_back(word);
    settings.argv.push_back(script);
    settings.environment = {{"DIR", dir_}};
    settings.output = path("output");
    auto process = host::Process::spawn(settings);
    EXPECT_TRUE(process);
    if (!process) return std::nullopt;
    return std::move(*process);
  }

  GuardLink link{dir_, PoolName::of("mail")};
};

constexpr const char* kScript =
    "id -u > $DIR/user; id -g > $DIR/group; id -G > $DIR/groups; echo $$ > $DIR/pid; "
    "while :; do sleep 0.02; done";

TEST_F(GuardUser, HasItsWorkerBeTheUserAndStaysWhoItIs) {
  if (::geteuid() != 0) GTEST_SKIP() << "wants root";
  const auto* nobody = ::getpwnam("nobody");
  ASSERT_NE(nobody, nullptr);
  auto guard =
      start({"--user", "nobody", "--group", "daemon", "--supplementary-group", "mail"}, kScript);
  const auto worker = pid_in(path("pid"));
  EXPECT_EQ(read_text(path("user")), std::to_string(nobody->pw_uid) + "\n");
  EXPECT_EQ(read_text(path("group")), "1\n");
  EXPECT_THAT(" " + read_text(path("groups")), HasSubstr(" 8"));
  struct stat owner {};
  ASSERT_EQ(::stat(("/proc/" + std::to_string(guard->pid())).c_str(), &owner), 0);
  EXPECT_EQ(owner.st_uid, 0U);
  guard->send(SIGKILL);
  EXPECT_TRUE(eventually([&] { return is_gone(worker); }))
      << "a change of the user must not cost it the signal of its parent's death";
}

TEST_F(GuardUser, SaysWhoItDoesNotKnow) {
  if (::geteuid() != 0) GTEST_SKIP() << "wants root";
  for (const auto& [options, why] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"--user", "no-such-one"}, "there is no user \"no-such-one\""},
           {{"--user", "4294967295"}, "there is no user \"4294967295\""},
           {{"--user", "60999"}, "there is no user \"60999\""},
           {{"--user", "nobody", "--group", "no-such-one"}, "there is no group \"no-such-one\""}}) {
    std::filesystem::remove(path("output"));
    auto guard = start(options, "echo x > $DIR/ran");
    const auto end = guard->wait(kLimit);
    ASSERT_TRUE(end) << why;
    EXPECT_EQ(end->exit_code, 5) << why;
    EXPECT_THAT(read_text(path("output")), HasSubstr(why));
    link.withdraw_start();
  }
  EXPECT_FALSE(std::filesystem::exists(path("ran")));
}

TEST_F(GuardUser, IsWokenByAByteIfASignalMayNotReachIt) {
  auto guard = start({}, kScript);
  const auto worker = pid_in(path("pid"));
  auto page = this->page();
  page->stop_by.store((BootClock::now() + 60s).time_since_epoch().count());
  const Descriptor orders{::open(path("mail.orders").c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK)};
  ASSERT_EQ(::write(orders.fd(), "x", 1), 1);
  EXPECT_TRUE(eventually([&] { return is_gone(worker); }));
  EXPECT_TRUE(guard->wait(kLimit));
}

TEST_F(GuardUser, FindsTheLockFileMadeByTheAgent) {
  ASSERT_TRUE(link.open());
  EXPECT_TRUE(std::filesystem::exists(path("mail.guard")))
      << "made by a guard that is root, the agent could not ask for its lock";
  EXPECT_FALSE(link.guard_alive());
}

}  // namespace
}  // namespace jobflip::guard

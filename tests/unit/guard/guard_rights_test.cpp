// What a guard that is root takes from its unit, and what it gives its worker.
#include <gmock/gmock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "host/guard_link.hpp"
#include "jobflip/host/process.hpp"
#include "jobflip/setup/adoption.hpp"
#include "unit/host/host_fixture.hpp"

namespace jobflip::guard {

using namespace host;  // its fixtures
namespace {

using std::chrono_literals::operator""s;
using ::testing::HasSubstr;
using ::testing::Not;

#if defined(__has_feature)  // clang's way to say it
constexpr bool kSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

class GuardRights : public HostFixture {
 protected:
  GuardRights() { std::filesystem::permissions(dir_, std::filesystem::perms::all); }

  std::optional<Process> start(const std::vector<std::string>& options,
                               const std::vector<std::string>& command,
                               std::map<std::string, std::string> environment = {}) {
    EXPECT_TRUE(link.open());
    EXPECT_TRUE(link.lay_out_for(timings()));
    link.order_start(Epoch{7}, BootClock::now() + 60s);
    SpawnSettings settings;
    settings.argv = {guard_program(), "--page", path("mail.lease"), "--pool", "mail",
                     "--node",        "job1"};
    settings.argv.insert(settings.argv.end(), options.begin(), options.end());
    settings.argv.emplace_back("--");
    settings.argv.insert(settings.argv.end(), command.begin(), command.end());
    environment["DIR"] = dir_;
    settings.environment = std::move(environment);
    settings.output = path("output");
    auto process = host::Process::spawn(settings);
    EXPECT_TRUE(process);
    if (!process) return std::nullopt;
    return std::move(*process);
  }

  /// What the worker says of itself in /proc/self/status.
  std::string status_with(const std::vector<std::string>& options) {
    std::filesystem::remove(path("status"));
    auto guard = start(options, {"/bin/sh", "-c", "cat /proc/self/status > $DIR/status"});
    const auto end = guard->wait(kLimit);
    EXPECT_TRUE(end);
    EXPECT_EQ(end ? end->exit_code : -1, 0) << read_text(path("output"));
    return read_text(path("status"));
  }

  GuardLink link{dir_, PoolName::of("mail")};
};

// LD_PRELOAD is such a variable, too: this one leaves a file of each process whose loader heard it.
TEST_F(GuardRights, TheLoadersVariablesOfAUnitReachTheWorkerAndNotTheGuard) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer wants a dynamic program";
  auto guard = start({}, {"/bin/sh", "-c", "echo $$ > $DIR/pid"},
                     {{"LD_DEBUG", "files"}, {"LD_DEBUG_OUTPUT", path("loaded")}});
  const auto pid = guard->pid();
  ASSERT_TRUE(guard->wait(kLimit));
  EXPECT_TRUE(std::filesystem::exists(path("loaded." + std::to_string(pid_in(path("pid"))))));
  EXPECT_FALSE(std::filesystem::exists(path("loaded." + std::to_string(pid))))
      << "the guard has a loader that listens to a unit's environment";
}

TEST_F(GuardRights, AWorkerHasAllThatItsUnitGivesItIfNothingIsTakenAway) {
  if (::geteuid() != 0) GTEST_SKIP() << "wants root";
  const auto status = status_with({"--user", "nobody"});
  EXPECT_THAT(status, Not(HasSubstr("CapBnd:\t0000000000000000")));
  EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t0"));
  EXPECT_THAT(status, HasSubstr("Seccomp_filters:\t0"));
}

TEST_F(GuardRights, AWorkerHasTheBoundingSetAndNoNewPrivilegesThatItsGuardIsTold) {
  if (::geteuid() != 0) GTEST_SKIP() << "wants root";
  auto status = status_with({"--user", "nobody", "--bounding-set", "0", "--no-new-privileges"});
  EXPECT_THAT(status, HasSubstr("CapBnd:\t0000000000000000"));
  EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t1"));
  status = status_with({"--bounding-set", "1"});
  EXPECT_THAT(status, HasSubstr("CapBnd:\t0000000000000001")) << "a worker that is root, too";
  EXPECT_THAT(status, HasSubstr("CapEff:\t0000000000000001"));
}

TEST_F(GuardRights, AWorkerIsRefusedTheCallsThatOnlyItsGuardMayMake) {
  if (::geteuid() != 0) GTEST_SKIP() << "wants root";
  // harmless for anybody: "leave all three as they are"
  const std::string script =
      "$! = 0; my $r = syscall($ENV{CALL} + 0, -1, -1, -1); my $e = $r == -1 ? $! + 0 : 0;"
      "open(my $f, '>', \"$ENV{DIR}/said\"); print $f $e;";
  const auto said_of = [&](const std::vector<std::string>& options, long call) {
    std::filesystem::remove(path("said"));
    auto guard = start(options, {"/usr/bin/perl", "-e", script}, {{"CALL", std::to_string(call)}});
    EXPECT_TRUE(guard->wait(kLimit));
    return read_text(path("said"));
  };
  constexpr long kSetresuid = SYS_setresuid;
  constexpr long kSetresgid = SYS_setresgid;
  EXPECT_EQ(said_of({"--user", "nobody"}, kSetresuid), "0");
  const std::vector<std::string> denied{"--user", "nobody", "--no-new-privileges", "--deny-calls",
                                        "setresuid,mlockall"};
  EXPECT_EQ(said_of(denied, kSetresuid), std::to_string(EPERM));
  EXPECT_EQ(said_of(denied, kSetresgid), "0") << "what was not named stays";
}

// Core names the calls, the guard has their numbers: two lists, and this holds them equal.
TEST_F(GuardRights, KnowsEveryCallThatAnAdoptionOpens) {
  setup::UnitSource unit;
  unit.unit = "w.service";
  unit.found = true;
  unit.file = "/etc/systemd/system/w.service";
  unit.assignments = setup::parse_unit_text(
      "[Service]\nUser=app\nExecStart=/bin/w\nSystemCallFilter=~@setuid @chown @memlock\n",
      unit.file);
  const auto plan = setup::plan_adoption(unit, {.pool = "mail",
                                                .node = "job1",
                                                .page = "/run/j/mail.lease",
                                                .guard = "/g",
                                                .agent_file = ""});
  ASSERT_TRUE(plan);
  const std::string option = " --deny-calls ";
  const auto from = plan->text.find(option) + option.size();
  const auto calls = plan->text.substr(from, plan->text.find(' ', from) - from);
  EXPECT_EQ(calls, "setresuid,setresgid,setgroups,chown,mlockall");
  auto guard = start({"--no-new-privileges", "--deny-calls", calls}, {"/bin/true"});
  const auto end = guard->wait(kLimit);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->exit_code, 0) << read_text(path("output"));
}

TEST_F(GuardRights, ItsWordsAreChecked) {
  for (const auto& [options, why] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"--bounding-set", "xyz"}, "--bounding-set \"xyz\" is not a mask"},
           {{"--bounding-set", ""}, "--bounding-set \"\" is not a mask"},
           {{"--deny-calls", "setresuid,open"}, "--deny-calls: \"open\" is not a call"}}) {
    std::filesystem::remove(path("output"));
    auto guard = start(options, {"/bin/true"});
    const auto end = guard->wait(kLimit);
    ASSERT_TRUE(end) << why;
    EXPECT_EQ(end->exit_code, 2) << why;
    EXPECT_THAT(read_text(path("output")), HasSubstr(why));
    link.withdraw_start();
  }
}

}  // namespace
}  // namespace jobflip::guard

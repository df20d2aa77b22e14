// The program itself, as a unit file or a curious person would call it.
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "jobflip/base/descriptor.hpp"
#include "jobflip/host/process.hpp"
#include "unit/host/host_fixture.hpp"

namespace jobflip::guard {

using namespace host;  // its fixtures
namespace {

using core::WorkerPhase;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using ::testing::HasSubstr;

class GuardProgram : public HostFixture {
 protected:
  /// A page as an agent lays it out, with a live `go` in it.
  MappedPage live_page(Millis left = 60s) const {
    auto mapped = MappedPage::open(path("mail.lease"), true);
    EXPECT_TRUE(mapped);
    lay_out(**mapped, *read_boot_mark());
    auto& page = **mapped;
    page.graceful_stop.store(std::chrono::nanoseconds{timings().graceful_stop}.count());
    page.kill_to_empty.store(std::chrono::nanoseconds{timings().kill_to_empty}.count());
    page.guard_margin.store(std::chrono::nanoseconds{timings().guard_margin}.count());
    page.epoch.store(7);
    page.deadline.store((BootClock::now() + left).time_since_epoch().count());
    page.go.store(1);
    EXPECT_EQ(::mkfifo(path("mail.events").c_str(), 0600), 0);
    return std::move(*mapped);
  }

  SpawnSettings guard(std::vector<std::string> words) const {
    SpawnSettings settings;
    settings.argv = {guard_program()};
    settings.argv.insert(settings.argv.end(), words.begin(), words.end());
    settings.environment = {{"DIR", dir_}};
    settings.output = path("output");
    return settings;
  }

  SpawnSettings by_unit(const std::string& script) const {
    return guard({"--page", path("mail.lease"), "--pool", "mail", "--node", "job1", "--", "/bin/sh",
                  "-c", script});
  }

  int exit_code_of(const SpawnSettings& settings) const {
    auto process = host::Process::spawn(settings);
    EXPECT_TRUE(process);
    const auto end = process->wait(kLimit);
    EXPECT_TRUE(end) << "it did not end";
    return end ? end->exit_code : -1;
  }
};

struct Words {
  std::vector<std::string> words;
  std::string complaint;
};

TEST_F(GuardProgram, WrongArgumentsAreRefusedByName) {
  const std::vector<Words> table{
      {{}, "does not end in .lease"},
      {{"--what"}, "unknown argument \"--what\""},
      {{"--page"}, "--page has no value"},
      {{"--page", "/x/mail.lease", "--pool", "Mail"}, "--pool \"Mail\" can't be used"},
      {{"--page", "/x/mail.lease", "--pool", "mail"}, "--node"},
      {{"--page", "/x/mail.lease", "--pool", "mail", "--node", "job1"}, "no command behind --"},
      {{"--page", "/x/mail.lease", "--pool", "mail", "--node", "job1", "--", "sh"},
       "not an absolute path"},
      {{"--page", "/x/mail.lease", "--pool", "mail", "--node", "job1", "--group", "mail", "--",
        "/bin/sh"},
       "want --user"},
      {{"--user"}, "--user has no value"},
      {{"--agent", "12x"}, "is not a process number"},
      {{"--agent", "-1"}, "is not a process number"},
  };
  for (const auto& row : table) {
    std::filesystem::remove(path("output"));
    EXPECT_EQ(exit_code_of(guard(row.words)), 2) << row.complaint;
    EXPECT_THAT(read_text(path("output")), HasSubstr(row.complaint));
  }
}

TEST_F(GuardProgram, GoesAtOnceUnderALiveLeaseAndOnlyOnce) {
  const auto page = live_page();
  EXPECT_EQ(exit_code_of(by_unit("echo $JOBFLIP_EPOCH > $DIR/ran")), 0);
  EXPECT_EQ(read_text(path("ran")), "7\n");
  EXPECT_EQ(page->phase.load(), static_cast<std::uint64_t>(GuardPhase::empty));

  std::filesystem::remove(path("ran"));
  EXPECT_EQ(exit_code_of(by_unit("echo again > $DIR/ran")), 3) << "a Restart= starts nothing";
  EXPECT_FALSE(std::filesystem::exists(path("ran")));
  EXPECT_THAT(read_text(path("output")), HasSubstr("no live lease for pool mail"));
}

TEST_F(GuardProgram, StartsNothingWithoutAPage) {
  EXPECT_EQ(exit_code_of(by_unit("echo x > $DIR/ran")), 3);
  EXPECT_FALSE(std::filesystem::exists(path("ran")));
}

TEST_F(GuardProgram, StartsNothingUnderAPageOfAnotherBoot) {
  const auto page = live_page();
  page->boot[1].fetch_xor(1);
  EXPECT_EQ(exit_code_of(by_unit("echo x > $DIR/ran")), 3);
  EXPECT_FALSE(std::filesystem::exists(path("ran")));
  EXPECT_THAT(read_text(path("output")), HasSubstr("is not of this boot"));
}

TEST_F(GuardProgram, StartsNothingUnderALeaseThatIsAsGoodAsOver) {
  for (const auto left : {Millis{1399}, Millis{0}, Millis{-60'000}}) {
    std::filesystem::remove(path("mail.events"));
    const auto page = live_page(left);
    EXPECT_EQ(exit_code_of(by_unit("echo x > $DIR/ran")), 3) << left.count();
  }
  EXPECT_FALSE(std::filesystem::exists(path("ran")));
}

TEST_F(GuardProgram, ASecondGuardOfAPageIsRefused) {
  const auto page = live_page();
  auto first = host::Process::spawn(by_unit("while :; do sleep 0.02; done"));
  ASSERT_TRUE(first);
  const auto running = static_cast<std::uint64_t>(GuardPhase::running);
  ASSERT_TRUE(eventually([&] { return page->phase.load() == running; }));
  page->go.store(1);
  EXPECT_EQ(exit_code_of(by_unit("echo x > $DIR/ran")), 3);
  EXPECT_THAT(read_text(path("output")), HasSubstr("another guard of pool mail lives"));
  EXPECT_FALSE(std::filesystem::exists(path("ran")));
  EXPECT_EQ(page->phase.load(), running) << "the first one is not disturbed";
  first->end(10s);
}

TEST_F(GuardProgram, APageOfAnotherBootIsVoidForTheAgentToo) {
  const auto page = live_page();
  page->phase.store(static_cast<std::uint64_t>(GuardPhase::running));
  page->boot[0].fetch_xor(1);
  auto host = make_command_host(shell("while :; do sleep 0.02; done"));
  EXPECT_EQ(host->status().phase, WorkerPhase::absent);
  ASSERT_TRUE(host->prepare(timings()));
  EXPECT_TRUE(is_of_this_boot(*page, *read_boot_mark())) << "reset";
  EXPECT_EQ(page->go.load(), 0U) << "an old go starts nothing";
}

TEST_F(GuardProgram, StartsNothingUnderAPageOfAnotherVersion) {
  const auto page = live_page();
  page->version.store(LeasePage::kVersion + 1);
  EXPECT_EQ(exit_code_of(by_unit("echo x > $DIR/ran")), 3);
  EXPECT_FALSE(std::filesystem::exists(path("ran")));
  EXPECT_THAT(read_text(path("output")), HasSubstr("is of another version of jobflip"));
}

// An upgrade replaced the programs, and the agent died before it was restarted.
TEST_F(GuardProgram, WorkersUnderAGuardOfAnotherVersionAreNeverCalledGone) {
  const auto page = live_page();
  auto guard = host::Process::spawn(by_unit("while :; do sleep 0.02; done"));
  ASSERT_TRUE(guard);
  const auto running = static_cast<std::uint64_t>(GuardPhase::running);
  ASSERT_TRUE(eventually([&] { return page->phase.load() == running; }));
  page->version.store(LeasePage::kVersion + 1);

  auto host = make_command_host(shell("while :; do sleep 0.02; done"));
  const auto found = host->status();
  EXPECT_EQ(found.phase, WorkerPhase::stopping);
  EXPECT_EQ(found.epoch, Epoch{7});
  EXPECT_THAT(found.sentence, HasSubstr("another version"));
  const auto deadline = page->deadline.load();
  host->extend(BootClock::now() + 60s);
  EXPECT_EQ(page->deadline.load(), deadline) << "they end with the lease that they have";
  EXPECT_FALSE(host->prepare(timings())) << "nothing is started beside them";

  host->stop(0ms);
  ASSERT_TRUE(eventually([&] { return host->status().phase == WorkerPhase::empty; }));
  guard->end(10s);
  EXPECT_TRUE(host->prepare(timings())) << "and then it goes on with a guard of its own";
  EXPECT_EQ(page->version.load(), LeasePage::kVersion);
}

TEST_F(GuardProgram, NotifiesSystemdThatItsWorkersRunAndThatItIsAlive) {
  const Descriptor socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path("notify").copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const auto page = live_page();
  auto settings = by_unit("env > $DIR/env; while :; do sleep 0.02; done");
  settings.environment["NOTIFY_SOCKET"] = path("notify");
  settings.environment["WATCHDOG_USEC"] = "100000";
  auto guard_process = host::Process::spawn(settings);
  ASSERT_TRUE(guard_process);

  int ready = 0;
  int alive = 0;
  ASSERT_TRUE(eventually([&] {
    std::array<char, 64> text{};
    const auto got = ::recv(socket.fd(), text.data(), text.size(), MSG_DONTWAIT);
    const std::string word{text.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
    if (word == "READY=1") ++ready;
    if (word == "WATCHDOG=1") ++alive;
    return ready == 1 && alive >= 3;
  }));
  EXPECT_THAT(read_text(path("env")), ::testing::Not(HasSubstr("NOTIFY_SOCKET")))
      << "the worker has no say in it";
  guard_process->end(10s);
}

TEST_F(GuardProgram, NotifiesSystemdWhyItRefuses) {
  const Descriptor socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path("notify").copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  auto settings = by_unit("echo x > $DIR/ran");
  settings.environment["NOTIFY_SOCKET"] = path("notify");
  EXPECT_EQ(exit_code_of(settings), 3);
  std::array<char, 256> text{};
  const auto got = ::recv(socket.fd(), text.data(), text.size(), MSG_DONTWAIT);
  ASSERT_GT(got, 0);
  const std::string sentence{"no live lease for pool mail: workers start under a lease only"};
  EXPECT_THAT((std::string{text.data(), static_cast<std::size_t>(got)}),
              ::testing::StartsWith("STATUS=" + sentence));
  EXPECT_THAT(read_text(path("output")), HasSubstr(sentence));
}

TEST_F(GuardProgram, APageOfAWrongSizeIsNotMapped) {
  std::ofstream{path("mail.lease")} << "short";
  EXPECT_EQ(exit_code_of(by_unit("echo x > $DIR/ran")), 3);
  EXPECT_THAT(read_text(path("output")), HasSubstr("has a wrong size"));
}

}  // namespace
}  // namespace jobflip::guard

// A restarted agent that can't see its workers, or sees fewer than there are: without evidence no
// worker may be reported as gone.
#include <sys/stat.h>
#include <sys/wait.h>

#include "command_fixture.hpp"
#include "host/guard_link.hpp"
#include "jobflip/host/unconfigured_host.hpp"

namespace jobflip::host {
namespace {

using core::WorkerPhase;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

const auto kMail = PoolName::of("mail");

class UnseenWorkers : public HostFixture {
 protected:
  CommandSettings settings() const {
    auto settings = shell(kPolite);
    settings.use_cgroup = false;
    return settings;
  }

  /// Workers of an agent that is gone; they run for another 20 s. Returns their guard.
  pid_t leave_workers(const std::string& script = kPolite) {
    auto left = settings();
    left.argv.back() = script;
    const auto host = make_command_host(left);
    const auto prepared = host->prepare(timings());
    EXPECT_TRUE(prepared) << (prepared ? "" : prepared.error().text);
    EXPECT_TRUE(host->start(Epoch{42}, BootClock::now() + 20s));
    worker_ = pid_in(path("pid"));
    return guard_ = static_cast<pid_t>(page()->guard_pid.load());
  }

  ~UnseenWorkers() override {
    if (guard_ <= 0) return;
    ::kill(guard_, SIGKILL);
    eventually([&] { return is_gone(guard_) && is_gone(worker_); });
  }

  void remove(const std::string& name) const { std::filesystem::remove_all(path(name)); }

  /// The status says that they may be running, and why. Nothing can be armed next to them.
  void expect_unknown(const std::string& why) {
    const auto host = make_command_host(settings());
    const auto seen = host->status();
    EXPECT_EQ(seen.phase, WorkerPhase::unknown) << core::name_of(seen.phase);
    EXPECT_THAT(seen.sentence, HasSubstr(why));
    EXPECT_FALSE(host->prepare(timings()));
    EXPECT_EQ(host->status().phase, WorkerPhase::unknown);
    EXPECT_FALSE(is_gone(worker_));
  }

  void expect_absent_once_gone() {
    ::kill(guard_, SIGTERM);
    const auto host = make_command_host(settings());
    EXPECT_TRUE(eventually([&] { return host->status().phase == WorkerPhase::absent; }))
        << host->status().sentence;
    EXPECT_TRUE(is_gone(worker_));
    const auto prepared = host->prepare(timings());
    EXPECT_TRUE(prepared) << (prepared ? "" : prepared.error().text);
  }

  pid_t guard_{0};
  pid_t worker_{0};
};

TEST_F(UnseenWorkers, AreSeenIfTheirEventsAndOrdersArePlainFiles) {
  leave_workers();
  for (const char* name : {"mail.events", "mail.orders"}) {
    remove(name);
    std::ofstream{path(name)} << "x";
  }
  const auto host = make_command_host(settings());
  const auto seen = host->status();
  EXPECT_EQ(seen.phase, WorkerPhase::running) << seen.sentence;
  EXPECT_EQ(seen.epoch, Epoch{42});
  host->stop(5s);
  wait_for(*host, WorkerPhase::empty);
  const auto refused = host->prepare(timings());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text, HasSubstr("is not a FIFO"));
}

TEST_F(UnseenWorkers, AreUnknownIfTheirPageIsGoneAndTheirGuardLives) {
  leave_workers();
  remove("mail.lease");
  expect_unknown("a guard holds its lock, and its lease page is gone");
  expect_absent_once_gone();
}

TEST_F(UnseenWorkers, AreUnknownIfTheirPageAndTheirLockAreGone) {
  const auto guard = leave_workers();
  for (const char* name : {"mail.lease", "mail.guard", "mail.events", "mail.orders"}) remove(name);
  expect_unknown("its guard (process " + std::to_string(guard) + ") runs");
  expect_absent_once_gone();
}

TEST_F(UnseenWorkers, AreUnknownIfOnlyAProcessOfTheirsIsLeft) {
  const auto guard = leave_workers(
      "setsid sleep 20 </dev/null >/dev/null 2>&1 & echo $! > $DIR/child; echo $$ > $DIR/pid; "
      "wait");
  const auto child = pid_in(path("child"));
  ASSERT_TRUE(eventually(
      [&] { return read_text("/proc/" + std::to_string(child) + "/comm") == "sleep\n"; }));
  for (const char* name : {"mail.lease", "mail.guard"}) remove(name);
  ::kill(guard, SIGKILL);
  ASSERT_TRUE(eventually([&] { return is_gone(guard) && is_gone(worker_); }));
  const auto host = make_command_host(settings());
  EXPECT_EQ(host->status().phase, WorkerPhase::unknown);
  EXPECT_THAT(host->status().sentence, HasSubstr("(process " + std::to_string(child) + ") runs"));
  ::kill(child, SIGKILL);
  EXPECT_TRUE(eventually([&] { return host->status().phase == WorkerPhase::absent; }));
}

TEST_F(UnseenWorkers, AreNotClaimedByAProcessOfAnotherUserThatCallsItselfTheirGuard) {
  if (::geteuid() != 0) GTEST_SKIP() << "wants root";
  const auto look = [this](uid_t user) {
    const pid_t fake = ::fork();
    if (fake == 0) {
      if (user != 0 && ::setresuid(user, user, user) != 0) ::_exit(1);
      const auto page = path("mail.lease");
      ::execl("/bin/sh", "jobflip-guard", "-c", "while :; do sleep 0.2; done", "x", "--page",
              page.c_str(), nullptr);
      ::_exit(1);
    }
    const auto name = "/proc/" + std::to_string(fake) + "/cmdline";
    EXPECT_TRUE(eventually([&] { return read_text(name).starts_with("jobflip-guard"); }));
    const auto host = make_command_host(settings());
    const auto phase = host->status().phase;
    const auto known = pools_known_to(path("")).value();
    ::kill(fake, SIGKILL);
    ::waitpid(fake, nullptr, 0);
    EXPECT_EQ(!known.empty(), phase == WorkerPhase::unknown);
    return phase;
  };
  EXPECT_EQ(look(0), WorkerPhase::unknown);
  EXPECT_EQ(look(65534), WorkerPhase::absent);
}

TEST_F(UnseenWorkers, AreUnknownWhateverLiesInPlaceOfTheirPage) {
  struct Row {
    const char* name;
    void (*put)(const std::string&);
    const char* why;
  };
  const Row rows[] = {
      {"a folder", [](const std::string& at) { ::mkdir(at.c_str(), 0700); }, "lease page"},
      {"a link", [](const std::string& at) { (void)!::symlink("/nowhere", at.c_str()); },
       "lease page"},
      {"a short file", [](const std::string& at) { std::ofstream{at} << "short"; },
       "holds its lock"},
      {"zeroes", [](const std::string& at) { std::ofstream{at} << std::string(4096, '\0'); },
       "not of this boot"},
  };
  leave_workers();
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    remove("mail.lease");
    row.put(path("mail.lease"));
    expect_unknown(row.why);
  }
  remove("mail.lease");
  expect_absent_once_gone();
}

TEST_F(UnseenWorkers, AreUnknownIfTheirLockCannotBeTested) {
  leave_workers();
  remove("mail.lease");
  remove("mail.guard");
  ASSERT_EQ(::mkdir(path("mail.guard").c_str(), 0700), 0);
  expect_unknown("mail.guard");
}

TEST_F(UnseenWorkers, ContinueUndisturbedIfOnlyTheirLockFileIsGone) {
  leave_workers();
  remove("mail.guard");
  const auto host = make_command_host(settings());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(host->status().phase, WorkerPhase::running);
  EXPECT_FALSE(is_gone(worker_));
  host->stop(5s);
  wait_for(*host, WorkerPhase::empty);
}

TEST_F(UnseenWorkers, OrdersOfAnAgentThatIsGoneAreTakenBack) {
  {
    GuardLink gone{dir_, kMail};
    ASSERT_TRUE(gone.open());
    ASSERT_TRUE(gone.lay_out_for(timings()));
    gone.order_start(Epoch{42}, BootClock::now() + 20s);
  }
  GuardLink next{dir_, kMail};
  EXPECT_EQ(next.status().phase, WorkerPhase::absent);
  EXPECT_EQ(page()->go.load(), 0U) << "else a guard that comes now would start workers";
}

TEST_F(UnseenWorkers, AreUnknownWhileAGuardHasTakenTheOrderAndReportsNothing) {
  GuardLink link{dir_, kMail};
  ASSERT_TRUE(link.open());
  ASSERT_TRUE(link.lay_out_for(timings()));
  const Descriptor lock{guard::take_guard_lock(path("mail.guard"))};
  const auto mapped = page();
  mapped->phase.store(static_cast<std::uint64_t>(guard::GuardPhase::armed));
  EXPECT_EQ(link.status().phase, WorkerPhase::armed);
  link.order_start(Epoch{42}, BootClock::now() + 20s);
  ASSERT_EQ(mapped->go.exchange(0), 1U);  // like the guard
  EXPECT_EQ(link.status().phase, WorkerPhase::unknown);
  EXPECT_EQ((GuardLink{dir_, kMail}.status().phase), WorkerPhase::unknown) << "after a restart too";
  mapped->phase.store(static_cast<std::uint64_t>(guard::GuardPhase::none));
}

TEST_F(UnseenWorkers, APhaseThatNobodyKnowsIsNotAbsent) {
  GuardLink link{dir_, kMail};
  ASSERT_TRUE(link.open());
  ASSERT_TRUE(link.lay_out_for(timings()));
  const Descriptor lock{guard::take_guard_lock(path("mail.guard"))};
  page()->phase.store(77);
  EXPECT_EQ(link.status().phase, WorkerPhase::unknown);
  page()->phase.store(0);
}

TEST_F(UnseenWorkers, WhoseEndNobodySawAreReportedAsSuch) {
  GuardLink link{dir_, kMail};
  ASSERT_TRUE(link.open());
  ASSERT_TRUE(link.lay_out_for(timings()));
  page()->phase.store(static_cast<std::uint64_t>(guard::GuardPhase::empty));
  for (const bool unseen : {false, true}) {
    page()->unseen.store(unseen ? 1 : 0);
    const auto seen = link.status();
    EXPECT_EQ(seen.phase, WorkerPhase::empty);
    EXPECT_EQ(seen.end_unseen, unseen);
  }
}

TEST_F(UnseenWorkers, OfAPoolThatTheFileDoesNotNameAreSeenAndEndedAndNeverStarted) {
  leave_workers();
  const auto host = make_unconfigured_host(dir_, kMail);
  const auto seen = host->status();
  EXPECT_EQ(seen.phase, WorkerPhase::running);
  EXPECT_EQ(seen.epoch, Epoch{42});
  EXPECT_FALSE(seen.configured);
  host->stop(5s);
  const auto gone = wait_for(*host, WorkerPhase::broken);
  EXPECT_EQ(gone.epoch, Epoch{42}) << "it is they that are gone";
  EXPECT_THAT(gone.sentence, HasSubstr("no workers are configured"));
  EXPECT_TRUE(is_gone(worker_));
  EXPECT_FALSE(host->prepare(timings()));
  EXPECT_FALSE(host->start(Epoch{43}, BootClock::now() + 20s));
}

TEST_F(UnseenWorkers, APoolIsKnownByAFileOfItsOwnOrByItsGuard) {
  leave_workers();
  EXPECT_THAT(*pools_known_to(dir_), ElementsAre(kMail));
  for (const char* name : {"mail.lease", "mail.guard", "mail.events", "mail.orders"}) remove(name);
  EXPECT_THAT(*pools_known_to(dir_), ElementsAre(kMail)) << "its guard runs";
  std::ofstream{path("old.guard")} << "";
  std::ofstream{path("No Pool.lease")} << "";
  EXPECT_THAT(*pools_known_to(dir_), ::testing::UnorderedElementsAre(kMail, PoolName::of("old")));
  const auto none = pools_known_to(path("missing"));
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().text, HasSubstr("cannot read runtime_dir"));
}

}  // namespace
}  // namespace jobflip::host

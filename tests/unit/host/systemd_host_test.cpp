#include "host/systemd_host.hpp"

#include <gmock/gmock.h>

#include <map>

#include "host/unit_check.hpp"
#include "host_fixture.hpp"
#include "jobflip/host/process.hpp"

namespace jobflip::host {
namespace {

using core::WorkerPhase;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using ::testing::HasSubstr;

/// A service manager of one unit: a start runs its ExecStart, which is the real guard.
struct FakeManager {
  UnitFacts facts;
  std::string output;
  std::map<std::string, std::string> environment;
  std::optional<Process> main;
  std::vector<std::string> calls;
  std::optional<Error> refuses_start;
  bool starts_nothing{false};
};

class FakeBus : public UnitBus {
 public:
  explicit FakeBus(FakeManager& manager) : manager_{manager} {}

  Result<UnitFacts> read(const std::string&) override {
    auto facts = manager_.facts;
    if (manager_.main && !manager_.main->ended()) facts.active_state = "active";
    if (manager_.main && manager_.main->ended() && manager_.main->ended()->exit_code != 0)
      facts.active_state = "failed";
    return facts;
  }
  Result<void> start(const std::string& unit) override {
    manager_.calls.push_back("start " + unit);
    if (manager_.refuses_start) return *manager_.refuses_start;
    if (manager_.starts_nothing) return {};
    SpawnSettings spawn;
    spawn.argv = manager_.facts.exec_start.front().argv;
    spawn.environment = manager_.environment;
    spawn.output = manager_.output;
    auto process = Process::spawn(spawn);
    if (!process) return process.error();
    manager_.main.emplace(std::move(*process));
    return {};
  }
  Result<void> stop(const std::string& unit) override {
    manager_.calls.push_back("stop " + unit);
    return {};
  }

 private:
  FakeManager& manager_;
};

class SystemdHost : public HostFixture {
 protected:
  SystemdHost() {
    manager.output = path("output");
    manager.environment = {{"DIR", dir_}};
  }

  UnitFacts good_unit(const std::string& script) const {
    UnitFacts facts;
    facts.load_state = "loaded";
    facts.active_state = "inactive";
    facts.type = "notify";
    facts.kill_mode = "mixed";
    facts.send_sigkill = true;
    facts.delegate = true;
    facts.control_group = "/system.slice/email-worker.service";
    const std::vector<std::string> argv{
        guard_program(), "--page", path("mail.lease"), "--pool", "mail", "--node",
        "job1",          "--",     "/bin/sh",          "-c",     script};
    facts.exec_start = {{guard_program(), argv}};
    return facts;
  }

  std::unique_ptr<ports::WorkerHost> host(const std::string& script) {
    manager.facts = good_unit(script);
    return make_systemd_host_on(
        std::make_unique<FakeBus>(manager),
        {PoolName::of("mail"), NodeName::of("job1"), dir_, "email-worker.service"}, dir_);
  }

  void say_populated(bool populated) const {
    const auto folder = dir_ + manager.facts.control_group;
    std::filesystem::create_directories(folder);
    std::ofstream{folder + "/cgroup.events"} << "populated " << (populated ? 1 : 0)
                                             << "\nfrozen 0\n";
  }

  FakeManager manager;
};

constexpr const char* kWorker =
    "trap 'exit 0' TERM; echo $JOBFLIP_EPOCH > $DIR/epoch; echo $$ > $DIR/pid; "
    "while :; do sleep 0.02; done";

TEST_F(SystemdHost, StartsTheUnitUnderALeaseAndStopsItThroughItsGuard) {
  auto made = host(kWorker);
  EXPECT_EQ(made->status().phase, WorkerPhase::absent);
  ASSERT_TRUE(made->prepare(timings()));
  EXPECT_EQ(made->status().phase, WorkerPhase::armed);
  EXPECT_TRUE(manager.calls.empty()) << "nothing is started before there is a lease";

  const auto deadline = BootClock::now() + 60s;
  ASSERT_TRUE(made->start(Epoch{42}, deadline));
  EXPECT_EQ(made->status().phase, WorkerPhase::running);
  EXPECT_EQ(made->status().deadline, deadline);
  const auto worker = pid_in(path("pid"));
  EXPECT_EQ(read_text(path("epoch")), "42\n");

  made->stop(10s);
  EXPECT_EQ(wait_for(*made, WorkerPhase::empty).epoch, Epoch{42});
  EXPECT_TRUE(is_gone(worker));
  EXPECT_THAT(manager.calls, ::testing::ElementsAre("start email-worker.service"));
}

TEST_F(SystemdHost, IsFencedInTimeWithNoWordFromAnybody) {
  auto made = host(kWorker);
  ASSERT_TRUE(made->prepare(timings()));
  const auto deadline = BootClock::now() + 2s;
  ASSERT_TRUE(made->start(Epoch{42}, deadline));
  wait_for(*made, WorkerPhase::empty);
  EXPECT_LT(BootClock::now(), deadline);
}

TEST_F(SystemdHost, EmptyIsSaidOnlyWhenTheUnitsCgroupIsEmptyToo) {
  auto made = host(kWorker);
  ASSERT_TRUE(made->prepare(timings()));
  say_populated(true);
  ASSERT_TRUE(made->start(Epoch{42}, BootClock::now() + 60s));
  pid_in(path("pid"));
  made->stop(10s);
  const auto empty = static_cast<std::uint64_t>(GuardPhase::empty);
  const auto shared = page();
  ASSERT_TRUE(eventually([&] { return shared->phase.load() == empty; }));
  EXPECT_EQ(made->status().phase, WorkerPhase::stopping);
  EXPECT_THAT(made->status().sentence, HasSubstr("waiting for the last process"));
  say_populated(false);
  wait_for(*made, WorkerPhase::empty);
}

TEST_F(SystemdHost, ANewAgentGoesOnWithARunningUnit) {
  auto first = host(kWorker);
  ASSERT_TRUE(first->prepare(timings()));
  ASSERT_TRUE(first->start(Epoch{42}, BootClock::now() + 60s));
  first.reset();
  auto next = host(kWorker);
  EXPECT_EQ(next->status().phase, WorkerPhase::running);
  EXPECT_FALSE(next->prepare(timings())) << "workers still run";
  next->stop(10s);
  wait_for(*next, WorkerPhase::empty);
  manager.main.reset();
  EXPECT_TRUE(next->prepare(timings()));
}

TEST_F(SystemdHost, AStartThatTheBusRefusesLeavesNoOrderBehind) {
  auto made = host(kWorker);
  ASSERT_TRUE(made->prepare(timings()));
  manager.refuses_start =
      Error{ErrorCode::host_failed, "StartUnit: access denied", "a polkit rule"};
  const auto started = made->start(Epoch{42}, BootClock::now() + 60s);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error(), *manager.refuses_start);
  EXPECT_EQ(page()->go.load(), 0U);
}

TEST_F(SystemdHost, AStartThatNeverComesIsWithdrawnAndTheUnitStopped) {
  auto made = host(kWorker);
  ASSERT_TRUE(made->prepare(timings()));
  manager.starts_nothing = true;
  const auto started = made->start(Epoch{42}, BootClock::now() + 60s);
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().text, HasSubstr("did not start within"));
  EXPECT_EQ(page()->go.load(), 0U) << "a guard that comes late starts nothing";
  EXPECT_THAT(manager.calls,
              ::testing::ElementsAre("start email-worker.service", "stop email-worker.service"));
}

TEST_F(SystemdHost, AGuardThatFailsAtOnceIsReportedWithoutWaiting) {
  auto made = host(kWorker);
  ASSERT_TRUE(made->prepare(timings()));
  manager.facts.exec_start.front().argv = {"/bin/sh", "-c", "exit 3"};
  const auto started = made->start(Epoch{42}, BootClock::now() + 60s);
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().text, HasSubstr("failed before the guard armed"));
}

TEST_F(SystemdHost, AStartUnderALeaseThatIsAsGoodAsOverIsRefused) {
  auto made = host(kWorker);
  ASSERT_TRUE(made->prepare(timings()));
  EXPECT_FALSE(made->start(Epoch{42}, BootClock::now() + 1ms));
  EXPECT_FALSE(std::filesystem::exists(path("pid")));
}

TEST_F(SystemdHost, AStopThatCannotReachTheGuardGoesThroughSystemd) {
  auto made = host(kWorker);
  ASSERT_TRUE(made->prepare(timings()));
  ASSERT_TRUE(made->start(Epoch{42}, BootClock::now() + 60s));
  manager.main->end(0ms);  // SIGTERM, and SIGKILL at once: no word of it in the page is certain
  page()->phase.store(static_cast<std::uint64_t>(GuardPhase::running));
  made->stop(10s);
  EXPECT_THAT(manager.calls,
              ::testing::ElementsAre("start email-worker.service", "stop email-worker.service"));
}

TEST_F(SystemdHost, IsRefusedWithoutPrepareOrWhileTheUnitRunsWithoutUs) {
  auto made = host(kWorker);
  EXPECT_FALSE(made->start(Epoch{42}, BootClock::now() + 60s));
  manager.facts.active_state = "active";
  const auto prepared = made->prepare(timings());
  ASSERT_FALSE(prepared);
  EXPECT_THAT(prepared.error().text, HasSubstr("is active, and no lease of ours started it"));
}

struct BadUnit {
  const char* name;
  std::function<void(UnitFacts&)> damage;
  std::string property;
};

TEST_F(SystemdHost, RefusesAUnitThatCouldLeaveWorkersBehindAndNamesTheProperty) {
  const std::vector<BadUnit> table{
      {"missing", [](auto& f) { f.load_state = "not-found"; }, "LoadState is \"not-found\""},
      {"masked", [](auto& f) { f.load_state = "masked"; }, "LoadState is \"masked\""},
      {"forking", [](auto& f) { f.type = "forking"; }, "Type is \"forking\""},
      {"oneshot", [](auto& f) { f.type = "oneshot"; }, "Type is \"oneshot\""},
      {"default kill mode", [](auto& f) { f.kill_mode = "control-group"; },
       "KillMode is \"control-group\""},
      {"process", [](auto& f) { f.kill_mode = "process"; }, "KillMode is \"process\""},
      {"none", [](auto& f) { f.kill_mode = "none"; }, "KillMode is \"none\""},
      {"no SIGKILL", [](auto& f) { f.send_sigkill = false; }, "SendSIGKILL is \"no\""},
      {"no delegation", [](auto& f) { f.delegate = false; }, "Delegate is \"no\""},
      {"no command", [](auto& f) { f.exec_start.clear(); }, "ExecStart is \"0 lines\""},
      {"two commands", [](auto& f) { f.exec_start.push_back(f.exec_start[0]); },
       "ExecStart is \"2 lines\""},
      {"no guard",
       [](auto& f) {
         f.exec_start[0] = {"/usr/bin/email-worker", {"email-worker"}};
       },
       "the first program must be the guard"},
      {"another verb",
       [](auto& f) {
         f.exec_start[0] = {"/usr/bin/jobflip", {"jobflip", "agent"}};
       },
       "the first program must be the guard"},
      {"another page", [](auto& f) { f.exec_start[0].argv[2] = "/run/x/mail.lease"; },
       "--page is not"},
      {"another pool", [](auto& f) { f.exec_start[0].argv[4] = "billing"; }, "--pool is not mail"},
      {"another node", [](auto& f) { f.exec_start[0].argv[6] = "job2"; }, "--node is not job1"},
      {"options behind the dashes",
       [](auto& f) { f.exec_start[0].argv.insert(f.exec_start[0].argv.begin() + 1, "--"); },
       "--page is not"},
      {"with an agent",
       [](auto& f) {
         f.exec_start[0].argv.insert(f.exec_start[0].argv.begin() + 1, {"--agent", "7"});
       },
       "--agent would have the guard wait"},
  };
  for (const auto& row : table) {
    auto made = host(kWorker);
    row.damage(manager.facts);
    const auto prepared = made->prepare(timings());
    ASSERT_FALSE(prepared) << row.name;
    EXPECT_EQ(prepared.error().code, ErrorCode::refused) << row.name;
    EXPECT_THAT(prepared.error().text, HasSubstr(row.property)) << row.name;
    EXPECT_FALSE(prepared.error().hint.empty()) << row.name;
    EXPECT_EQ(made->status().phase, WorkerPhase::absent) << row.name;
  }
}

TEST_F(SystemdHost, TakesTheGuardByEitherOfItsNames) {
  auto facts = good_unit(kWorker);
  const WantedUnit wanted{"email-worker.service", PoolName::of("mail"), NodeName::of("job1"),
                          path("mail.lease")};
  EXPECT_TRUE(check_unit(facts, wanted));
  auto& command = facts.exec_start.front();
  command.path = "/usr/bin/jobflip";
  command.argv.insert(command.argv.begin() + 1, "guard");
  EXPECT_TRUE(check_unit(facts, wanted));
}

TEST(UnitName, IsCheckedBeforeItGoesOnTheBus) {
  for (const auto* good : {"email-worker.service", "mail@1.service", "a:b_c\\x2d.service"})
    EXPECT_TRUE(check_unit_name(good)) << good;
  for (const auto* bad :
       {"", ".service", "mail", "mail.timer", "a b.service", "a/b.service", "ä.service"})
    EXPECT_FALSE(check_unit_name(bad)) << bad;
}

}  // namespace
}  // namespace jobflip::host

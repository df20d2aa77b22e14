// `rm -rf /run/jobflip-agent/*` under a live agent: running workers continue and obey, operators
// are told, and the next start has files that a later agent can find.
#include "command_fixture.hpp"
#include "host/guard_link.hpp"

namespace jobflip::host {
namespace {

using core::WorkerPhase;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

class LostFiles : public CommandFixture {
 protected:
  /// The folder stays, because an agent's lock is in it.
  void empty_folder() const {
    for (const char* name : {"mail.lease", "mail.guard", "mail.events", "mail.orders"})
      ASSERT_TRUE(std::filesystem::remove(path(name))) << name;
  }
};

TEST_P(LostFiles, UnderRunningWorkersAreReportedAndTheWorkersContinue) {
  const auto host = running(kPolite, BootClock::now() + 20s);
  const auto worker = pid_in(path("pid"));
  ASSERT_EQ(wait_for(*host, WorkerPhase::running).warning, "");
  empty_folder();
  const auto seen = host->status();
  EXPECT_EQ(seen.phase, WorkerPhase::running) << seen.sentence;
  EXPECT_EQ(seen.epoch, Epoch{42});
  EXPECT_THAT(seen.warning, HasSubstr("were removed from " + dir_));
  EXPECT_FALSE(std::filesystem::exists(path("mail.lease"))) << "a new page would tell nothing";
  EXPECT_FALSE(is_gone(worker));
  const auto later = BootClock::now() + 30s;
  host->extend(later);
  EXPECT_EQ(host->status().deadline, later);
  const auto refused = host->prepare(timings());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text, HasSubstr("still run here"));

  host->stop(5s);
  const auto ended = wait_for(*host, WorkerPhase::empty);
  EXPECT_EQ(ended.epoch, Epoch{42}) << "seen gone, so that the lease can be released";
  EXPECT_TRUE(is_gone(worker));
  EXPECT_EQ(read_text(path("bye")), "bye\n") << "a drain, not a kill";
}

TEST_P(LostFiles, AnyOneOfThemIsEnough) {
  for (const std::string name : {"mail.lease", "mail.events", "mail.orders"}) {
    const auto host = this->host(kPolite);
    ASSERT_TRUE(host->prepare(timings()));
    ASSERT_EQ(host->status().warning, "");
    ASSERT_TRUE(std::filesystem::remove(path(name)));
    EXPECT_THAT(host->status().warning, HasSubstr("makes new ones")) << name;
    ASSERT_TRUE(host->prepare(timings()));
    EXPECT_EQ(host->status().warning, "") << name;
    EXPECT_TRUE(std::filesystem::exists(path(name)));
  }
}

TEST_P(LostFiles, AreCreatedAgainForTheNextStart) {
  const auto host = running(kPolite, BootClock::now() + 20s);
  pid_in(path("pid"));
  empty_folder();
  host->stop(5s);
  wait_for(*host, WorkerPhase::empty);
  const auto prepared = host->prepare(timings());
  ASSERT_TRUE(prepared) << prepared.error().text;
  EXPECT_EQ(host->status().warning, "");
  std::filesystem::remove(path("pid"));
  const auto started = host->start(Epoch{43}, BootClock::now() + 20s);
  ASSERT_TRUE(started) << started.error().text;
  pid_in(path("pid"));
  GuardLink next{dir_, PoolName::of("mail")};
  const auto found = next.status();
  EXPECT_EQ(found.phase, WorkerPhase::running) << "an agent that comes later finds them";
  EXPECT_EQ(found.epoch, Epoch{43});
  host->stop(5s);
  wait_for(*host, WorkerPhase::empty);
}

TEST_P(LostFiles, OfAStandbyAreCreatedAgainAtOnce) {
  const auto host = this->host(kPolite);
  ASSERT_TRUE(host->prepare(timings()));
  ASSERT_EQ(host->status().phase, WorkerPhase::armed);
  empty_folder();
  const auto seen = host->status();
  EXPECT_EQ(seen.phase, WorkerPhase::absent) << "it starts nothing that nobody could find";
  EXPECT_THAT(seen.warning, HasSubstr("makes new ones"));
  const auto prepared = host->prepare(timings());
  ASSERT_TRUE(prepared) << prepared.error().text;
  EXPECT_EQ(host->status().phase, WorkerPhase::armed);
  EXPECT_TRUE(std::filesystem::exists(path("mail.lease")));
}

TEST_P(LostFiles, AnAgentThatIsStartedThenCountsThemAsRunning) {
  const auto host = running(kPolite, BootClock::now() + 20s);
  pid_in(path("pid"));
  empty_folder();
  GuardLink next{dir_, PoolName::of("mail")};
  const auto seen = next.status();
  EXPECT_EQ(seen.phase, WorkerPhase::unknown) << seen.sentence;
  host->stop(5s);
  wait_for(*host, WorkerPhase::empty);
}

TEST_P(LostFiles, AHostThatCannotPrepareSaysWhyUntilItCan) {
  auto settings = shell(kPolite);
  settings.argv = {path("worker")};
  settings.use_cgroup = GetParam();
  const auto host = make_command_host(settings);
  ASSERT_FALSE(host->prepare(timings()));
  for (int i = 0; i < 3; ++i) {
    const auto seen = host->status();
    EXPECT_EQ(seen.phase, WorkerPhase::broken);
    EXPECT_THAT(seen.sentence, HasSubstr("No such file"));
  }
  std::ofstream{path("worker")} << "#!/bin/sh\nexit 0\n";
  std::filesystem::permissions(path("worker"), std::filesystem::perms::owner_all);
  ASSERT_TRUE(host->prepare(timings()));
  EXPECT_EQ(host->status().sentence, "");
  EXPECT_EQ(host->status().phase, WorkerPhase::armed);
  ASSERT_TRUE(host->start(Epoch{42}, BootClock::now() + 20s));
  EXPECT_THAT(wait_for(*host, WorkerPhase::empty).sentence, Not(HasSubstr("No such file")));
}

INSTANTIATE_TEST_SUITE_P(Guards, LostFiles, ::testing::Bool(), name_of_cgroup_use);

}  // namespace
}  // namespace jobflip::host

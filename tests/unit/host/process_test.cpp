#include "jobflip/host/process.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "host_fixture.hpp"

namespace jobflip::host {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using ::testing::HasSubstr;

class ProcessTest : public HostFixture {
 protected:
  SpawnSettings script(const std::string& text) const {
    SpawnSettings settings;
    settings.argv = {"/bin/sh", "-c", text};
    settings.environment = {{"DIR", dir_}};
    settings.output = path("output");
    return settings;
  }
};

TEST_F(ProcessTest, SaysHowItEnded) {
  auto process = Process::spawn(script("exit 3"));
  ASSERT_TRUE(process);
  EXPECT_EQ(process->wait(10s), (ProcessEnd{.exit_code = 3, .signal = 0}));
  EXPECT_EQ(process->ended(), (ProcessEnd{.exit_code = 3, .signal = 0})) << "asked again";
  EXPECT_FALSE(process->send(SIGTERM)) << "the number may be another's now";
}

TEST_F(ProcessTest, DescribesAnEnd) {
  EXPECT_EQ(describe({.exit_code = 3, .signal = 0}), "exited with 3");
  EXPECT_EQ(describe({.exit_code = 0, .signal = SIGKILL}), "was killed by SIGKILL");
}

TEST_F(ProcessTest, WaitIsBoundedWhileItRuns) {
  auto process = Process::spawn(script("exec sleep 1000"));
  ASSERT_TRUE(process);
  EXPECT_EQ(process->ended(), std::nullopt);
  EXPECT_EQ(process->wait(20ms), std::nullopt);
}

TEST_F(ProcessTest, AMissingProgramIsAnErrorOfSpawn) {
  SpawnSettings settings;
  settings.argv = {"/nowhere/program"};
  const auto process = Process::spawn(settings);
  ASSERT_FALSE(process);
  EXPECT_EQ(process.error().text, "cannot execute /nowhere/program: No such file or directory");
  EXPECT_FALSE(Process::spawn(SpawnSettings{}));
}

TEST_F(ProcessTest, AFolderThatIsNotThereIsAnErrorOfSpawn) {
  auto settings = script("exit 0");
  settings.folder = path("missing");
  const auto process = Process::spawn(settings);
  ASSERT_FALSE(process);
  EXPECT_THAT(process.error().text, HasSubstr("cannot enter the working folder"));
}

TEST_F(ProcessTest, EndsWithItsOwner) {
  pid_t pid = 0;
  {
    auto process = Process::spawn(script("trap '' TERM; while :; do sleep 0.05; done"));
    ASSERT_TRUE(process);
    pid = process->pid();
    EXPECT_FALSE(is_gone(pid));
  }
  EXPECT_EQ(::kill(pid, 0), -1) << "killed and reaped";
}

TEST_F(ProcessTest, ContinuesAfterItIsLetGo) {
  pid_t pid = 0;
  {
    auto process = Process::spawn(script("exec sleep 1000"));
    ASSERT_TRUE(process);
    pid = process->pid();
    process->let_go();
  }
  EXPECT_FALSE(is_gone(pid));
  ::kill(pid, SIGKILL);
  EXPECT_TRUE(eventually([&] { return is_gone(pid); }));
}

TEST_F(ProcessTest, EndGivesTimeAndThenKills) {
  auto polite =
      Process::spawn(script("trap 'exit 5' TERM; echo x > $DIR/up; while :; do sleep 0.01; done"));
  ASSERT_TRUE(polite);
  ASSERT_TRUE(eventually([&] { return !read_text(path("up")).empty(); }));
  EXPECT_EQ(polite->end(10s), (ProcessEnd{.exit_code = 5, .signal = 0}));
  auto deaf =
      Process::spawn(script("trap '' TERM; echo x > $DIR/up2; while :; do sleep 0.01; done"));
  ASSERT_TRUE(deaf);
  ASSERT_TRUE(eventually([&] { return !read_text(path("up2")).empty(); }));
  EXPECT_EQ(deaf->end(50ms), (ProcessEnd{.exit_code = 0, .signal = SIGKILL}));
}

TEST_F(ProcessTest, EnvironmentIsAddedOrReplacesTheInheritedOne) {
  ::setenv("JOBFLIP_TEST_OUTER", "outer", 1);
  auto settings = script("echo $JOBFLIP_TEST_OUTER $ADDED");
  settings.environment = {{"ADDED", "added"}};
  ASSERT_TRUE(Process::spawn(settings)->wait(10s));
  EXPECT_EQ(read_text(path("output")), "outer added\n");
  settings.inherit_environment = false;
  ASSERT_TRUE(Process::spawn(settings)->wait(10s));
  EXPECT_EQ(read_text(path("output")), "outer added\nadded\n");
  ::unsetenv("JOBFLIP_TEST_OUTER");
}

// The folder may be the worker's own, and the agent root.
TEST_F(ProcessTest, WaitsForNoFifoInThePlaceOfItsOutputAndFollowsNoLinkAsRoot) {
  ASSERT_EQ(::mkfifo(path("output").c_str(), 0600), 0);
  const auto fifo = Process::spawn(script("true"));
  ASSERT_FALSE(fifo);
  EXPECT_NE(fifo.error().text.find("cannot open output file"), std::string::npos);
  std::filesystem::remove(path("output"));
  std::ofstream{path("secret")} << "kept\n";
  std::filesystem::create_symlink(path("secret"), path("output"));
  if (::geteuid() != 0) return;
  EXPECT_FALSE(Process::spawn(script("echo more")));
  EXPECT_EQ(read_text(path("secret")), "kept\n");
}

TEST_F(ProcessTest, SwitchesToAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "ENVIRONMENT: needs root";
  auto settings = script("id -u; id -g; id -G");
  settings.user = 65534;
  settings.group = 65534;
  ASSERT_TRUE(Process::spawn(settings)->wait(10s));
  EXPECT_EQ(read_text(path("output")), "65534\n65534\n65534\n");
}

TEST_F(ProcessTest, AMoveHandsTheProcessOver) {
  auto first = Process::spawn(script("exec sleep 1000"));
  ASSERT_TRUE(first);
  const auto pid = first->pid();
  Process second{std::move(*first)};
  EXPECT_EQ(first->pid(), -1);
  EXPECT_EQ(second.pid(), pid);
  EXPECT_FALSE(is_gone(pid));
}

}  // namespace
}  // namespace jobflip::host

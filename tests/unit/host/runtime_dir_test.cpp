#include "jobflip/host/runtime_dir.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cstdlib>

#include "host_fixture.hpp"
#include "jobflip/base/descriptor.hpp"

namespace jobflip::host {
namespace {

using ::testing::HasSubstr;

const auto kJob1 = NodeName::of("job1");

TEST_F(HostFixture, RuntimeDirIsMadeForItsUserOnlyWhateverTheUmask) {
  for (const mode_t mask : {0002U, 0022U, 0077U}) {
    const auto folder = path("run" + std::to_string(mask));
    const mode_t before = ::umask(mask);
    const auto made = open_runtime_dir(folder, kJob1);
    ::umask(before);
    ASSERT_TRUE(made) << made.error().text;
    EXPECT_EQ(made->path(), folder);
    struct stat facts {};
    ASSERT_EQ(::stat(folder.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 07777U, 0700U) << mask;
  }
}

/// The error when a second agent is refused in this folder.
std::string refusal(const std::string& folder, const NodeName& node) {
  const auto second = open_runtime_dir(folder, node);
  if (second) return "";
  EXPECT_EQ(second.error().code, ErrorCode::refused);
  return second.error().text;
}

TEST_F(HostFixture, RuntimeDirIsRefusedToASecondAgentWhateverItsName) {
  auto first = open_runtime_dir(path("run"), kJob1);
  ASSERT_TRUE(first);
  const auto taken = "runtime_dir " + path("run") + " is in use by the agent of node job1 (pid " +
                     std::to_string(::getpid()) + ")";
  EXPECT_EQ(refusal(path("run"), kJob1), taken);
  EXPECT_EQ(refusal(path("run"), NodeName::of("job2")), taken);
  EXPECT_TRUE(open_runtime_dir(path("other"), NodeName::of("job2"))) << "in a folder of its own";
  { const auto gone = std::move(*first); }
  EXPECT_TRUE(open_runtime_dir(path("run"), NodeName::of("job2"))) << "its lock file is stale";
  EXPECT_TRUE(open_runtime_dir(path("run"), kJob1));
}

TEST_F(HostFixture, RuntimeDirIsRefusedWithoutTheLockFileAndThroughAnotherPathToo) {
  const auto first = open_runtime_dir(path("run"), kJob1);
  ASSERT_TRUE(first);
  ASSERT_EQ(::mkdir(path("up").c_str(), 0700), 0);
  ASSERT_EQ(::symlink(dir_.c_str(), path("up/link").c_str()), 0);
  EXPECT_THAT(refusal(path("up/link/run"), NodeName::of("job2")), HasSubstr("node job1"));
  std::filesystem::remove(path("run/agent-job1.lock"));
  EXPECT_THAT(refusal(path("run"), NodeName::of("job2")),
              HasSubstr("an agent whose lock file is gone"));
}

TEST_F(HostFixture, RuntimeDirOfAnAgentOfAnOlderVersionIsRefusedByItsFile) {
  ASSERT_EQ(::mkdir(path("run").c_str(), 0700), 0);
  std::ofstream{path("run/agent-old1.lock")} << "4711\n";
  EXPECT_TRUE(open_runtime_dir(path("run"), kJob1)) << "nobody has locked it";
  const Descriptor held{::open(path("run/agent-old1.lock").c_str(), O_RDWR | O_CLOEXEC)};
  ASSERT_EQ(::flock(held.fd(), LOCK_EX | LOCK_NB), 0);
  EXPECT_THAT(refusal(path("run"), kJob1), HasSubstr("the agent of node old1 (pid 4711)"));
}

TEST_F(HostFixture, RuntimeDirWithALockFileThatCannotBeAskedIsRefused) {
  ASSERT_TRUE(open_runtime_dir(path("run"), kJob1));
  ASSERT_EQ(::symlink("/nowhere", path("run/agent-job2.lock").c_str()), 0);
  const auto refused = open_runtime_dir(path("run"), kJob1);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text, HasSubstr("cannot tell whether another agent has locked"));
}

TEST_F(HostFixture, RuntimeDirMayBeSharedBySupervisorsOfOtherNames) {
  const auto agent = open_runtime_dir(path("run"), kJob1);
  ASSERT_TRUE(agent);
  const auto first = open_supervisor_dir(path("run"), NodeName::of("sup1"));
  ASSERT_TRUE(first);
  EXPECT_TRUE(open_supervisor_dir(path("run"), NodeName::of("sup2")));
  const auto second = open_supervisor_dir(path("run"), NodeName::of("sup1"));
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().text, HasSubstr("in use by supervisor sup1 (pid "));
  EXPECT_EQ(second.error().hint.find("agent"), std::string::npos) << "it is a supervisor";
}

TEST_F(HostFixture, RuntimeDirKeepsTheInstanceOverARestart) {
  const auto first = open_runtime_dir(path("run"), kJob1)->instance();
  const auto second = open_runtime_dir(path("run"), kJob1)->instance();
  EXPECT_EQ(first, second);
  EXPECT_EQ(first.text.size(), 36U);
  EXPECT_NE(open_runtime_dir(path("run"), NodeName::of("job2"))->instance(), first);
}

TEST_F(HostFixture, RuntimeDirGivesANewInstanceAfterARebootOrADamagedFile) {
  const auto first = open_runtime_dir(path("run"), kJob1)->instance();
  const auto file = path("run/agent-job1.instance");
  const auto good = read_text(file);
  auto other_boot = good;
  other_boot[0] = other_boot[0] == '0' ? '1' : '0';
  auto not_a_uuid = good;
  not_a_uuid[40] = '\x1b';
  for (const auto& text :
       {other_boot, not_a_uuid, std::string{}, good.substr(0, 50), good + "more"}) {
    std::ofstream{file, std::ios::trunc} << text;
    const auto next = open_runtime_dir(path("run"), kJob1);
    ASSERT_TRUE(next);
    EXPECT_NE(next->instance(), first) << text;
    EXPECT_EQ(next->instance().text.size(), 36U);
  }
}

TEST_F(HostFixture, RuntimeDirOfOthersIsRefused) {
  ASSERT_EQ(::mkdir(path("open").c_str(), 0700), 0);
  ASSERT_EQ(::chmod(path("open").c_str(), 0777), 0);
  const auto open = open_runtime_dir(path("open"), kJob1);
  ASSERT_FALSE(open);
  EXPECT_THAT(open.error().text, HasSubstr("can be written to by others"));

  std::ofstream{path("file")} << "x";
  EXPECT_THAT(open_runtime_dir(path("file"), kJob1).error().text, HasSubstr("is not a folder"));
  ASSERT_EQ(::symlink(path("open").c_str(), path("link").c_str()), 0);
  EXPECT_THAT(open_runtime_dir(path("link"), kJob1).error().text, HasSubstr("is not a folder"));
  EXPECT_THAT(open_runtime_dir("run", kJob1).error().text, HasSubstr("is not an absolute path"));
  EXPECT_THAT(open_runtime_dir(path("a/b"), kJob1).error().text,
              HasSubstr("cannot make runtime_dir"));
  if (::geteuid() != 0) return;
  ASSERT_EQ(::mkdir(path("foreign").c_str(), 0700), 0);
  ASSERT_EQ(::chown(path("foreign").c_str(), 65534, 65534), 0);
  EXPECT_THAT(open_runtime_dir(path("foreign"), kJob1).error().text,
              HasSubstr("belongs to user 65534"));
}

TEST(DefaultRuntimeDir, PrefersWhatTheServiceManagerMade) {
  ::setenv("RUNTIME_DIRECTORY", "/run/a:/run/b", 1);
  EXPECT_EQ(*default_runtime_dir(), "/run/a");
  ::unsetenv("RUNTIME_DIRECTORY");
  if (::geteuid() == 0) {
    EXPECT_EQ(*default_runtime_dir(), "/run/jobflip");
  }
}

}  // namespace
}  // namespace jobflip::host

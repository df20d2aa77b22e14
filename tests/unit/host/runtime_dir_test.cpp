#include "jobflip/host/runtime_dir.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>

#include "host_fixture.hpp"

namespace jobflip::host {
namespace {

using ::testing::HasSubstr;

const auto kJob1 = NodeName::of("job1");

TEST_F(HostFixture, RuntimeDirIsMadeForItsUserOnly) {
  const auto made = open_runtime_dir(path("run"), kJob1);
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_EQ(made->path(), path("run"));
  struct stat facts {};
  ASSERT_EQ(::stat(path("run").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777U, 0700U);
}

TEST_F(HostFixture, RuntimeDirIsRefusedToASecondAgentOfTheSameNode) {
  auto first = open_runtime_dir(path("run"), kJob1);
  ASSERT_TRUE(first);
  const auto second = open_runtime_dir(path("run"), kJob1);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::refused);
  EXPECT_EQ(second.error().text,
            "another agent with the node name job1 runs on this machine (pid " +
                std::to_string(::getpid()) + ")");
  EXPECT_TRUE(open_runtime_dir(path("run"), NodeName::of("job2")))
      << "another node is another agent";
  { const auto gone = std::move(*first); }
  EXPECT_TRUE(open_runtime_dir(path("run"), kJob1)) << "free once the first one is gone";
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

#include "demo/folders.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "demo/command.hpp"

namespace jobflip::demo {
namespace {

mode_t mode_of(const std::string& path) {
  struct stat facts {};
  EXPECT_EQ(::stat(path.c_str(), &facts), 0) << path;
  return facts.st_mode & 07777U;
}

// Debian 13 gives its users a umask of 0002
TEST(Folders, HaveTheSameModesUnderEveryUmask) {
  for (const mode_t mask : {0002U, 0022U, 0077U}) {
    const mode_t before = ::umask(mask);
    const auto made = Folders::make("", std::nullopt);
    const bool written = made && write_text(made->run + "/a.toml", "a = 1\n");
    ::umask(before);
    ASSERT_TRUE(made.has_value()) << made.error().text;
    EXPECT_TRUE(written);
    EXPECT_EQ(mode_of(made->root), 0711U) << mask;
    for (const std::string* folder : {&made->cluster, &made->run, &made->mail, &made->logs})
      EXPECT_EQ(mode_of(*folder), 0755U) << *folder << " under " << mask;
    EXPECT_EQ(mode_of(made->run + "/a.toml"), 0644U) << mask;
  }
}

}  // namespace
}  // namespace jobflip::demo

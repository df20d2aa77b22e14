#include "host/replace_file.hpp"

#include <sys/stat.h>

#include "host_fixture.hpp"

namespace jobflip::host {
namespace {

class ReplaceFile : public HostFixture {
 protected:
  mode_t mode_of(const std::string& name) const {
    struct stat facts {};
    EXPECT_EQ(::stat(path(name).c_str(), &facts), 0) << name;
    return facts.st_mode & 07777U;
  }
};

TEST_F(ReplaceFile, GivesTheModeThatWasAskedForUnderEveryUmask) {
  for (const mode_t mask : {0002U, 0022U, 0077U}) {
    const mode_t before = ::umask(mask);
    const auto own = replace_file(path("own"), "a", {});
    const auto shared = replace_file(path("shared"), "b", {.durable = Durable::yes, .mode = 0644});
    ::umask(before);
    ASSERT_TRUE(own) << own.error().text;
    ASSERT_TRUE(shared) << shared.error().text;
    EXPECT_EQ(mode_of("own"), 0600U) << mask;
    EXPECT_EQ(mode_of("shared"), 0644U) << mask;
    EXPECT_EQ(read_text(path("shared")), "b");
  }
}

TEST_F(ReplaceFile, ThatFailsLeavesTheOldFileAndNoPartOfTheNewOne) {
  std::filesystem::create_directory(path("folder"));
  ASSERT_TRUE(replace_file(path("file"), "new", {.if_denied = "type it as root"}));
  const auto failed = replace_file(path("folder"), "new", {.if_denied = "type it as root"});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().text, "cannot write " + path("folder") + ": Is a directory");
  EXPECT_EQ(failed.error().hint, "") << "nothing was denied";
  EXPECT_TRUE(std::filesystem::is_directory(path("folder")));
  EXPECT_FALSE(std::filesystem::exists(path("folder.new")));
}

}  // namespace
}  // namespace jobflip::host

/// The folder that passwords are written into, whoever else may write there.
#include "cli/new_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "support/temp_folder.hpp"

namespace jobflip::cli {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class NewFiles : public ::testing::Test {
 protected:
  NewFiles() {
    fs::create_directories(inner_);
    for (const auto& one : {folder_, inner_}) fs::permissions(one, fs::perms::owner_all);
  }
  /// The Error of writing a password; "" if it was written, though it is not kept.
  std::string fault() const {
    SecretFolder folder{folder_};
    const auto written = folder.write("job1/agent.pgpass", "secret");
    return written ? "" : written.error().text;
  }

  test::TempFolder temp_;
  std::string folder_{temp_.path() + "/logins"};
  std::string inner_{folder_ + "/job1"};
};

TEST_F(NewFiles, GoIntoFoldersThatNobodyElseWritesInto) {
  EXPECT_EQ(fault(), "");
  for (const auto& path : {folder_, inner_})
    for (const auto others : {fs::perms::group_write, fs::perms::others_write}) {
      fs::permissions(path, fs::perms::owner_all | others);
      EXPECT_THAT(fault(), HasSubstr(path + " belongs to somebody else, or others may write"));
      fs::permissions(path, fs::perms::owner_all);
    }
  EXPECT_EQ(fault(), "");
}

TEST_F(NewFiles, GoIntoNoFolderOfSomebodyElse) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  for (const auto& path : {folder_, inner_}) {
    ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
    EXPECT_THAT(fault(), HasSubstr(path + " belongs to somebody else"));
    ASSERT_EQ(::chown(path.c_str(), 0, 0), 0);
  }
}

TEST_F(NewFiles, GoThroughNoLinkWithinTheFolder) {
  const auto elsewhere = temp_.path() + "/elsewhere";
  fs::remove(inner_);
  fs::create_directory(elsewhere);
  fs::permissions(elsewhere, fs::perms::owner_all);
  fs::create_directory_symlink(elsewhere, inner_);
  EXPECT_THAT(fault(), HasSubstr("is a link, or not a folder"));
  EXPECT_TRUE(fs::is_empty(elsewhere));
}

TEST_F(NewFiles, OfTheDaemonsAreReadByTheirGroupWhateverTheUmask) {
  const auto path = temp_.path() + "/agent.toml";
  const auto before = ::umask(077);
  EXPECT_TRUE(write_new_file(path, "node = 1"));
  ::umask(before);
  EXPECT_EQ(fs::status(path).permissions(),
            fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
}

TEST(NewPasswords, UseAllOfTheirLetters) {
  std::set<char> letters;
  for (int i = 0; i < 100; ++i)
    for (const char c : new_password()) letters.insert(c);
  EXPECT_EQ(letters.size(), 64u);
}

}  // namespace
}  // namespace jobflip::cli

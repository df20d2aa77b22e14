#include "notify/anchor_file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "support/temp_folder.hpp"

namespace jobflip::notify {
namespace {

class AnchorFile : public testing::Test {
 protected:
  void SetUp() override { path_ = folder_ / "anchors"; }

  static Anchor anchor(std::int64_t seq) {
    return {WallTime{std::chrono::seconds{1'700'000'000}}, {"mail", seq, std::string(32, '\xab')}};
  }
  Result<void> append(std::int64_t seq, std::size_t most = kAnchorFileMax) {
    const Anchor one = anchor(seq);
    return append_anchors(path_, {&one, 1}, most);
  }
  static std::string text_of(const std::string& path) {
    std::ifstream in{path};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  const test::TempFolder temp_;
  const std::filesystem::path folder_ = temp_.path();
  std::string path_;
};

std::string line(int seq) {
  std::string out = "2023-11-14T22:13:20.000000Z mail " + std::to_string(seq) + " ";
  for (int i = 0; i < 32; ++i) out += "ab";
  return out + "\n";
}

TEST_F(AnchorFile, GetsALineForEachHeadAndIsForItsOwnerOnly) {
  ASSERT_TRUE(append(1));
  ASSERT_TRUE(append(2));
  EXPECT_EQ(text_of(path_), line(1) + line(2));
  struct stat about {};
  ASSERT_EQ(::stat(path_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(AnchorFile, IsBoundedAndTheOneBeforeIsKept) {
  const auto most = line(1).size() * 2;
  for (int seq = 1; seq <= 3; ++seq) ASSERT_TRUE(append(seq, most));
  EXPECT_EQ(text_of(path_), line(3));
  EXPECT_EQ(text_of(path_ + ".1"), line(1) + line(2));
  for (int seq = 4; seq <= 5; ++seq) ASSERT_TRUE(append(seq, most));
  EXPECT_EQ(text_of(path_ + ".1"), line(3) + line(4));
}

TEST_F(AnchorFile, MayBeMovedAwayAtAnyTime) {
  ASSERT_TRUE(append(1));
  std::filesystem::rename(path_, path_ + ".kept");
  ASSERT_TRUE(append(2));
  EXPECT_EQ(text_of(path_), line(2));
}

TEST_F(AnchorFile, IsNotWrittenThroughALinkOrIntoAFifo) {
  std::ofstream{folder_ / "precious"} << "precious";
  std::filesystem::create_symlink(folder_ / "precious", path_);
  EXPECT_TRUE(append(1).has_error());
  EXPECT_EQ(text_of(folder_ / "precious"), "precious");
  std::filesystem::remove(path_);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_TRUE(append(1).has_error());
  std::filesystem::remove(path_);
  ASSERT_TRUE(append(1));
}

/// A limit on the size of files, since a full disk takes root.
TEST_F(AnchorFile, TakesBackALineThatDidNotFit) {
  ASSERT_TRUE(append(1));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  auto limited = before;
  limited.rlim_cur = line(1).size() + 10;
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limited), 0);
  const auto full = append(2);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, ignored);
  ASSERT_TRUE(full.has_error());
  EXPECT_NE(full.error().text.find("can't be written"), std::string::npos) << full.error().text;
  EXPECT_EQ(text_of(path_), line(1)) << "no half line";
  ASSERT_TRUE(append(3));
  EXPECT_EQ(text_of(path_), line(1) + line(3));
}

TEST_F(AnchorFile, ThatCannotBeOpenedIsAnError) {
  path_ = folder_ / "no" / "anchors";
  EXPECT_TRUE(append(1).has_error());
}

}  // namespace
}  // namespace jobflip::notify

/// Files that are pipes: a daemon reads its files in the loop that also sends beats.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "jobflip/config/files.hpp"

namespace jobflip::config {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kSupervisor =
    "supervisor = \"sup1\"\nruntime_dir = \"/run/j\"\n[store]\nconninfo = \"service=jobflip\"\n"
    "[databases.app]\nconninfo = \"service=app\"\n";

class Pipe : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "jobflip-pipe-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    path_ = folder_ / "a.toml";
    ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
  std::string path_;
};

TEST_F(Pipe, WithoutAWriterEndsACommandThatReadsSettings) {
  const auto read = read_queue_settings(path_);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().errors.front().text,
            "is not a regular file, and was not written to its end within 5.0s");
  std::filesystem::remove(path_);
  std::ofstream{path_} << "stall_after = 90s\n";
  EXPECT_EQ(read_queue_settings(path_).value(), "stall_after = 90s\n");
}

TEST_F(Pipe, WithoutAWriterDelaysNoDaemon) {
  const auto began = Clock::now();
  const auto agent = parse_agent_file(path_);
  const auto supervisor = parse_supervisor_file(path_);
  EXPECT_LT(Clock::now() - began, std::chrono::seconds{3});
  ASSERT_FALSE(agent);
  ASSERT_FALSE(supervisor);
  EXPECT_EQ(to_text(agent.error().errors[0]),
            path_ + ": is not a regular file, and was not written to its end within 500ms");
}

TEST_F(Pipe, ThatIsWrittenIsRead) {
  std::thread writer{[this] { std::ofstream{path_} << kSupervisor; }};
  const auto got = parse_supervisor_file(path_);
  writer.join();
  ASSERT_TRUE(got) << to_text(got.error().errors[0]);
  EXPECT_EQ(got->supervisor.str(), "sup1");
}

TEST_F(Pipe, ThatStopsInTheMiddleIsNotTakenForAWholeFile) {
  std::ofstream writer;
  std::thread opens{[&] { (writer.open(path_), writer << kSupervisor << std::flush); }};
  const auto got = parse_supervisor_file(path_);
  opens.join();
  EXPECT_FALSE(got) << "the writer may have more to write";
}

}  // namespace
}  // namespace jobflip::config

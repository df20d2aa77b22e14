#include "jobflip/host/seen_file.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "host_fixture.hpp"

namespace jobflip::host {
namespace {

using ::testing::HasSubstr;

const core::SeenOfStore kSeen{BeatNumber{12}, {{PoolName::of("mail"), Epoch{41}}}};

class SeenFileTest : public HostFixture {
 protected:
  SeenFileTest() { std::filesystem::create_directory(path("run")); }
  std::string at() { return path("run/agent-job1.seen"); }
  SeenFile file_{path("run"), NodeName::of("job1")};
};

TEST_F(SeenFileTest, HasNothingAtFirstAndThenWhatWasWrittenLast) {
  ASSERT_TRUE(file_.read());
  EXPECT_EQ(*file_.read(), core::SeenOfStore{});
  ASSERT_TRUE(file_.write({}));
  ASSERT_TRUE(file_.write(kSeen));
  ASSERT_TRUE(file_.read());
  EXPECT_EQ(*file_.read(), kSeen);
  struct stat facts {};
  ASSERT_EQ(::stat(at().c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777U, 0600U);
  const SeenFile other{path("run"), NodeName::of("job2")};
  EXPECT_EQ(*other.read(), core::SeenOfStore{}) << "what another node saw is not its own";
}

TEST_F(SeenFileTest, AHalfOfAWriteReplacesNothing) {
  ASSERT_TRUE(file_.write(kSeen));
  std::ofstream{at() + ".new"} << std::string(4096, 'x');  // its writer was killed
  EXPECT_EQ(*file_.read(), kSeen);
  core::SeenOfStore next = kSeen;
  next.beat = BeatNumber{13};
  ASSERT_TRUE(file_.write(next));
  ASSERT_TRUE(file_.read());
  EXPECT_EQ(*file_.read(), next);
}

TEST_F(SeenFileTest, IsWrittenThroughNoLinkAndWaitsForNoReader) {
  std::ofstream{path("other")} << "theirs";
  std::filesystem::create_symlink(path("other"), at() + ".new");
  EXPECT_FALSE(file_.write(kSeen));
  EXPECT_EQ(read_text(path("other")), "theirs");
  std::filesystem::remove(at() + ".new");
  ASSERT_EQ(::mkfifo((at() + ".new").c_str(), 0600), 0);
  EXPECT_FALSE(file_.write(kSeen));
  std::filesystem::remove(at() + ".new");
  EXPECT_TRUE(file_.write(kSeen));
}

TEST_F(SeenFileTest, ThatIsDamagedOrNotAFileIsNamedAndWrittenAgainIfPossible) {
  std::ofstream{at()} << std::string(1 << 20, 'x');
  ASSERT_FALSE(file_.read());
  EXPECT_THAT(file_.read().error().text, HasSubstr("agent-job1.seen is damaged"));
  ASSERT_TRUE(file_.write(kSeen));
  EXPECT_EQ(*file_.read(), kSeen);

  std::filesystem::remove(at());
  ASSERT_EQ(::mkfifo(at().c_str(), 0600), 0);
  ASSERT_FALSE(file_.read()) << "and nobody waits for its other end";
  ASSERT_TRUE(file_.write(kSeen));
  EXPECT_EQ(*file_.read(), kSeen);

  std::filesystem::remove(at());
  std::filesystem::create_directory(at());
  EXPECT_FALSE(file_.read());
  EXPECT_FALSE(file_.write(kSeen));
}

}  // namespace
}  // namespace jobflip::host

#include "jobflip/capture/capture_fifo.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <thread>

#include "unit/host/host_fixture.hpp"

namespace jobflip::capture {

using namespace host;  // its fixtures
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using ::testing::HasSubstr;

class CaptureFifo : public HostFixture {
 protected:
  std::string fifo_path() const { return path("mail.capture"); }
  std::string why_not(Millis within = Millis{50}) const {
    const auto written = write_capture(fifo_path(), "{}", BootClock::now() + within);
    return written ? "" : written.error().text;
  }
};

TEST_F(CaptureFifo, CarriesALineThatIsLongerThanItHolds) {
  const auto fifo = make_capture_fifo(fifo_path());
  ASSERT_TRUE(fifo);
  const std::string line(200'000, 'x');
  std::thread writer{
      [&] { EXPECT_TRUE(write_capture(fifo_path(), line, BootClock::now() + 10s)); }};
  const auto read = read_capture(fifo->fd(), 256 * 1024, BootClock::now() + 10s);
  writer.join();
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, line);
}

TEST_F(CaptureFifo, NeitherSideWaitsForEver) {
  EXPECT_THAT(why_not(), HasSubstr("No such file"));
  const auto fifo = make_capture_fifo(fifo_path());
  ASSERT_TRUE(fifo);
  const auto nothing = read_capture(fifo->fd(), 10, BootClock::now() + 20ms);
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().text, "it did not answer");
  const auto full = write_capture(fifo_path(), std::string(100'000, 'x'), BootClock::now() + 20ms);
  ASSERT_FALSE(full);
  EXPECT_THAT(full.error().text, HasSubstr("nobody read"));
  const auto too_long = read_capture(fifo->fd(), 10, BootClock::now() + 10s);
  ASSERT_FALSE(too_long);
  EXPECT_EQ(too_long.error().text, "the answer is too long");
}

TEST_F(CaptureFifo, ASymlinkAFileOrAForeignNameInItsPlaceIsRefused) {
  std::ofstream{path("precious")} << "precious";
  std::filesystem::create_symlink(path("precious"), fifo_path());
  EXPECT_THAT(why_not(), HasSubstr("is not a FIFO"));
  ASSERT_EQ(::mkfifo(path("other").c_str(), 0600), 0);
  const Descriptor reader{::open(path("other").c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)};
  std::filesystem::remove(fifo_path());
  std::filesystem::create_symlink(path("other"), fifo_path());
  EXPECT_THAT(why_not(), HasSubstr("is not a FIFO")) << "not through a link either";
  std::filesystem::remove(fifo_path());
  std::filesystem::create_hard_link(path("precious"), fifo_path());
  EXPECT_THAT(why_not(), HasSubstr("is not a FIFO"));
  std::filesystem::remove(fifo_path());
  ASSERT_EQ(::link(path("other").c_str(), fifo_path().c_str()), 0);
  EXPECT_THAT(why_not(), HasSubstr("has another name"));
  EXPECT_EQ(read_text(path("precious")), "precious");
}

TEST_F(CaptureFifo, OneOfAnotherUserThanTheFoldersIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "ENVIRONMENT: wants root";
  const auto fifo = make_capture_fifo(fifo_path());
  ASSERT_TRUE(fifo);
  ASSERT_EQ(::chown(fifo_path().c_str(), 65'534, 65'534), 0);
  EXPECT_THAT(why_not(), HasSubstr("is not the folder's owner's"));
}

TEST_F(CaptureFifo, IsCreatedAgainEachTimeWhateverWasThere) {
  std::ofstream{path("precious")} << "precious";
  std::filesystem::create_symlink(path("precious"), fifo_path());
  const auto first = make_capture_fifo(fifo_path());
  ASSERT_TRUE(first);
  ASSERT_TRUE(write_capture(fifo_path(), "old", BootClock::now() + 10s));
  const auto second = make_capture_fifo(fifo_path());
  ASSERT_TRUE(second);
  EXPECT_FALSE(read_capture(second->fd(), 100, BootClock::now() + 20ms)) << "no words of the old";
  EXPECT_EQ(read_text(path("precious")), "precious");
}

}  // namespace
}  // namespace jobflip::capture

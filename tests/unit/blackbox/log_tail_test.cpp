#include "blackbox/log_tail.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "unit/host/host_fixture.hpp"

namespace jobflip::blackbox {

using namespace host;  // its fixtures
namespace {

using std::chrono_literals::operator""s;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class LogTail : public HostFixture {
 protected:
  std::vector<std::string> tail_of(const std::string& text) const {
    std::ofstream{path("log")} << text;
    const auto lines = file_tail(path("log"));
    EXPECT_TRUE(lines);
    return lines ? *lines : std::vector<std::string>{};
  }
};

TEST_F(LogTail, IsTheEndOfTheFileTheNewestLast) {
  EXPECT_THAT(tail_of(""), IsEmpty());
  EXPECT_THAT(tail_of("a\n\nb"), ElementsAre("a", "", "b"));
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "line " + std::to_string(i) + "\n";
  const auto lines = tail_of(text);
  EXPECT_THAT(lines, SizeIs(kMostLines));
  EXPECT_EQ(lines.front(), "line 99800");
  EXPECT_EQ(lines.back(), "line 99999");
}

TEST_F(LogTail, ALongLineIsCut) {
  const auto lines = tail_of(std::string(1'000'000, 'x') + "\n" + std::string(600, 'y') + "\n");
  EXPECT_EQ(lines.back(), std::string(kMostOfALine, 'y'));
  EXPECT_LE(lines.front().size(), kMostOfALine);
}

TEST_F(LogTail, APathThatIsNotAFileIsNeitherWaitedForNorRead) {
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  for (const auto& place : {path("fifo"), dir_}) {
    const auto lines = file_tail(place);
    ASSERT_FALSE(lines);
    EXPECT_THAT(lines.error().text, HasSubstr("is not a file"));
  }
  const auto none = file_tail(path("none"));
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().text, HasSubstr("No such file"));
}

TEST_F(LogTail, AJournalWithoutTheUnitSaysSo) {
  const auto lines = journal_tail("jobflip-nobody.service", BootClock::now() + 10s);
  ASSERT_FALSE(lines);
  EXPECT_THAT(lines.error().text, HasSubstr("journal"));
}

}  // namespace
}  // namespace jobflip::blackbox

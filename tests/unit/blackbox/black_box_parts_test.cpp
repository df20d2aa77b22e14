#include "blackbox/black_box_parts.hpp"

#include <gmock/gmock.h>

#include "jobflip/capture/capture_fifo.hpp"
#include "unit/host/host_fixture.hpp"

namespace jobflip::blackbox {

using namespace host;  // its fixtures
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;

class BlackBoxParts : public HostFixture {
 protected:
  void write(const std::string& file, const std::string& text) const {
    const std::filesystem::path whole{path(file)};
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream{whole} << text;
  }
  BlackBoxSettings settings() const {
    return {
        .pool = PoolName::of("mail"), .runtime_dir = dir_, .unit = "", .output = "", .command = {}};
  }
  static core::BlackBoxOf black_box() { return {PoolName::of("mail"), Epoch{42}, FlipId{17}}; }
};

TEST_F(BlackBoxParts, LoadIsThatOfTheCgroupElseOfTheUnitElseOfTheHost) {
  write("cg/cpu.stat", "usage_usec 7000\n");
  write("cg/cpu.pressure", "some avg10=1.00 avg60=0 avg300=0 total=0\n");
  write("unit/memory.current", "4096\n");
  write("unit/memory.max", "max\n");
  write("unit/cpu.stat", "usage_usec 9000\n");
  write("host/memory", "some avg10=2.00 avg60=0\nfull avg10=3.00 avg60=0\n");
  const auto load = load_of(path("cg"), path("unit"), path("host"));
  EXPECT_EQ(load["cpu"]["usage_ms"], 7);
  EXPECT_EQ(load["cpu"]["pressure"], Json({{"some_avg10", 1.0}}));
  EXPECT_EQ(load["memory"]["current"], 4096);
  EXPECT_EQ(load["memory"]["max"], "max");
  EXPECT_EQ(load["memory"]["pressure"], Json({{"some_avg10", 2.0}, {"full_avg10", 3.0}}));
  EXPECT_EQ(load["missing"], Json({missing("memory.pressure", "not the cgroup's: the whole host's"),
                                   missing("io.pressure", "the kernel has none")}));
}

TEST_F(BlackBoxParts, TheCommandHasThePoolTheFlipAndTheEpoch) {
  auto asked = settings();
  asked.command = {"/bin/sh", "-c", "echo $JOBFLIP_POOL $JOBFLIP_FLIP $JOBFLIP_EPOCH; exit 3",
                   "secret"};
  const auto part = command_part(asked, black_box(), BootClock::now() + 10s);
  EXPECT_EQ(part,
            Json({{"command", {{"argv0", "/bin/sh"}, {"exit", 3}, {"output", "mail 17 42\n"}}}}));
}

TEST_F(BlackBoxParts, ACommandThatHangsIsSaidToHaveBeenKilled) {
  auto asked = settings();
  asked.command = {"/bin/sleep", "60"};
  const auto part = command_part(asked, black_box(), BootClock::now() + 100ms);
  EXPECT_EQ(part["missing"][0], missing("command", "it did not end in time and was killed"));
  EXPECT_FALSE(part["command"].contains("exit"));
}

TEST_F(BlackBoxParts, EachPartThatIsNotAvailableSaysWhy) {
  auto asked = settings();
  EXPECT_EQ(log_part(asked, BootClock::now() + 1s)["missing"][0],
            missing("log", "the workers write into the agent's own log"));
  asked.output = path("none");
  EXPECT_EQ(log_part(asked, BootClock::now() + 1s)["missing"][0]["part"], "log");
  asked.command = {"/nowhere/at/all"};
  EXPECT_EQ(command_part(asked, black_box(), BootClock::now() + 1s)["missing"][0]["part"],
            "command");
  EXPECT_EQ(unit_part("no unit")["missing"][0]["part"], "unit");
  const auto look = look_part(asked, BootClock::now() + 1s, BootClock::now() + 2s);
  EXPECT_EQ(look["missing"][0]["part"], "processes");
  EXPECT_EQ(look["source"], "agent");
}

TEST_F(BlackBoxParts, ADocumentIsMadeWhateverIsThere) {
  const auto document = Json::parse(look_into(settings(), black_box(), BootClock::now()));
  EXPECT_EQ(document["version"], 1);
  EXPECT_TRUE(document["taken_at"].get<std::string>().starts_with("2")) << document["taken_at"];
  EXPECT_GE(document["missing"].size(), 2u);
}

}  // namespace
}  // namespace jobflip::blackbox

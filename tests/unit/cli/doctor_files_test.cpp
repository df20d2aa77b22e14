/// `doctor` and the files that it is given: an unreadable file is always reported.
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DoctorFiles : public ::testing::Test {
 protected:
  DoctorFiles() { world.script.snapshot = calm_snapshot(); }
  ~DoctorFiles() override { std::remove(file_.c_str()); }

  FakeWorld world;
  std::string file_ = "/tmp/jobflip-doctor-files-" + std::to_string(::getpid());
};

TEST_F(DoctorFiles, ThatWereNamedAndCannotBeReadAreAUsageError) {
  EXPECT_NE(world.run({"doctor"}).code, 2) << "a host without an agent's file is none";
  for (const std::string option : {"--config", "--supervisor-config", "--anchors"})
    for (const std::string path : {"/nonexistent/file", "/tmp"}) {
      const auto ran = world.run({"doctor", option, path});
      EXPECT_EQ(ran.code, 2) << option << " " << path << ran.out << ran.err;
      EXPECT_THAT(ran.err, HasSubstr("ERROR: " + path)) << option;
      EXPECT_THAT(ran.err, Not(HasSubstr("has no anchor"))) << "nobody could look";
      EXPECT_THAT(ran.err, HasSubstr("HINT: "));
    }
  const auto verify = world.run({"audit", "verify", "--anchors", "/tmp"});
  EXPECT_EQ(verify.code, 2) << verify.out << verify.err;
}

TEST_F(DoctorFiles, AnchorsThatCompareNothingProveNothing) {
  std::ofstream{file_} << "# none yet\n";
  const auto ran = world.run({"audit", "verify", "--anchors", file_});
  EXPECT_EQ(ran.code, 2) << ran.out;
  EXPECT_THAT(ran.err, HasSubstr("has no anchor in it"));
}

TEST_F(DoctorFiles, WithFaultsAreFound) {
  std::ofstream{file_} << "node = 3\n";
  const auto ran = world.run({"doctor", "--config", file_});
  EXPECT_EQ(ran.code, 1) << ran.out << ran.err;
  EXPECT_THAT(ran.out,
              HasSubstr("error config: this host: " + file_ + ":1: node: is the number 3"));
  EXPECT_THAT(ran.err, Not(HasSubstr("not checked: this host")));
}

TEST_F(DoctorFiles, WithoutEndAreNotReadToIt) {
  const auto endless = world.run({"audit", "verify", "--anchors", "/dev/zero"});
  EXPECT_EQ(endless.code, 2) << endless.out;
  EXPECT_THAT(endless.err, HasSubstr("/dev/zero, line 1: "));
  const auto folder = world.run({"audit", "verify", "--file", "/tmp"});
  EXPECT_EQ(folder.code, 2) << folder.out;
  EXPECT_THAT(folder.err, HasSubstr("is it a folder?"));
}

TEST_F(DoctorFiles, AndAStoreThatIsAwayLeaveNothingChecked) {
  EXPECT_THAT(world.run({"doctor"}).out, Not(HasSubstr("NOTHING was checked")));
  world.script.open_error = Error{ErrorCode::store_unreachable, "gone", ""};
  const auto ran = world.run({"doctor"});
  EXPECT_EQ(ran.code, 7) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("NOTHING was checked"));
}

}  // namespace
}  // namespace jobflip::cli

#include "jobflip/host/host_inspector.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace jobflip::host {
namespace {

using ports::Named;

TEST(HostInspector, SaysWhyThisHostCannotServeWithWhatIsNamed) {
  const auto folder = testing::TempDir() + "jobflip-inspector-" + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  std::ofstream{folder + "/plain"} << "x";
  const auto look = open_host_inspector();
  EXPECT_EQ(look->why_not(Named::program, "/bin/sh"), "");
  EXPECT_EQ(look->why_not(Named::program, "/nonexist"), "No such file or directory");
  EXPECT_EQ(look->why_not(Named::program, folder), "it is a folder");
  EXPECT_EQ(look->why_not(Named::program, folder + "/plain"), "it is not executable");
  EXPECT_EQ(look->why_not(Named::user, "root"), "");
  EXPECT_EQ(look->why_not(Named::user, "nosuchuser"), "there is no such user");
  EXPECT_EQ(look->why_not(Named::file_to_read, folder + "/plain"), "");
  EXPECT_NE(look->why_not(Named::file_to_read, folder + "/absent"), "");
  EXPECT_EQ(look->why_not(Named::file_to_append_to, folder + "/plain"), "");
  EXPECT_EQ(look->why_not(Named::file_to_append_to, folder + "/absent"), "") << "it is made";
  EXPECT_EQ(look->why_not(Named::file_to_append_to, folder), "it is a folder");
  EXPECT_EQ(look->why_not(Named::file_to_append_to, folder + "/no/w.log"),
            folder + "/no: No such file or directory");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace jobflip::host

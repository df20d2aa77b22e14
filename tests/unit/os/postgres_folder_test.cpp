#include "jobflip/os/postgres_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace jobflip::os {
namespace {

class PostgresFolder : public ::testing::Test {
 protected:
  PostgresFolder() {
    std::string name = "/tmp/jobflip-versions-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no folder for the test"};
    versions_ = name;
  }
  ~PostgresFolder() override { std::filesystem::remove_all(versions_); }

  void install(const std::string& version, const char* program) const {
    const auto path = versions_ + "/" + version + "/bin/" + program;
    std::filesystem::create_directories(std::filesystem::path{path}.parent_path());
    std::ofstream{path} << "#!/bin/sh\n";
    ASSERT_EQ(::chmod(path.c_str(), 0755), 0);
  }
  void install_server(const std::string& version) const {
    install(version, "initdb");
    install(version, "postgres");
  }

  std::string versions_;
};

TEST_F(PostgresFolder, IsThatOfTheNewestServer) {
  install_server("9");
  install_server("17");
  install_server("15");
  install("18", "postgres");  // a client's package, or a half of a server's
  install_server("common");
  EXPECT_EQ(newest_postgres_folder(0, versions_), versions_ + "/17/bin");
  EXPECT_EQ(newest_postgres_folder(17, versions_), versions_ + "/17/bin");
  EXPECT_EQ(newest_postgres_folder(18, versions_), "") << "none is new enough";
}

TEST_F(PostgresFolder, IsEmptyIfNoServerIsHere) {
  EXPECT_EQ(newest_postgres_folder(0, versions_), "");
  EXPECT_EQ(newest_postgres_folder(0, versions_ + "/gone"), "");
}

}  // namespace
}  // namespace jobflip::os

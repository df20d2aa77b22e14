/// What jobflip-audit-prune.service runs, on a real store whose log is a year old: the whole months
/// leave it by an export, and both parts verify.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "e2e/site.hpp"
#include "support/build_paths.hpp"
#include "support/temp_folder.hpp"

namespace jobflip::e2e {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// The line ExecStart= with the program of this build. Its words and variables are written so that
/// a shell reads them as systemd does.
std::string command_of_unit() {
  const auto unit = text_of(test::build_path("units/jobflip-audit-prune.service"));
  const auto begin = unit.find("\nExecStart=") + 11;
  const auto line = unit.substr(begin, unit.find('\n', begin) - begin);
  return test::build_path("jobflip") + line.substr(line.find(' '));
}

class AuditPruneUnit : public ::testing::Test {
 protected:
  void SetUp() override {
    sql("create role audit_keeper login in role jobflip_owner");
    sql("grant connect on database app to audit_keeper");  // init --own-database took it
    sql(text_of(test::source_path("tests/bench/large_store.sql")));
    sql("call bench.add_events(600, 365)");
    folder_ = temp_.path() + "/kept";
    std::filesystem::create_directory(folder_);
  }

  std::string sql(const std::string& text) {
    const auto ran = site_.cluster().sql(text);
    EXPECT_TRUE(ran.has_value()) << ran.error().text;
    return ran ? *ran : "";
  }
  demo::Ran run(const std::string& months = "6", const std::string& around = "") {
    host::SpawnSettings spawn;
    spawn.argv = {"/bin/sh", "-c", around + command_of_unit()};
    spawn.environment = {{"JOBFLIP_STORE", site_.store("audit_keeper")},
                         {"KEEP_MONTHS", months},
                         {"FOLDER", folder_},
                         {"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"}};
    auto ran = demo::run_to_end(std::move(spawn), temp_.path() + "/out", Millis{60'000});
    EXPECT_TRUE(ran.has_value()) << ran.error().text;
    return ran ? *ran : demo::Ran{};
  }
  std::vector<std::string> exports() const {
    std::vector<std::string> out;
    for (const auto& one : std::filesystem::directory_iterator{folder_}) out.push_back(one.path());
    return out;
  }
  std::string events() { return sql("select count(*) from jobflip_data.audit_event"); }
  std::string seals() {
    return sql("select count(*) from jobflip_data.audit_event where kind = 'audit_sealed'");
  }

  Site site_;
  const test::TempFolder temp_;
  std::string folder_;
};

TEST_F(AuditPruneUnit, MovesWholeMonthsAndBothPartsVerify) {
  const auto ran = run();
  ASSERT_EQ(ran.end.exit_code, 0) << ran.output;
  const auto files = exports();
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(
      sql("select count(*) from jobflip_data.audit_event where kind <> 'audit_sealed' and at < "
          "date_trunc('month', now(), 'UTC') - interval '6 months'"),
      "0");
  EXPECT_EQ(seals(), "1");
  EXPECT_EQ(site_.run({"audit", "verify", "--file", files[0]}).end.exit_code, 0);
  EXPECT_EQ(site_.run({"audit", "verify"}).end.exit_code, 0);
  std::filesystem::remove(files[0]);
  EXPECT_EQ(site_.run({"audit", "verify"}).end.exit_code, 0) << "the chain needs no export";
}

TEST_F(AuditPruneUnit, DoesNothingTheSecondTime) {
  ASSERT_EQ(run().end.exit_code, 0);
  const auto before = events();
  const auto ran = run();
  EXPECT_EQ(ran.end.exit_code, 0) << ran.output;
  EXPECT_NE(ran.output.find("nothing in the log is as old"), std::string::npos) << ran.output;
  EXPECT_EQ(events(), before);
  EXPECT_EQ(exports().size(), 1U);
}

TEST_F(AuditPruneUnit, RemovesNothingIfTheFolderIsMissing) {
  std::filesystem::remove(folder_);
  const auto before = events();
  const auto ran = run();
  EXPECT_EQ(ran.end.exit_code, 1) << ran.output;
  EXPECT_NE(ran.output.find("is not a folder"), std::string::npos) << ran.output;
  EXPECT_EQ(events(), before);
}

TEST_F(AuditPruneUnit, RemovesNothingIfTheDiskIsFull) {
  if (::geteuid() != 0) GTEST_SKIP() << "wants root, to mount a small disk";
  const auto before = events();
  const auto ran = run("6",
                       "unshare --mount true || exit 77; exec unshare --mount /bin/sh -c '"
                       "mount -t tmpfs -o size=32k none \"$FOLDER\" && \"$@\"; code=$?; "
                       "ls \"$FOLDER\"; exit $code' sh ");
  if (ran.end.exit_code == 77) GTEST_SKIP() << "no mounts here: " << ran.output;
  EXPECT_EQ(ran.end.exit_code, 1) << ran.output;
  EXPECT_NE(ran.output.find("is the disk full?"), std::string::npos) << ran.output;
  EXPECT_EQ(ran.output.find("audit-before-20"), ran.output.rfind("audit-before-20"))
      << "the half of a file was left there:\n"
      << ran.output;
  EXPECT_EQ(events(), before);
  EXPECT_EQ(seals(), "0");
}

TEST_F(AuditPruneUnit, WithoutItsSettingsSaysWhichIsMissing) {
  const auto ran = run("");
  EXPECT_EQ(ran.end.exit_code, 2) << ran.output;
  EXPECT_NE(ran.output.find("--keep-months"), std::string::npos) << ran.output;
}

}  // namespace
}  // namespace jobflip::e2e

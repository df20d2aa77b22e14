/// An agent is killed and restarted, and its files were changed in between. Whatever it sees of
/// its workers, they must never run at the same time as those of another node.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "e2e/site.hpp"

namespace jobflip::e2e {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

struct Change {
  const char* name;
  void (*make)(const std::string& runtime);  // the folder; the agent's file is <folder>.toml
  bool goes_on;                              // nothing is lost: a flip by hand moves the pool
};

const Change kChanges[] = {
    {"TheFileNamesThePoolNoLonger",
     [](const std::string& runtime) {
       auto text = demo::read_text(runtime + ".toml");
       ASSERT_TRUE(text);
       const std::string table = "[workers.mail]";
       ASSERT_NE(text->find(table), std::string::npos);
       std::ofstream{runtime + ".toml"}
           << text->replace(text->find(table), table.size(), "[workers.spare]");
     },
     false},
    {"TheEventsArePlainFile",
     [](const std::string& runtime) {
       fs::remove(runtime + "/mail.events");
       std::ofstream{runtime + "/mail.events"} << "x";
     },
     true},
    {"ThePageIsGone", [](const std::string& runtime) { fs::remove(runtime + "/mail.lease"); },
     false},
    {"ThePageAndTheLockAreGone",
     [](const std::string& runtime) {
       fs::remove(runtime + "/mail.lease");
       fs::remove(runtime + "/mail.guard");
     },
     false},
    {"TheWholeFolderIsEmptied",
     [](const std::string& runtime) {
       for (const auto& entry : fs::directory_iterator{runtime}) fs::remove(entry.path());
     },
     false},
};

class Unseen : public ::testing::TestWithParam<Change> {};

TEST_P(Unseen, WorkersOfAKilledAgentNeverWorkBesideOthers) {
  Site site{{.nodes = {"job1", "job2"}}};
  for (const char* node : {"job1", "job2"}) site.start_agent(node);
  const std::string active = site.await_active();
  ASSERT_NE(active, "") << site.logs();
  ASSERT_TRUE(Site::within(10s, [&] { return site.pool().ready_nodes == 2; })) << site.logs();
  const auto epoch = site.pool().epoch;
  ASSERT_FALSE(site.workers_of(active).empty());

  site.daemon(active).send(SIGKILL);
  site.daemon(active).wait(5s);
  GetParam().make(site.folders().run + "/" + active);
  site.start_agent(active);
  if (GetParam().goes_on) {
    const std::string other = active == "job1" ? "job2" : "job1";
    site.run({"flip", "mail", "--to", other, "--reason", "by hand", "--yes"});
    EXPECT_EQ(site.pool().holder, other);
  }
  EXPECT_TRUE(Site::within(30s, [&] {
    const auto pool = site.pool();
    return pool.epoch > epoch && !site.workers_of(pool.holder).empty();
  })) << site.logs();
  EXPECT_EQ(Site::overlap(site.traces()), "") << site.logs();
  EXPECT_EQ(site.run({"audit", "verify"}).end.exit_code, 0);
}

INSTANTIATE_TEST_SUITE_P(Where, Unseen, ::testing::ValuesIn(kChanges),
                         [](const auto& chosen) { return std::string{chosen.param.name}; });

TEST(OneFolder, ASecondAgentOfAnotherNameIsRefusedAndDisturbsNothing) {
  Site site{{.nodes = {"job1", "job2"}}};
  site.start_agent("job1");
  ASSERT_EQ(site.await_active(), "job1") << site.logs();
  const auto worker = site.workers_of("job1").front().pid;
  const auto file = site.folders().run + "/job2.toml";
  auto text = *demo::read_text(file);
  const std::string own = site.folders().run + "/job2\"";
  ASSERT_NE(text.find(own), std::string::npos);
  text.replace(text.find(own), own.size(), site.folders().run + "/job1\"");
  std::ofstream{file} << text;
  site.start_agent("job2");
  ASSERT_TRUE(Site::within(10s, [&] { return site.daemon("job2").ended().has_value(); }));
  EXPECT_NE(site.daemon("job2").ended()->exit_code, 0);
  const auto log = demo::read_text(site.folders().logs + "/job2.log");
  ASSERT_TRUE(log);
  EXPECT_NE(log->find("is in use by the agent of node job1 (pid " +
                      std::to_string(site.daemon("job1").pid()) + ")"),
            std::string::npos)
      << *log;
  EXPECT_EQ(site.workers_of("job1").front().pid, worker);
  EXPECT_EQ(site.pool().holder, "job1");
}

}  // namespace
}  // namespace jobflip::e2e

/// The store is restored from older files than its agents have seen. By that time the host that
/// held the lease has been rebooted and the other agent was killed: no process remembers anything,
/// and no lease page names the lost epoch.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "e2e/site.hpp"

namespace jobflip::e2e {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class SetBack : public ::testing::Test {
 protected:
  void start_agents() {
    for (const auto& node : kNodes) site_.start_agent(node);
    ASSERT_NE(site_.await_active(), "") << site_.logs();
    ASSERT_TRUE(Site::within(10s, [&] { return site_.pool().ready_nodes == 2; })) << site_.logs();
  }
  /// Stops the server cleanly, lets `files` change its folder, and starts it again.
  void with_store_stopped(const std::function<void()>& files) {
    site_.cluster().stop(10s);
    files();
    ASSERT_TRUE(site_.cluster().start_again());
  }
  bool both_have_seen(std::int64_t epoch) {
    return std::ranges::all_of(kNodes, [&](const std::string& node) {
      const auto seen =
          demo::read_text(site_.folders().run + "/" + node + "/agent-" + node + ".seen");
      return seen && seen->find("pool mail " + std::to_string(epoch) + "\n") != std::string::npos;
    });
  }
  std::string set_back() {
    const auto reason = site_.cluster().sql("select set_back from jobflip.snapshot_store()");
    return reason ? *reason : reason.error().text;
  }

  const std::vector<std::string> kNodes{"job1", "job2"};
  Site site_{{.nodes = kNodes}};
  const std::string data_ = site_.folders().cluster + "/data";
  const std::string copy_ = site_.folders().cluster + "/copy";
};

TEST_F(SetBack, IsNoticedByAgentsThatWereAllStartedAgain) {
  start_agents();
  with_store_stopped([&] {
    const auto copy = "cp -a " + data_ + " " + copy_;  // keeps the owners, too
    ASSERT_EQ(std::system(copy.c_str()), 0);
  });
  const std::string active = site_.await_active();
  ASSERT_NE(active, "") << site_.logs();
  ASSERT_TRUE(Site::within(10s, [&] { return site_.pool().ready_nodes == 2; })) << site_.logs();
  site_.run({"flip", "mail", "--reason", "after the copy", "--yes", "--no-wait"});
  ASSERT_NE(site_.await_active(active), "") << site_.logs();
  const std::int64_t lost = site_.pool().epoch;
  ASSERT_TRUE(Site::within(10s, [&] { return both_have_seen(lost); })) << site_.logs();

  const std::string holder = site_.pool().holder;
  site_.cut_power(holder);
  for (const auto& entry : fs::directory_iterator{site_.folders().run + "/" + holder})
    fs::remove(entry.path());
  const std::string standby = holder == "job1" ? "job2" : "job1";
  site_.daemon(standby).send(SIGKILL);
  ASSERT_TRUE(site_.daemon(standby).wait(5s));
  with_store_stopped([&] {
    fs::remove_all(data_);
    fs::rename(copy_, data_);
  });
  ASSERT_LT(site_.pool().epoch, lost);
  EXPECT_EQ(set_back(), "");
  for (const auto& node : kNodes) site_.start_agent(node);
  EXPECT_TRUE(Site::within(
      5s,
      [&] { return set_back().find("claims epoch " + std::to_string(lost)) != std::string::npos; }))
      << set_back() << site_.logs();
  ASSERT_NE(site_.await_active(), "") << site_.logs();
  EXPECT_GT(site_.pool().epoch, lost);
  const auto events = site_.cluster().sql(
      "select count(*) from jobflip_data.audit_event where kind = 'store_event' and "
      "reason like 'a claim that the store was set back: node job_ claims epoch %'");
  ASSERT_TRUE(events) << events.error().text;
  EXPECT_EQ(*events, "1");
  EXPECT_EQ(Site::overlap(site_.traces()), "") << site_.logs();
}

}  // namespace
}  // namespace jobflip::e2e

#include "demo/settings_text.hpp"

#include <gtest/gtest.h>

#include "jobflip/config/files.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::demo {
namespace {

// The demo's files must pass the same checks as a user's files.
TEST(DemoSettings, FleetFileHolds) {
  const auto fleet = config::parse_fleet_text(fleet_text(), "fleet.toml");
  ASSERT_TRUE(fleet.has_value()) << config::to_text(fleet.error().errors.front());
  EXPECT_EQ(fleet->nodes.size(), kNodes.size());
  EXPECT_EQ(fleet->supervisors.size(), kSupervisors.size());
  ASSERT_EQ(fleet->pools.size(), 1U);
  EXPECT_TRUE(core::check_timings(fleet->pools[0].timings).empty());
  EXPECT_TRUE(core::check_timings(fleet->supervisor_timings).empty());
  EXPECT_EQ(fleet->pools[0].timings, fleet->supervisor_timings);
  ASSERT_EQ(fleet->pools[0].queues.size(), 1U);
}

TEST(DemoSettings, AgentFileHolds) {
  const auto text = agent_text({.node = "job1",
                                .runtime_folder = "/tmp/demo/run/job1",
                                .store = "host=/tmp/demo/pg user=job1 dbname=app",
                                .email_worker = "/usr/libexec/jobflip/email-worker",
                                .email_db = "host=/tmp/demo/pg user=mailer dbname=app",
                                .smtp_url = "smtp://127.0.0.1:2525",
                                .output = "/tmp/demo/logs/worker-job1.log",
                                .mark = "/tmp/demo",
                                .pace_ms = 30});
  const auto agent = config::parse_agent_text(text, "job1.toml", "");
  ASSERT_TRUE(agent.has_value()) << config::to_text(agent.error().errors.front());
  EXPECT_EQ(agent->node.str(), "job1");
  ASSERT_EQ(agent->workers.size(), 1U);
  EXPECT_EQ(agent->workers[0].command[0], "/usr/libexec/jobflip/email-worker");
  EXPECT_EQ(agent->workers[0].environment.at("DEMO_RUN"), "/tmp/demo");
}

TEST(DemoSettings, SupervisorFileHolds) {
  const auto text = supervisor_text("sup1", "/tmp/demo/run/sup1", "user=sup1", "user=probe");
  const auto supervisor = config::parse_supervisor_text(text, "sup1.toml", "");
  ASSERT_TRUE(supervisor.has_value()) << config::to_text(supervisor.error().errors.front());
  EXPECT_EQ(supervisor->supervisor.str(), "sup1");
  EXPECT_EQ(supervisor->databases.at("app"), "user=probe");
}

TEST(DemoSettings, PaceSpreadsTheWorkOverTheStory) {
  EXPECT_EQ(pace_ms(300), 30);
  EXPECT_EQ(pace_ms(50), 180);
  EXPECT_EQ(pace_ms(10'000), 5);
}

}  // namespace
}  // namespace jobflip::demo

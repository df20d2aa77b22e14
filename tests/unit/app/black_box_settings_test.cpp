#include "app/black_box_settings.hpp"

#include <gtest/gtest.h>

namespace jobflip::app {
namespace {

TEST(BlackBoxSettings, AreThoseOfThePoolsTableAndNoneWithoutOne) {
  config::AgentFile file;
  file.runtime_dir = "/run/jobflip-agent";
  config::WorkerSettings mail;
  mail.pool = PoolName::of("mail");
  mail.output = "/var/log/mail.log";
  mail.black_box_command = {"/usr/bin/ss", "-ti"};
  config::WorkerSettings report;
  report.pool = PoolName::of("report");
  report.unit = "report.service";
  file.workers = {mail, report};

  const auto one = black_box_settings(file, mail.pool);
  ASSERT_TRUE(one);
  EXPECT_EQ(one->pool, mail.pool);
  EXPECT_EQ(one->runtime_dir, "/run/jobflip-agent");
  EXPECT_EQ(one->unit, "");
  EXPECT_EQ(one->output, "/var/log/mail.log");
  EXPECT_EQ(one->command, mail.black_box_command);
  EXPECT_EQ(black_box_settings(file, report.pool)->unit, "report.service");
  EXPECT_FALSE(black_box_settings(file, PoolName::of("other")));
}

}  // namespace
}  // namespace jobflip::app

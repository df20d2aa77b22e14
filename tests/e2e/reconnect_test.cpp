/// Real daemons and a store that hangs up on them: how often they reconnect.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "e2e/site.hpp"
#include "support/build_paths.hpp"
#include "support/hanging_up_server.hpp"

namespace jobflip::e2e {
namespace {

using namespace std::chrono_literals;

class Reconnect : public ::testing::TestWithParam<const char*> {};

TEST_P(Reconnect, ADaemonMakesAtMostTenConnectionAttemptsASecond) {
  const std::string role = GetParam();
  const auto programs = demo::find_programs(test::build_path("jobflip"));
  ASSERT_TRUE(programs.has_value()) << programs.error().text;
  auto folders = demo::Folders::make("", std::nullopt);
  ASSERT_TRUE(folders.has_value()) << folders.error().text;
  test::HangingUpServer server;
  const auto conninfo = "hostaddr=127.0.0.1 port=" + std::to_string(server.port()) +
                        " user=x dbname=x sslmode=disable gssencmode=disable";
  const std::string runtime = folders->run + "/" + role;
  std::string text = role == "agent" ? "node = \"job1\"\n" : "supervisor = \"sup1\"\n";
  text += "runtime_dir = \"" + runtime + "\"\n[store]\nconninfo = \"" + conninfo + "\"\n";
  text += role == "agent" ? "[workers.mail]\ndriver = \"command\"\ncommand = [\"/bin/true\"]\n"
                          : "[databases.app]\nconninfo = \"" + conninfo + "\"\n";
  ASSERT_TRUE(demo::write_text(runtime + ".toml", text).has_value());
  host::SpawnSettings spawn;
  spawn.argv = {programs->jobflip, role, "--config", runtime + ".toml"};
  spawn.output = folders->logs + "/" + role + ".log";
  auto daemon = host::Process::spawn(spawn);
  ASSERT_TRUE(daemon.has_value()) << daemon.error().text;

  const auto log = [&] {
    const auto lines = demo::read_text(spawn.output);
    return lines ? *lines : std::string{};
  };
  EXPECT_TRUE(Site::within(90s, [&] { return server.connections().size() >= 12; }))
      << server.connections().size() << log();
  EXPECT_LE(server.most_in_a_second(), 10);
  EXPECT_FALSE(daemon->ended().has_value()) << log();
  // By now the daemon reconnects every few seconds, separately for each of its connections.
  const auto all = server.connections();
  ASSERT_GE(all.size(), 12U);
  EXPECT_GE(all[11] - all[0], 5s) << "the back-off does not grow";
  daemon->send(SIGTERM);
  EXPECT_TRUE(daemon->wait(20s).has_value());
}

INSTANTIATE_TEST_SUITE_P(Daemons, Reconnect, ::testing::Values("agent", "supervisor"),
                         [](const auto& role) { return std::string{role.param}; });

}  // namespace
}  // namespace jobflip::e2e

/// Runs the demo, which tells the main story from end to end, and checks its exit status, its last
/// line and what it leaves behind.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <regex>

#include "demo/command.hpp"
#include "demo/process_table.hpp"
#include "jobflip/host/process.hpp"
#include "support/build_paths.hpp"

namespace jobflip::e2e {
namespace {

using namespace std::chrono_literals;

host::SpawnSettings demo_run(const std::string& mark) {
  host::SpawnSettings settings;
  settings.argv = {test::build_path("jobflip"), "demo"};
  settings.environment = {{"E2E_DEMO", mark}};
  settings.own_group = true;
  return settings;
}

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

// From the line "a private PostgreSQL runs in /tmp/..., on a unix socket only".
std::string folder_of(const std::string& output) {
  std::smatch found;
  return std::regex_search(output, found, std::regex{"runs in (/tmp/[^,]+),"}) ? found[1].str()
                                                                               : "";
}

// Processes of the demo carry the mark. Guards and workers have their own environment, which
// contains the demo's folder.
bool left_processes(const std::string& mark, const std::string& output) {
  return !demo::processes_with({{"E2E_DEMO", mark}}).empty() ||
         !demo::processes_with({{"DEMO_RUN", folder_of(output)}}).empty();
}

TEST(Demo, TellsTheWholeStoryWithNoMailLostOrSentTwice) {
  const std::string mark = "story-" + std::to_string(::getpid());
  const auto ran = demo::run_to_end(demo_run(mark), ::testing::TempDir() + "demo_story.out", 150s);
  ASSERT_TRUE(ran.has_value()) << ran.error().text;
  EXPECT_EQ(ran->end, host::ProcessEnd{}) << ran->output;
  const std::regex line(
      R"(demo: 300 queued, 300 delivered, 0 lost, 0 twice, (\d+) repeated; )"
      R"(stall to verdict ([0-9.]+) s, verdict to active ([0-9.]+) s, )"
      R"(stall to next mail ([0-9.]+) s, agent killed: longest wait ([0-9.]+) s, )"
      R"(power cut to active ([0-9.]+) s)");
  std::smatch figures;
  const std::string last = last_line(ran->output);
  ASSERT_TRUE(std::regex_match(last, figures, line)) << ran->output;
  EXPECT_LE(std::stoi(figures[1]), 2) << "at most one mail in flight for each of the two kills";
  EXPECT_GE(std::stod(figures[2]), 2.0) << "before the window of 2 s had passed";
  EXPECT_LE(std::stod(figures[2]), 8.0);
  EXPECT_LE(std::stod(figures[3]), 4.0);
  EXPECT_LE(std::stod(figures[5]), 1.5);
  EXPECT_GE(std::stod(figures[6]), 2.0) << "before the lease of 3 s can have run out";
  ASSERT_NE(folder_of(ran->output), "");
  EXPECT_FALSE(left_processes(mark, ran->output));
  EXPECT_FALSE(std::filesystem::exists(folder_of(ran->output))) << "it left its folder behind";
}

TEST(Demo, EndsEverythingItStartedWhenItIsInterrupted) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const std::string mark = "cut-" + std::to_string(signal) + "-" + std::to_string(::getpid());
    auto settings = demo_run(mark);
    settings.output = ::testing::TempDir() + "demo_cut.out";
    std::filesystem::remove(settings.output);
    auto demo = host::Process::spawn(settings);
    ASSERT_TRUE(demo.has_value()) << demo.error().text;
    const Instant give_up = BootClock::now() + 40s;
    while (BootClock::now() < give_up &&
           demo::read_text(settings.output).value().find("mail flows") == std::string::npos)
      demo->wait(100ms);
    ASSERT_FALSE(demo->ended().has_value()) << demo::read_text(settings.output).value();
    demo->send(signal);
    const auto end = demo->wait(30s);
    ASSERT_TRUE(end.has_value()) << "the demo did not end";
    EXPECT_EQ(*end, (host::ProcessEnd{.exit_code = 1, .signal = 0}));
    const std::string output = demo::read_text(settings.output).value();
    ASSERT_NE(folder_of(output), "");
    EXPECT_FALSE(left_processes(mark, output));
    EXPECT_FALSE(std::filesystem::exists(folder_of(output))) << "it left its folder behind";
  }
}

TEST(Demo, RefusesAFolderThatIsInUse) {
  auto settings = demo_run("keep");
  settings.argv.insert(settings.argv.end(), {"--keep", "/etc"});
  const auto ran = demo::run_to_end(settings, ::testing::TempDir() + "demo_keep.out", 30s);
  ASSERT_TRUE(ran.has_value());
  EXPECT_EQ(ran->end.exit_code, 2);
  EXPECT_NE(ran->output.find("not an empty folder"), std::string::npos) << ran->output;
}

}  // namespace
}  // namespace jobflip::e2e

#include "demo/process_table.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "demo/command.hpp"
#include "jobflip/host/process.hpp"

namespace jobflip::demo {
namespace {

using namespace std::chrono_literals;

host::SpawnSettings sleeper(const std::string& mark) {
  host::SpawnSettings settings;
  settings.argv = {"/bin/sleep", "60"};
  settings.environment = {{"JOBFLIP_TEST_MARK", mark}, {"JOBFLIP_NODE", "job1"}};
  return settings;
}

TEST(ProcessTable, FindsAProcessByItsWholeEnvironment) {
  const std::string mark = "table-" + std::to_string(::getpid());
  auto child = host::Process::spawn(sleeper(mark));
  ASSERT_TRUE(child.has_value());
  // Its exec has succeeded, but the kernel may still have to say where its environment is.
  const Instant give_up = BootClock::now() + 5s;
  std::vector<Seen> found;
  while (found.empty() && BootClock::now() < give_up)
    found = processes_with({{"JOBFLIP_TEST_MARK", mark}, {"JOBFLIP_NODE", "job1"}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].pid, child->pid());
  EXPECT_EQ(found[0].parent, ::getpid());
  EXPECT_TRUE(processes_with({{"JOBFLIP_TEST_MARK", mark}, {"JOBFLIP_NODE", "job"}}).empty());
  EXPECT_TRUE(processes_with({{"JOBFLIP_TEST_MARK", mark + "x"}}).empty());
}

TEST(ProcessTable, SaysWhetherAProcessIsStoppedOrGone) {
  auto child = host::Process::spawn(sleeper("state"));
  ASSERT_TRUE(child.has_value());
  child->send(SIGSTOP);
  const Instant give_up = BootClock::now() + 5s;
  while (process(child->pid()).front().state != 'T' && BootClock::now() < give_up) {
  }
  EXPECT_EQ(process(child->pid()).front().state, 'T');
  child->send(SIGKILL);
  while (!process(child->pid()).empty() && BootClock::now() < give_up) {
  }
  EXPECT_TRUE(process(child->pid()).empty())
      << "a process that ended and was not reaped is gone too";
}

/// Only of this process, because tests run in parallel.
std::string scratch_file() {
  return ::testing::TempDir() + "command_test." + std::to_string(::getpid());
}

TEST(Command, GivesTheOutputOfAProgram) {
  const auto scratch = scratch_file();
  host::SpawnSettings settings;
  settings.argv = {"/bin/sh", "-c", "echo one; echo two >&2"};
  EXPECT_EQ(output_of(settings, scratch, 5s).value(), "one\ntwo\n");
}

TEST(Command, SaysHowAProgramFailedAndItsLastWords) {
  const auto scratch = scratch_file();
  host::SpawnSettings settings;
  settings.argv = {"/bin/sh", "-c", "echo no such table >&2; exit 3"};
  const auto failed = output_of(settings, scratch, 5s);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().text, "sh -c exited with 3:\nno such table");
}

TEST(Command, EndsAProgramThatDoesNotEnd) {
  const auto scratch = scratch_file();
  const Instant begin = BootClock::now();
  const auto failed = output_of(sleeper("deadline"), scratch, 100ms);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().text, "sleep did not end within 0.1 s");
  EXPECT_LT(BootClock::now() - begin, 10s);
}

}  // namespace
}  // namespace jobflip::demo

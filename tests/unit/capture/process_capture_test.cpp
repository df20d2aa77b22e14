// On a folder that is made up like /proc; black_box_test.cpp has real processes.
#include "jobflip/capture/process_capture.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/wait.h>

#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "jobflip/base/descriptor.hpp"
#include "unit/host/host_fixture.hpp"

namespace jobflip::capture {

using namespace host;  // its fixtures
namespace {

using std::chrono_literals::operator""s;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class ProcessCaptureTest : public HostFixture {
 protected:
  void write(const std::string& file, const std::string& text) const {
    const std::filesystem::path whole{path(file)};
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream{whole} << text;
  }

  static std::string stat(pid_t pid, pid_t parent, const std::string& name, char state) {
    return std::to_string(pid) + " (" + name + ") " + state + " " + std::to_string(parent) +
           " 1 1 0 -1 0 0 0 0 0 7 5 0 0 20 0 1 0 100 4096 77 1 1\n";
  }

  void process(pid_t pid, pid_t parent, const std::string& name = "mail", char state = 'S') const {
    const auto folder = "proc/" + std::to_string(pid);
    write(folder + "/stat", stat(pid, parent, name, state));
    write(folder + "/task/" + std::to_string(pid) + "/stat", stat(pid, parent, name, state));
    std::filesystem::create_directories(path(folder + "/fd"));
    write(folder + "/stack", "[<0>] do_sleep\n");
    write(folder + "/wchan", "do_sleep");
  }

  void file(pid_t pid, int number, const std::string& to) const {
    std::filesystem::create_symlink(
        to, path("proc/" + std::to_string(pid) + "/fd/" + std::to_string(number)));
  }

  ProcessCapture look(pid_t guard, const std::string& cgroup = "") const {
    return look_at({.cgroup = cgroup, .guard = guard, .not_this = 99, .proc = path("proc")},
                   BootClock::now() + 30s);
  }

  static std::vector<pid_t> pids(const ProcessCapture& look) {
    std::vector<pid_t> out;
    for (const auto& process : look.processes) out.push_back(process.stat.pid);
    return out;
  }
  static std::vector<std::string> parts(const ProcessCapture& look) {
    std::vector<std::string> out;
    for (const auto& missing : look.missing) out.push_back(missing.part);
    return out;
  }
};

TEST_F(ProcessCaptureTest, FollowsTheGuardsDescendantsAndNobodyElse) {
  process(10, 1, "guard");
  process(11, 10);
  process(12, 11, "a) R 1 (b");
  process(13, 10, "double fork");
  process(99, 10, "the capturer");
  process(50, 1, "a stranger");
  const auto seen = look(10);
  EXPECT_THAT(pids(seen), UnorderedElementsAre(11, 12, 13));
  EXPECT_THAT(seen.missing, IsEmpty());
  const auto& one = seen.processes[1];
  EXPECT_EQ(one.stat.name, "a) R 1 (b");
  EXPECT_EQ(one.wait_channel, "do_sleep");
  EXPECT_THAT(one.stack, ElementsAre("do_sleep"));
  EXPECT_THAT(one.threads, SizeIs(1));
}

TEST_F(ProcessCaptureTest, WhatIsInTheCgroupIsSeenWhoeverItsParentIs) {
  process(11, 1);
  process(12, 1);
  process(13, 12);
  write("cgroup/cgroup.procs", "11\nrubbish\n-3\n");
  write("cgroup/below/cgroup.procs", "12\n");
  EXPECT_THAT(pids(look(0, path("cgroup"))), UnorderedElementsAre(11, 12));
  EXPECT_THAT(parts(look(0, path("nowhere"))), Contains("processes"));
}

TEST_F(ProcessCaptureTest, ARoundOfParentsDoesNotKeepItForEver) {
  process(11, 12);
  process(12, 11);
  process(10, 11);
  EXPECT_THAT(pids(look(10)), IsEmpty());
  EXPECT_THAT(pids(look(11)), UnorderedElementsAre(10, 12));
}

TEST_F(ProcessCaptureTest, OneThatVanishesIsLeftOutAndNothingIsCalledMissing) {
  write("cgroup/cgroup.procs", "11\n12\n");
  process(12, 1);
  std::filesystem::remove_all(path("proc/12/task"));
  const auto seen = look(0, path("cgroup"));
  EXPECT_THAT(pids(seen), ElementsAre(12));
  EXPECT_THAT(seen.missing, IsEmpty());
  write("proc/11/stat", "11 (half");
  EXPECT_THAT(pids(look(0, path("cgroup"))), ElementsAre(12));
}

TEST_F(ProcessCaptureTest, CountsFilesByKindAndMatchesConnectionsByTheirSocket) {
  process(11, 10);
  file(11, 0, "/dev/null");
  file(11, 1, "pipe:[5]");
  file(11, 3, "socket:[77]");
  file(11, 4, "/home/ada/secret.txt");
  write(
      "proc/11/net/tcp",
      "  sl  local_address rem_address   st tx_queue rx_queue\n"
      "   0: 0100007F:09DD 0200007F:C350 01 00000010:0000002A 00:00000000 00000000 1000 0 77 1\n"
      "   1: 0100007F:0001 0200007F:0002 01 00000000:00000000 00:00000000 00000000 1000 0 78 1\n");
  const auto seen = look(10);
  const std::map<os::FileKind, int> wanted{{os::FileKind::device, 1},
                                           {os::FileKind::pipe, 1},
                                           {os::FileKind::socket, 1},
                                           {os::FileKind::regular, 1}};
  EXPECT_EQ(seen.processes.at(0).files, wanted);
  ASSERT_THAT(seen.connections, SizeIs(1));
  EXPECT_EQ(seen.connections[0].pid, 11);
  EXPECT_EQ(seen.connections[0].tcp.receive_queue, 42u);
  EXPECT_THAT(json_of(seen, 100'000), Not(HasSubstr("secret")));
}

TEST_F(ProcessCaptureTest, SaysWhatTheKernelDoesNotGive) {
  process(11, 10);
  std::filesystem::remove(path("proc/11/stack"));
  std::filesystem::remove(path("proc/11/fd"));
  EXPECT_THAT(parts(look(10)), UnorderedElementsAre("stack", "files", "tcp", "wchan"));
}

TEST_F(ProcessCaptureTest, IsBoundedInNumberAndInTime) {
  for (pid_t pid = 1000; pid < 1250; ++pid) process(pid, 10);
  for (pid_t tid = 1; tid < 100; ++tid)
    write("proc/1000/task/" + std::to_string(tid) + "/stat", stat(tid, 10, "t", 'S'));
  const auto seen = look(10);
  EXPECT_THAT(seen.processes, SizeIs(kMostProcesses));
  EXPECT_THAT(seen.processes[0].threads, SizeIs(kMostThreads));
  EXPECT_THAT(parts(seen), UnorderedElementsAre("threads", "processes"));

  const auto late = look_at({.cgroup = "", .guard = 10, .proc = path("proc")}, BootClock::now());
  EXPECT_THAT(late.processes, IsEmpty());
  EXPECT_THAT(parts(late), Contains("tcp"));
}

TEST_F(ProcessCaptureTest, AnotherUserSeesTheStateAndSaysWhatItMayNotSee) {
  if (::geteuid() != 0) GTEST_SKIP() << "ENVIRONMENT: wants root";
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  const Descriptor answer{pipe[0]};
  const pid_t looked_at = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setresgid(65'534, 65'534, 65'534) != 0 || ::setresuid(65'534, 65'534, 65'534) != 0)
      ::_exit(1);
    const auto text = json_of(
        look_at({.cgroup = "", .guard = ::getppid() == looked_at ? 1 : 0, .not_this = ::getpid()},
                BootClock::now() + 30s),
        60'000);
    ::_exit(::write(pipe[1], text.data(), text.size()) > 0 ? 0 : 1);
  }
  ::close(pipe[1]);
  std::string text;
  std::array<char, 4096> piece{};
  for (ssize_t got = 0; (got = ::read(answer.fd(), piece.data(), piece.size())) > 0;)
    text.append(piece.data(), static_cast<std::size_t>(got));
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  const auto seen = nlohmann::json::parse(text);
  EXPECT_FALSE(seen.at("processes").empty());
  for (const char* part : {"stack", "files", "tcp", "wchan"})
    EXPECT_THAT(seen.at("missing"),
                Contains(nlohmann::json{{"part", part}, {"why", "Permission denied"}}))
        << seen.at("missing").dump();
}

TEST_F(ProcessCaptureTest, TheJsonIsOneLineOfValidTextWhateverTheNameIs) {
  process(11, 10, "a\n\x80\x01\"");
  const auto text = json_of(look(10), 100'000);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  const auto parsed = nlohmann::json::parse(text);
  const auto& one = parsed.at("processes").at(0);
  EXPECT_EQ(one.at("name"), "a\n\xEF\xBF\xBD\x01\"");
  EXPECT_EQ(one.at("rss_kib"), 77 * 4);
  EXPECT_EQ(one.at("state"), "S");
}

}  // namespace
}  // namespace jobflip::capture

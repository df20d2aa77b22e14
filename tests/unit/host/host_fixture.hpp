#pragma once
/// Real processes in the test's own folder. Nothing here sleeps for a fixed time: it waits for a
/// condition, with a limit that even a loaded machine does not reach.

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "jobflip/guard/lease_page.hpp"
#include "jobflip/host/command_host.hpp"
#include "support/build_paths.hpp"

namespace jobflip::host {

inline constexpr Millis kLimit{10'000};

inline bool eventually(const std::function<bool()>& condition, Millis limit = kLimit) {
  const auto give_up = BootClock::now() + limit;
  while (!condition()) {
    if (BootClock::now() >= give_up) return false;
    ::poll(nullptr, 0, 2);
  }
  return true;
}

inline std::string read_text(const std::string& path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();  // no iterator: it throws if a process ends while its file is read
  return text.str();
}

/// The number that a script wrote to that file. Waits until the line is complete.
inline pid_t pid_in(const std::string& path) {
  const bool there = eventually([&] { return read_text(path).ends_with('\n'); });
  EXPECT_TRUE(there) << path << " was never written";
  return there ? std::stoi(read_text(path)) : -1;
}

/// A zombie counts as gone: it does nothing.
inline bool is_gone(pid_t pid) {
  const auto stat = read_text("/proc/" + std::to_string(pid) + "/stat");
  if (stat.empty()) return true;
  return stat.substr(stat.rfind(')') + 2, 1) == "Z";
}

class HostFixture : public ::testing::Test {
 protected:
  HostFixture() {
    std::string name = "/tmp/jobflip-host-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no folder for the test"};
    dir_ = name;
  }

  /// Nothing that a failed test left running may survive.
  ~HostFixture() override {
    for (const auto& entry : std::filesystem::directory_iterator{dir_})
      if (entry.path().extension() == ".lease") {
        end_guard(entry.path());
        remove_cgroup(entry.path());
      }
    std::error_code ignored;
    std::filesystem::remove_all(dir_, ignored);
  }

  std::string path(const std::string& name) const { return dir_ + "/" + name; }

  static std::string guard_program() { return test::build_path("jobflip-guard"); }

  /// Long enough for two slow cores, and short enough to wait for.
  static core::LeaseTimings timings() {
    core::LeaseTimings timings;
    timings.graceful_stop = Millis{400};
    timings.kill_to_empty = Millis{600};
    timings.guard_margin = Millis{400};
    return timings;
  }

  CommandSettings shell(const std::string& script) const {
    CommandSettings settings;
    settings.pool = PoolName::of("mail");
    settings.node = NodeName::of("job1");
    settings.runtime_dir = dir_;
    settings.argv = {"/bin/sh", "-c", script};
    settings.environment = {{"DIR", dir_}};
    if (::geteuid() == 0) settings.user = "root";
    settings.output = path("output");
    settings.guard_path = guard_program();
    return settings;
  }

  guard::MappedPage page() const {
    auto mapped = guard::MappedPage::open(path("mail.lease"), false);
    EXPECT_TRUE(mapped) << (mapped ? "" : mapped.error().text);
    return std::move(*mapped);
  }

  /// Like an agent's loop: check, wait for the descriptor, check again.
  static core::WorkerStatus wait_for(ports::WorkerHost& host, core::WorkerPhase phase,
                                     Millis limit = kLimit) {
    const auto give_up = BootClock::now() + limit;
    auto status = host.status();
    while (status.phase != phase && BootClock::now() < give_up) {
      pollfd news{host.event_descriptor(), POLLIN, 0};
      ::poll(&news, 1, 200);
      status = host.status();
    }
    EXPECT_EQ(status.phase, phase) << status.sentence;
    return status;
  }

  std::string dir_;

 private:
  /// A guard that a test killed can't remove it, and its worker may still be ending.
  static void remove_cgroup(const std::string& lease) {
    const auto page = guard::MappedPage::open(lease, false);
    const auto cgroup = page ? guard::load_cgroup(**page) : "";
    if (!cgroup.empty())
      eventually([&] { return ::rmdir(cgroup.c_str()) == 0 || errno != EBUSY; }, Millis{2000});
  }

  static void end_guard(const std::string& lease) {
    const auto alive = guard::is_guard_alive(guard::sibling_path(lease, ".guard"));
    if (!alive || !*alive) return;
    const auto page = guard::MappedPage::open(lease, false);
    if (!page) return;
    const auto pid = static_cast<pid_t>((*page)->guard_pid.load());
    (*page)->stop_by.store(1);
    if (pid > 1) ::kill(pid, SIGTERM);
    const auto gone = eventually([&] {
      const auto still = guard::is_guard_alive(guard::sibling_path(lease, ".guard"));
      return still && !*still;
    });
    if (!gone && pid > 1) ::kill(pid, SIGKILL);
  }
};

}  // namespace jobflip::host

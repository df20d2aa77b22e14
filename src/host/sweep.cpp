#include "host/sweep.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>

#include "jobflip/base/descriptor.hpp"
#include "jobflip/os/process_list.hpp"

namespace jobflip::host {
namespace {

bool has_mark(pid_t pid, const std::string& entry) {
  const auto environment = os::process_words(pid, "environ");
  return std::ranges::find(environment, entry) != environment.end();
}

/// Uses a pidfd that was opened before the second check, so that the number can't have been reused
/// by another process in between.
bool kill_marked(pid_t pid, const std::string& entry) {
  if (!has_mark(pid, entry)) return false;
  const Descriptor process{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
  if (!process.open() || !has_mark(pid, entry)) return false;
  ::syscall(SYS_pidfd_send_signal, process.fd(), SIGKILL, nullptr, 0);
  return true;
}

/// A cgroup that is gone had no process left: the kernel removes only empty ones.
bool is_gone(int error) {
  return error == ENOENT || error == ENODEV;
}

Sweep sweep_cgroup(const std::string& cgroup) {
  if (cgroup.empty() || cgroup.find("/jobflip-") == std::string::npos) return {};
  const Descriptor file{::open((cgroup + "/cgroup.events").c_str(), O_RDONLY | O_CLOEXEC)};
  std::array<char, 256> text{};
  const auto got = file.open() ? ::read(file.fd(), text.data(), text.size()) : -1;
  if (got < 0) return is_gone(errno) ? Sweep{0, true} : Sweep{1, false};
  const std::string_view events{text.data(), static_cast<std::size_t>(got)};
  if (events.find("populated 0") != std::string_view::npos) {
    ::rmdir(cgroup.c_str());
    return {0, true};
  }
  const Descriptor kill{::open((cgroup + "/cgroup.kill").c_str(), O_WRONLY | O_CLOEXEC)};
  if (kill.open() && ::write(kill.fd(), "1", 1) < 0) return {1, true};
  return {1, true};
}

}  // namespace

Sweep sweep_once(const std::string& mark, const std::string& cgroup) {
  const auto entry = "JOBFLIP_GUARD=" + mark;
  int found = 0;
  const auto looked = os::for_each_process([&](pid_t pid) {
    if (pid != ::getpid() && kill_marked(pid, entry)) ++found;
    return true;
  });
  // some could not be seen, so there may be some left
  if (!looked) return {std::max(found, 1), false};
  auto swept = sweep_cgroup(cgroup);
  swept.found = std::max(swept.found, found);
  return swept;
}

}  // namespace jobflip::host

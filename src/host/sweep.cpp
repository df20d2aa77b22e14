#include "host/sweep.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <memory>
#include <string_view>

#include "jobflip/base/descriptor.hpp"

namespace jobflip::host {
namespace {

constexpr std::size_t kEnvironmentLimit = 4 << 20;  // the kernel's own limit is of this order

std::string read_all(const std::string& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  std::string all;
  if (!file.open()) return all;
  std::array<char, 16'384> piece{};
  for (ssize_t got = 0; (got = ::read(file.fd(), piece.data(), piece.size())) > 0;) {
    all.append(piece.data(), static_cast<std::size_t>(got));
    if (all.size() > kEnvironmentLimit) break;
  }
  return all;
}

bool has_mark(pid_t pid, std::string_view entry) {
  const auto environment = read_all("/proc/" + std::to_string(pid) + "/environ");
  for (std::size_t at = 0; at < environment.size();) {
    const std::string_view one{environment.c_str() + at};
    if (one == entry) return true;
    at += one.size() + 1;
  }
  return false;
}

/// Through a pidfd that was opened before the second look, so that the number can't have passed on
/// to a stranger in between.
bool kill_marked(pid_t pid, std::string_view entry) {
  if (!has_mark(pid, entry)) return false;
  const Descriptor process{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
  if (!process.open() || !has_mark(pid, entry)) return false;
  ::syscall(SYS_pidfd_send_signal, process.fd(), SIGKILL, nullptr, 0);
  return true;
}

/// A cgroup that is gone had no process left: the kernel removes no other.
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
  const std::unique_ptr<DIR, int (*)(DIR*)> processes{::opendir("/proc"), ::closedir};
  if (!processes) return {1, false};  // nothing was seen, which is not the same as nothing left
  while (const dirent* one = ::readdir(processes.get())) {
    const std::string_view name{one->d_name};
    pid_t pid = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (read.ec != std::errc{} || read.ptr != name.data() + name.size() || pid == ::getpid())
      continue;
    if (kill_marked(pid, entry)) ++found;
  }
  auto swept = sweep_cgroup(cgroup);
  swept.found = std::max(swept.found, found);
  return swept;
}

}  // namespace jobflip::host

#include "guard/cgroup.hpp"

#include <fcntl.h>
#include <linux/sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "jobflip/guard/lease_page.hpp"
#include "jobflip/os/cgroup_tree.hpp"

namespace jobflip::guard {
namespace {

/// systemd is the only writer of its tree, except below a cgroup that it has marked as delegated.
bool may_write_below(const std::string& folder) {
  if (::access("/run/systemd/system", F_OK) != 0) return true;
  for (const char* mark : {"user.delegate", "trusted.delegate"}) {
    std::array<char, 8> value{};
    if (::getxattr(folder.c_str(), mark, value.data(), value.size()) >= 1 && value[0] == '1')
      return true;
  }
  return false;
}

}  // namespace

void keep_own_cgroup() noexcept {
  const auto folder = os::cgroup_mount() + os::cgroup_of("/proc/self");
  if (folder.empty() || !may_write_below(folder)) return;
  for (const char* file : {"", "/cgroup.procs", "/cgroup.threads", "/cgroup.subtree_control"})
    if (::chown((folder + file).c_str(), 0, 0) != 0) return;  // best effort
}

WorkersCgroup WorkersCgroup::make(const std::string& name) {
  const auto mount = os::cgroup_mount();
  const auto own = os::cgroup_of("/proc/self");
  if (mount.empty() || own.empty() || !may_write_below(mount + own)) return {};
  WorkersCgroup cgroup;
  cgroup.path_ = mount + (own == "/" ? "" : own) + "/" + name;
  if (cgroup.path_.size() >= LeasePage::kCgroupBytes) return {};
  if (::mkdir(cgroup.path_.c_str(), 0755) != 0) return {};
  const auto open = [&](const char* file, int flags) {
    return Descriptor{::open((cgroup.path_ + file).c_str(), flags | O_CLOEXEC)};
  };
  cgroup.folder_ = open("", O_PATH | O_DIRECTORY);
  cgroup.kill_ = open("/cgroup.kill", O_WRONLY);
  cgroup.events_ = open("/cgroup.events", O_RDONLY);
  if (cgroup.folder_.open() && cgroup.kill_.open() && cgroup.events_.open()) return cgroup;
  ::rmdir(cgroup.path_.c_str());
  return {};
}

pid_t WorkersCgroup::fork_into() const noexcept {
  if (!present()) return -1;
  clone_args how{};
  how.flags = CLONE_INTO_CGROUP;
  how.exit_signal = SIGCHLD;
  how.cgroup = static_cast<std::uint64_t>(folder_.fd());
  return static_cast<pid_t>(::syscall(SYS_clone3, &how, sizeof how));
}

void WorkersCgroup::kill_all() const noexcept {
  // a failure leaves is_empty() false and the loop goes on
  if (present() && ::pwrite(kill_.fd(), "1", 1, 0) < 0) return;
}

bool WorkersCgroup::is_empty() const noexcept {
  if (!present()) return true;
  std::array<char, 256> text{};
  const auto got = ::pread(events_.fd(), text.data(), text.size() - 1, 0);
  // a removed cgroup had no process left: the kernel removes only empty ones
  if (got < 0 && errno == ENODEV) return true;
  if (got <= 0) return false;
  return std::string_view{text.data(), static_cast<std::size_t>(got)}.find("populated 0") !=
         std::string_view::npos;
}

void WorkersCgroup::remove() noexcept {
  if (present()) ::rmdir(path_.c_str());
}

}  // namespace jobflip::guard

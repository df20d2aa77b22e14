#include "jobflip/host/host_inspector.hpp"

#include <dirent.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <sstream>
#include <string_view>

#include "host/bounded_file.hpp"
#include "host/errno_error.hpp"
#include "host/lease_page.hpp"
#include "host/unit_properties.hpp"

namespace jobflip::host {
namespace {

std::string read_file(const std::string& path) {
  const auto text = read_bounded(path, 1024 * 1024);  // fails where a process ends meanwhile
  return text ? *text : "";
}

/// The value of NAME= in an environment whose entries end with NUL.
std::string variable(const std::string& environment, std::string_view name) {
  for (std::size_t at = 0; at < environment.size();) {
    const std::string_view entry{environment.c_str() + at};
    if (entry.starts_with(name)) return std::string{entry.substr(name.size())};
    at += entry.size() + 1;
  }
  return "";
}

std::string control_group(const std::string& folder) {
  std::ifstream file{folder + "/cgroup"};
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("0::")) return line.substr(3);
  return "";
}

/// Where cgroup version 2 is mounted, "" where it is not.
std::string cgroup_mount() {
  std::ifstream mounts{"/proc/self/mounts"};
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words{line};
    std::string device;
    std::string point;
    std::string type;
    words >> device >> point >> type;
    if (type == "cgroup2") return point;
  }
  return "";
}

class SystemHostInspector : public ports::HostInspector {
 public:
  Result<core::UnitProperties> unit(const std::string& name) override {
    return read_unit_properties(name);
  }

  Result<std::vector<core::MarkedProcess>> processes() override {
    const std::unique_ptr<DIR, int (*)(DIR*)> all{::opendir("/proc"), ::closedir};
    if (!all) return errno_error("cannot look at /proc", errno);
    std::vector<core::MarkedProcess> marked;
    while (const dirent* one = ::readdir(all.get())) {
      const std::string_view name{one->d_name};
      core::MarkedProcess process;
      const auto read = std::from_chars(name.data(), name.data() + name.size(), process.pid);
      if (read.ec != std::errc{} || read.ptr != name.data() + name.size()) continue;
      const auto folder = "/proc/" + std::string{name};
      const auto environment = read_file(folder + "/environ");
      process.pool = variable(environment, "JOBFLIP_POOL=");
      if (process.pool.empty() || variable(environment, "JOBFLIP_GUARD=").empty()) continue;
      process.command = read_file(folder + "/comm");
      if (process.command.ends_with('\n')) process.command.pop_back();
      process.cgroup = control_group(folder);
      if (!process.cgroup.empty()) marked.push_back(std::move(process));  // else it ended
    }
    return marked;
  }

  std::string guard_cgroup(const std::string& page) override {
    const auto mapped = MappedPage::open(page, false);
    const auto boot = read_boot_mark();
    if (!mapped || !boot || !is_of_this_boot(**mapped, *boot) || !is_of_this_version(**mapped))
      return "";
    const auto path = load_cgroup(**mapped);
    const auto mount = cgroup_mount();
    return !mount.empty() && path.starts_with(mount + "/") ? path.substr(mount.size()) : "";
  }

  std::string filesystem_of(const std::string& path) override {
    struct ::statfs facts {};
    if (::statfs(path.c_str(), &facts) != 0) return "";
    constexpr std::uint64_t kTmpfs = 0x01021994;
    constexpr std::uint64_t kRamfs = 0x858458f6;
    const auto kind = static_cast<std::uint64_t>(facts.f_type);
    if (kind == kTmpfs) return "tmpfs";
    return kind == kRamfs ? "ramfs" : "a disk";
  }
};

}  // namespace

std::unique_ptr<ports::HostInspector> open_host_inspector() {
  return std::make_unique<SystemHostInspector>();
}

}  // namespace jobflip::host

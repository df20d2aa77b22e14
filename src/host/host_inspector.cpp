#include "jobflip/host/host_inspector.hpp"

#include <pwd.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "jobflip/guard/lease_page.hpp"
#include "jobflip/host/unit_properties.hpp"
#include "jobflip/os/bounded_file.hpp"
#include "jobflip/os/cgroup_tree.hpp"
#include "jobflip/os/process_list.hpp"

namespace jobflip::host {
namespace {

std::string read_file(const std::string& path) {
  const auto text = os::read_bounded(path, 1024 * 1024);  // fails if the process ends meanwhile
  return text ? *text : "";
}

/// Why there is no file of that kind; "" if there is one, or if this user may not look.
std::string why_no_file(const std::string& path, mode_t wanted) {
  struct ::stat facts {};
  if (::stat(path.c_str(), &facts) != 0)
    return errno == ENOENT || errno == ENOTDIR ? std::strerror(errno) : "";
  if (wanted == S_IFDIR) return S_ISDIR(facts.st_mode) ? "" : "it is not a folder";
  return S_ISDIR(facts.st_mode) ? "it is a folder" : "";
}

std::string why_no_program(const std::string& path) {
  const auto why = why_no_file(path, S_IFREG);
  struct ::stat facts {};
  if (!why.empty() || ::stat(path.c_str(), &facts) != 0) return why;
  return (facts.st_mode & 0111) != 0 ? "" : "it is not executable";
}

std::string why_no_user(const std::string& name) {
  errno = 0;
  if (::getpwnam(name.c_str()) != nullptr) return "";
  const bool failed = errno != 0 && errno != ENOENT && errno != ESRCH;
  return failed ? "" : "there is no such user";
}

/// A file to append to is made when it is missing.
std::string why_not_appendable(const std::string& path) {
  const auto why = why_no_file(path, S_IFREG);
  if (::access(path.c_str(), F_OK) == 0) return why;
  const auto folder = std::filesystem::path{path}.parent_path().string();
  const auto why_not = why_no_file(folder, S_IFDIR);
  if (!why_not.empty()) return folder + ": " + why_not;
  if (::geteuid() == 0 || ::access(folder.c_str(), W_OK) == 0 || errno != EACCES) return "";
  return folder + ": this user may not create a file there";
}

class SystemHostInspector : public ports::HostInspector {
 public:
  Result<setup::UnitProperties> unit(const std::string& name) override {
    return read_unit_properties(name);
  }

  Result<std::vector<setup::MarkedProcess>> processes() override {
    std::vector<setup::MarkedProcess> marked;
    const auto looked = os::for_each_process([&](pid_t pid) {
      const auto environment = os::process_words(pid, "environ");
      setup::MarkedProcess process;
      process.pid = pid;
      process.pool = os::variable_in(environment, "JOBFLIP_POOL");
      if (process.pool.empty() || os::variable_in(environment, "JOBFLIP_GUARD").empty())
        return true;
      process.page = os::variable_in(environment, "JOBFLIP_PAGE");
      const auto folder = "/proc/" + std::to_string(pid);
      process.command = read_file(folder + "/comm");
      if (process.command.ends_with('\n')) process.command.pop_back();
      process.cgroup = os::cgroup_of(folder);
      if (!process.cgroup.empty()) marked.push_back(std::move(process));  // otherwise it ended
      return true;
    });
    if (!looked)
      return Error{ErrorCode::host_failed, "cannot look at /proc: " + looked.error().text, ""};
    return marked;
  }

  std::string guard_cgroup(const std::string& page) override {
    const auto mapped = guard::MappedPage::open(page, false);
    const auto boot = guard::read_boot_mark();
    if (!mapped || !boot || !guard::is_of_this_boot(**mapped, *boot) ||
        !guard::is_of_this_version(**mapped))
      return "";
    const auto path = guard::load_cgroup(**mapped);
    const auto mount = os::cgroup_mount();
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

  std::string why_not(ports::Named what, const std::string& name) override {
    switch (what) {
      case ports::Named::program:
        return why_no_program(name);
      case ports::Named::user:
        return why_no_user(name);
      case ports::Named::file_to_read:
        return why_no_file(name, S_IFREG);
      case ports::Named::file_to_append_to:
        return why_not_appendable(name);
    }
    return "";
  }
};

}  // namespace

std::unique_ptr<ports::HostInspector> open_host_inspector() {
  return std::make_unique<SystemHostInspector>();
}

}  // namespace jobflip::host

#include "host/strays.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "jobflip/guard/lease_page.hpp"
#include "jobflip/host/unconfigured_host.hpp"
#include "jobflip/os/errno_error.hpp"
#include "jobflip/os/process_list.hpp"

namespace jobflip::host {
namespace {

constexpr std::string_view kGuardName = "jobflip-guard";

std::string folder_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

bool is_same_folder(const std::string& a, const std::string& b) {
  if (a == b) return true;
  struct stat one {};
  struct stat other {};
  return ::stat(a.c_str(), &one) == 0 && ::stat(b.c_str(), &other) == 0 &&
         one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/// One page may have several paths: through a link, or a second mount.
bool is_same_page(const std::string& a, const std::string& b) {
  return a.find('/') != std::string::npos && a.substr(a.rfind('/')) == b.substr(b.rfind('/')) &&
         is_same_folder(folder_of(a), folder_of(b));
}

/// Any user may give a process a guard's name and command line. The real user of a guard is root or
/// the agent's own user. The owner of /proc/12 is not enough: it is root for a process that is not
/// dumpable, and for a setuid program.
bool may_be_guard(pid_t pid) {
  const auto words = os::process_words(pid, "status");
  constexpr std::string_view kLine = "\nUid:\t";
  const auto at = words.empty() ? std::string::npos : words.front().find(kLine);
  if (at == std::string::npos) return true;  // unknown: no evidence that it belongs to another user
  const auto* digits = words.front().c_str() + at + kLine.size();
  uid_t real = 0;
  if (std::from_chars(digits, words.front().c_str() + words.front().size(), real).ec != std::errc{})
    return true;
  return real == 0 || real == ::geteuid();
}

/// The page of a guard, "" for any other process.
std::string page_of_guard(pid_t pid) {
  const auto words = os::process_words(pid, "cmdline");
  if (words.empty() || !words.front().ends_with(kGuardName)) return "";
  for (std::size_t i = 1; i + 1 < words.size() && words[i] != "--"; ++i)
    if (words[i] == "--page") return may_be_guard(pid) ? words[i + 1] : "";
  return "";
}

bool is_worker_of(pid_t pid, const std::string& page_path) {
  const std::string name = std::string{kPageVariable} + "=";
  return std::ranges::any_of(os::process_words(pid, "environ"), [&](const std::string& entry) {
    return entry.starts_with(name) && is_same_page(entry.substr(name.size()), page_path);
  });
}

/// Visits processes until `visit` answers true. After an error it has visited none.
Result<void> look_at_others(const std::function<bool(pid_t)>& visit) {
  const auto looked =
      os::for_each_process([&](pid_t pid) { return pid == ::getpid() || !visit(pid); });
  if (!looked)
    return Error{ErrorCode::host_failed, "cannot read /proc: " + looked.error().text, ""};
  return {};
}

/// "/run/jobflip/mail.guard" -> mail.
std::optional<PoolName> pool_of(std::string_view file_name) {
  for (const std::string_view suffix : {guard::kLeaseSuffix, ".guard", ".events", ".orders"}) {
    if (!file_name.ends_with(suffix)) continue;
    file_name.remove_suffix(suffix.size());
    if (auto pool = PoolName::parse(file_name, "pool")) return *pool;
  }
  return std::nullopt;
}

}  // namespace

bool is_guard_of(pid_t pid, const std::string& page_path) {
  return pid > 0 && is_same_page(page_of_guard(pid), page_path);
}

Result<std::string> find_stray(const std::string& page_path) {
  std::string found;
  const auto looked = look_at_others([&](pid_t pid) {
    if (is_same_page(page_of_guard(pid), page_path)) {
      found = "its guard (process " + std::to_string(pid) + ") runs";
    } else if (is_worker_of(pid, page_path)) {
      found = "a worker of it (process " + std::to_string(pid) + ") runs";
    }
    return !found.empty();
  });
  if (!looked) return looked.error();
  return found;
}

Result<std::vector<PoolName>> pools_known_to(const std::string& runtime_dir) {
  std::vector<PoolName> pools;
  const auto add = [&pools](std::string_view file_name) {
    const auto pool = pool_of(file_name);
    if (pool && std::ranges::find(pools, *pool) == pools.end()) pools.push_back(*pool);
  };
  const std::unique_ptr<DIR, int (*)(DIR*)> folder{::opendir(runtime_dir.c_str()), ::closedir};
  if (!folder) return os::errno_error("cannot read runtime_dir " + runtime_dir, errno);
  for (;;) {
    errno = 0;
    const dirent* one = ::readdir(folder.get());
    if (one == nullptr && errno != 0)
      return os::errno_error("cannot read runtime_dir " + runtime_dir, errno);
    if (one == nullptr) break;
    add(one->d_name);
  }
  const auto looked = look_at_others([&](pid_t pid) {
    const auto page = page_of_guard(pid);
    if (page.find('/') != std::string::npos && is_same_folder(folder_of(page), runtime_dir))
      add(page.substr(page.rfind('/') + 1));
    return false;
  });
  if (!looked) return looked.error();
  return pools;
}

}  // namespace jobflip::host

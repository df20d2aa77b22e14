#include "jobflip/host/runtime_dir.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include "host/replace_file.hpp"
#include "jobflip/base/descriptor.hpp"
#include "jobflip/guard/lease_page.hpp"
#include "jobflip/os/errno_error.hpp"

namespace jobflip::host {
namespace {

struct FolderLock {
  Descriptor folder;
  Descriptor name;
};

std::string read_small(int fd) {
  std::array<char, 256> text{};
  const auto got = ::pread(fd, text.data(), text.size(), 0);
  return got > 0 ? std::string{text.data(), static_cast<std::size_t>(got)} : "";
}

Result<void> make_folder(const std::string& path) {
  if (!path.starts_with('/'))
    return Error{ErrorCode::config,
                 "runtime_dir \"" + printable(path, 300) + "\" is not an absolute path",
                 "write the whole path"};
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return os::errno_error("cannot make runtime_dir " + path, errno,
                           "make it yourself, or set runtime_dir to a folder on a tmpfs");
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) != 0)
    return os::errno_error("cannot look at runtime_dir " + path, errno);
  const auto refused = [&](const std::string& why, std::string hint) {
    return Error{ErrorCode::refused, "runtime_dir " + printable(path) + why, std::move(hint)};
  };
  if (!S_ISDIR(facts.st_mode)) return refused(" is not a folder", "name a folder");
  if (facts.st_uid != ::geteuid())
    return refused(" belongs to user " + std::to_string(facts.st_uid) + ", not to " +
                       std::to_string(::geteuid()),
                   "run the agent as its owner, or chown it");
  if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return refused(" can be written to by others", "chmod 0700 it");
  return {};
}

std::string pid_in(int fd) {
  const auto text = read_small(fd);
  return printable(text.substr(0, text.find('\n')), 20);
}

Error taken_by(const std::string& path, const std::string& who, const std::string& pid) {
  return {ErrorCode::refused,
          "runtime_dir " + printable(path) + " is in use by " + printable(who, 100) + " (pid " +
              pid + ")",
          "stop that one, or give this one a runtime_dir of its own"};
}

constexpr std::string_view kLockPrefix = "agent-";
constexpr std::string_view kSupervisorPrefix = "supervisor-";
constexpr std::string_view kLockSuffix = ".lock";

/// Refused if an agent of any node has locked its file in this folder. An agent that is gone left a
/// file without a lock.
Result<void> check_locks(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder{::opendir(path.c_str()), ::closedir};
  if (!folder) return os::errno_error("cannot read runtime_dir " + path, errno);
  for (;;) {
    errno = 0;
    const dirent* one = ::readdir(folder.get());
    if (one == nullptr && errno != 0)
      return os::errno_error("cannot read runtime_dir " + path, errno);
    if (one == nullptr) return {};
    const std::string_view name{one->d_name};
    if (!name.starts_with(kLockPrefix) || !name.ends_with(kLockSuffix)) continue;
    const auto file_path = path + "/" + std::string{name};
    const Descriptor file{
        ::open(file_path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    if (!file.open())
      return os::errno_error("cannot tell whether another agent has locked " + file_path, errno,
                             "remove it if no agent runs here");
    if (::flock(file.fd(), LOCK_SH | LOCK_NB) == 0) continue;
    if (errno != EWOULDBLOCK)
      return os::errno_error("cannot ask for the lock of " + file_path, errno);
    const auto node =
        name.substr(kLockPrefix.size(), name.size() - kLockPrefix.size() - kLockSuffix.size());
    return taken_by(path, "the agent of node " + std::string{node}, pid_in(file.fd()));
  }
}

Result<Descriptor> lock_name(const std::string& path, std::string_view prefix,
                             const NodeName& node) {
  const auto file_path = path + "/" + std::string{prefix} + node.str() + std::string{kLockSuffix};
  Descriptor file{::open(file_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!file.open()) return os::errno_error("cannot open " + file_path, errno);
  if (::flock(file.fd(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return os::errno_error("cannot lock " + file_path, errno);
    return taken_by(path,
                    (prefix == kLockPrefix ? "the agent of node " : "supervisor ") + node.str(),
                    pid_in(file.fd()));
  }
  const auto pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(file.fd(), 0) != 0 ||
      ::pwrite(file.fd(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size()))
    return os::errno_error("cannot write " + file_path, errno);
  return file;
}

/// Locks the folder itself: a file that is missing, stale or named after another node can't make it
/// look free, and a second path or mount is the same folder. The file tells people, and an agent of
/// an older version, who has it.
Result<FolderLock> lock_folder(const std::string& path, const NodeName& node) {
  Descriptor folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)};
  if (!folder.open()) return os::errno_error("cannot open runtime_dir " + path, errno);
  const bool locked = ::flock(folder.fd(), LOCK_EX | LOCK_NB) == 0;
  if (!locked && errno != EWOULDBLOCK)
    return os::errno_error("cannot lock runtime_dir " + path, errno);
  if (auto checked = check_locks(path); !checked) return checked.error();
  if (!locked) return taken_by(path, "an agent whose lock file is gone", "unknown");
  auto name = lock_name(path, kLockPrefix, node);
  if (!name) return name.error();
  return FolderLock{std::move(folder), std::move(*name)};
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

/// The file has two lines, boot and instance, and is replaced as a whole.
Result<Uuid> keep_instance(const std::string& path, const NodeName& node) {
  const auto boot_mark = guard::read_boot_mark();
  if (!boot_mark) return boot_mark.error();
  const auto boot = guard::hex_of((*boot_mark)[0], (*boot_mark)[1]);
  const auto file_path = path + "/agent-" + node.str() + ".instance";
  {
    const Descriptor file{::open(file_path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    const auto text = file.open() ? read_small(file.fd()) : "";
    if (text.size() == boot.size() + 38 && text.starts_with(boot + "\n"))
      if (auto uuid = text.substr(boot.size() + 1, 36); is_uuid(uuid)) return Uuid{std::move(uuid)};
  }
  const auto instance = random_uuid();
  const auto written =
      replace_file(file_path, boot + "\n" + instance.text + "\n", {.durable = Durable::yes});
  if (!written) return written.error();
  return instance;
}

}  // namespace

RuntimeDir::RuntimeDir(std::string path, Uuid instance, std::array<int, 2> locks) noexcept
    : path_{std::move(path)}, instance_{std::move(instance)}, locks_{locks} {}

RuntimeDir::RuntimeDir(RuntimeDir&& other) noexcept
    : path_{std::move(other.path_)},
      instance_{std::move(other.instance_)},
      locks_{std::exchange(other.locks_, {-1, -1})} {}

RuntimeDir& RuntimeDir::operator=(RuntimeDir&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(instance_, other.instance_);
  std::swap(locks_, other.locks_);
  return *this;
}

RuntimeDir::~RuntimeDir() {
  for (const int lock : locks_)
    if (lock >= 0) ::close(lock);
}

Result<RuntimeDir> open_runtime_dir(const std::string& path, const NodeName& node) {
  if (auto made = make_folder(path); !made) return made.error();
  auto lock = lock_folder(path, node);
  if (!lock) return lock.error();
  auto instance = keep_instance(path, node);
  if (!instance) return instance.error();
  return RuntimeDir{path, std::move(*instance), {lock->folder.release(), lock->name.release()}};
}

Result<RuntimeDir> open_supervisor_dir(const std::string& path, const NodeName& supervisor) {
  if (auto made = make_folder(path); !made) return made.error();
  auto lock = lock_name(path, kSupervisorPrefix, supervisor);
  if (!lock) return lock.error();
  auto instance = keep_instance(path, supervisor);
  if (!instance) return instance.error();
  return RuntimeDir{path, std::move(*instance), {-1, lock->release()}};
}

Result<std::string> default_runtime_dir() {
  if (const char* given = ::getenv("RUNTIME_DIRECTORY"); given != nullptr && *given == '/') {
    const std::string text{given};
    return text.substr(0, text.find(':'));
  }
  if (::geteuid() == 0) return std::string{"/run/jobflip"};
  if (const char* own = ::getenv("XDG_RUNTIME_DIR"); own != nullptr && *own == '/')
    return std::string{own} + "/jobflip";
  return Error{ErrorCode::config, "there is no folder for the runtime state",
               "set runtime_dir to a folder of the agent's user on a tmpfs"};
}

}  // namespace jobflip::host

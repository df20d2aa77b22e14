#include "demo/folders.hpp"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace jobflip::demo {
namespace {

namespace fs = std::filesystem;

Error os_error(const std::string& what) {
  return {ErrorCode::host_failed, what + ": " + std::strerror(errno), ""};
}

Result<void> make_folder(const std::string& path, const std::optional<Account>& owner) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error)
    return Error{ErrorCode::host_failed, "cannot make " + path + ": " + error.message(), ""};
  // set, not left to the umask: others may read the folder, and only its owner may change it
  if (::chmod(path.c_str(), 0755) != 0) return os_error("cannot open up " + path);
  if (owner && ::chown(path.c_str(), owner->user, owner->group) != 0)
    return os_error("cannot give away " + path);
  return {};
}

Result<void> check_keep(const std::string& keep) {
  std::error_code error;
  if (!fs::exists(keep, error)) return {};
  if (fs::is_directory(keep, error) && fs::is_empty(keep, error)) return {};
  return Error{ErrorCode::usage, "--keep " + keep + ": it exists and is not an empty folder",
               "name a new one"};
}

}  // namespace

Result<std::optional<Account>> unprivileged_account() {
  if (::geteuid() != 0) return std::optional<Account>{};
  for (const char* name : {"postgres", "nobody"})
    if (const passwd* entry = ::getpwnam(name); entry != nullptr)
      return std::optional{Account{entry->pw_uid, entry->pw_gid}};
  return Error{ErrorCode::host_failed, "there is neither a user postgres nor a user nobody here",
               "run the demo as an ordinary user"};
}

Result<Folders> Folders::make(const std::string& keep, const std::optional<Account>& account) {
  Folders made;
  if (!keep.empty()) {
    if (auto good = check_keep(keep); !good) return good.error();
    made.keep = fs::absolute(keep).lexically_normal().string();
  }
  // not $TMPDIR: the path of a socket has room for 107 bytes
  std::string pattern = "/tmp/jobflip-demo-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) return os_error("cannot make a folder in /tmp");
  made.root = pattern;
  // others may pass through to their own folders, and may not list this one
  if (::chmod(made.root.c_str(), 0711) != 0) return os_error("cannot open up " + made.root);
  made.cluster = made.root + "/pg";
  made.run = made.root + "/run";
  const std::string& lasting = keep.empty() ? made.root : made.keep;
  made.mail = lasting + "/mail";
  made.logs = lasting + "/logs";
  for (const std::string* own : {&made.cluster, &made.mail})
    if (auto good = make_folder(*own, account); !good) return good.error();
  for (const std::string* ours : {&made.run, &made.logs})
    if (auto good = make_folder(*ours, std::nullopt); !good) return good.error();
  return made;
}

Folders::Folders(Folders&& other) noexcept
    : root{std::exchange(other.root, {})},
      cluster{std::move(other.cluster)},
      run{std::move(other.run)},
      mail{std::move(other.mail)},
      logs{std::move(other.logs)},
      keep{std::move(other.keep)} {}

Folders::~Folders() {
  std::error_code ignored;
  if (!root.empty()) fs::remove_all(root, ignored);
}

}  // namespace jobflip::demo

#include "demo/programs_and_folders.hpp"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

namespace jobflip::demo {
namespace {

namespace fs = std::filesystem;

bool is_program(const std::string& path) {
  return ::access(path.c_str(), X_OK) == 0;
}

// in PATH, and where Debian puts what is only for administrators
std::string look_up(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::string folders = std::string{path == nullptr ? "" : path} + ":/usr/bin:/usr/sbin:/sbin";
  for (std::size_t begin = 0; begin <= folders.size();) {
    const auto end = std::min(folders.find(':', begin), folders.size());
    const std::string candidate = folders.substr(begin, end - begin) + "/" + name;
    if (end > begin && is_program(candidate)) return candidate;
    begin = end + 1;
  }
  return "";
}

// the newest version that jobflip supports
std::string postgres_folder() {
  for (int version = 30; version >= 14; --version) {
    const std::string folder = "/usr/lib/postgresql/" + std::to_string(version) + "/bin";
    if (is_program(folder + "/initdb") && is_program(folder + "/postgres")) return folder;
  }
  const std::string initdb = look_up("initdb");
  return initdb.empty() ? "" : fs::path(initdb).parent_path().string();
}

std::string beside(const std::string& jobflip, const std::string& name) {
  const fs::path folder = fs::path(jobflip).parent_path();
  for (const fs::path& candidate : {folder / name, folder / "../libexec/jobflip" / name})
    if (is_program(candidate)) return fs::weakly_canonical(candidate).string();
  return "";
}

Error os_error(const std::string& what) {
  return {ErrorCode::host_failed, what + ": " + std::strerror(errno), ""};
}

Result<void> make_folder(const std::string& path, const std::optional<Account>& owner) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error)
    return Error{ErrorCode::host_failed, "cannot make " + path + ": " + error.message(), ""};
  // set, not left to the umask: others may read what is in it, and only its owner changes it
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

Result<Programs> find_programs(const std::string& jobflip) {
  std::error_code error;
  Programs found;
  found.jobflip = jobflip.empty() ? fs::read_symlink("/proc/self/exe", error).string() : jobflip;
  found.email_worker = beside(found.jobflip, "email-worker");
  found.postgres_folder = postgres_folder();
  found.psql = look_up("psql");
  found.smtp_sink = look_up("smtp-sink");
  std::string missing;
  if (found.postgres_folder.empty()) missing += " initdb and postgres (14 or newer),";
  if (found.psql.empty()) missing += " psql,";
  if (found.smtp_sink.empty()) missing += " smtp-sink,";
  if (!missing.empty()) {
    missing.pop_back();
    return Error{ErrorCode::host_failed, "the demo needs programs that are not here:" + missing,
                 "apt-get install -y postgresql postfix"};
  }
  if (found.email_worker.empty())
    return Error{ErrorCode::host_failed,
                 "the demo needs email-worker beside " + found.jobflip +
                     " or in ../libexec/jobflip, and it is in neither",
                 "build everything: cmake --build build/release"};
  return found;
}

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
  // others may pass through, to reach what is theirs, and not look around
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

#include "cli/new_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "cli/output_file.hpp"
#include "jobflip/base/check.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/base/write_all.hpp"

namespace jobflip::cli {
namespace {

constexpr int kNewFile = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
constexpr int kFolder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

Error cannot(std::string_view what, const std::string& path, int number) {
  const auto shown = printable(path, 200);
  if (number == EEXIST)
    return {ErrorCode::refused, fmt::format("{} is there already: it was not overwritten", shown),
            "look whether it is still needed; if not, remove it and run this again"};
  if (number == ELOOP || number == ENOTDIR)
    return {ErrorCode::refused, fmt::format("{} is a link, or not a folder", shown),
            "name a folder of your own, or one that is not there yet"};
  return {ErrorCode::host_failed,
          fmt::format("{} can't be {}: {}", shown, what, std::strerror(number)),
          "check the folder and its rights, and whether the disk is full"};
}

/// True if all of it is on the disk.
bool put(int fd, std::string_view text) {
  return write_all(fd, text) && ::fsync(fd) == 0;
}

/// Nobody but this user (or root) may put a file or a link there.
Result<void> check_private(int fd, const std::string& path) {
  struct stat about {};
  if (::fstat(fd, &about) != 0) return cannot("read", path, errno);
  if (about.st_uid == ::geteuid() && (about.st_mode & (S_IWGRP | S_IWOTH)) == 0) return {};
  return Error{
      ErrorCode::refused,
      fmt::format("{} belongs to somebody else, or others may write into it", printable(path, 200)),
      "passwords need a folder of your own: chmod 700, or name another with --out"};
}

/// Whoever owns the folder above could put another one in its place before somebody copies from it.
Result<void> check_parent(int fd, const std::string& path) {
  struct stat about {};
  if (::fstatat(fd, "..", &about, 0) != 0) return cannot("read", path + "/..", errno);
  const bool ours = about.st_uid == ::geteuid() || about.st_uid == 0;
  const bool shared = (about.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (about.st_mode & S_ISVTX) == 0;
  if (ours && !shared) return {};
  return Error{ErrorCode::refused,
               fmt::format("the folder that {} is in belongs to somebody else, or others may "
                           "rename what is in it",
                           printable(path, 200)),
               "passwords need a folder that nobody else can replace: name another with --out"};
}

}  // namespace

Result<void> SecretFolder::open() {
  if (folder_.open()) return {};
  if (::mkdir(path_.c_str(), 0700) == 0) {
    made_.push_back({"", true});
    if (!sync_folder_of(path_)) return cannot("made", path_, errno);
  } else if (errno != EEXIST) {
    return cannot("made", path_, errno);
  }
  folder_.reset(::open(path_.c_str(), kFolder));
  if (!folder_.open()) return cannot("opened", path_, errno);
  if (auto parent = check_parent(folder_.fd(), path_); !parent) return parent;
  return check_private(folder_.fd(), path_);
}

Result<void> SecretFolder::write(const std::string& path, std::string_view text) {
  if (auto opened = open(); !opened) return opened;
  const auto slash = path.find('/');
  JF_CHECK(slash != std::string::npos);
  const auto sub = path.substr(0, slash);
  const auto name = path.substr(slash + 1);
  if (::mkdirat(folder_.fd(), sub.c_str(), 0700) == 0)
    made_.push_back({sub, true});
  else if (errno != EEXIST)
    return cannot("made", path_ + "/" + sub, errno);
  const Descriptor inner{::openat(folder_.fd(), sub.c_str(), kFolder)};
  if (!inner.open()) return cannot("opened", path_ + "/" + sub, errno);
  if (auto good = check_private(inner.fd(), path_ + "/" + sub); !good) return good;
  const Descriptor file{::openat(inner.fd(), name.c_str(), kNewFile, 0600)};
  if (!file.open()) return cannot("written", path_ + "/" + path, errno);
  made_.push_back({path, false});
  if (!put(file.fd(), text) || ::fsync(inner.fd()) != 0 || ::fsync(folder_.fd()) != 0)
    return cannot("written", path_ + "/" + path, errno);
  return {};
}

SecretFolder::~SecretFolder() {
  for (auto made = made_.rbegin(); made != made_.rend(); ++made) {
    if (made->path.empty())
      ::rmdir(path_.c_str());
    else
      ::unlinkat(folder_.fd(), made->path.c_str(), made->is_folder ? AT_REMOVEDIR : 0);
  }
}

std::string folder_of(const Options& options) {
  auto folder = options.folder;
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  return folder;
}

Result<void> write_new_file(const std::string& path, std::string_view text) {
  const Descriptor file{::open(path.c_str(), kNewFile, 0640)};
  if (!file.open()) return cannot("written", path, errno);
  if (::fchmod(file.fd(), 0640) == 0 && put(file.fd(), text) && sync_folder_of(path)) return {};
  const int number = errno;
  ::unlink(path.c_str());
  return cannot("written", path, number);
}

std::string new_password() {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::array<std::uint8_t, 32> random{};
  JF_CHECK(::getrandom(random.data(), random.size(), 0) == static_cast<ssize_t>(random.size()));
  std::string out;
  for (const auto byte : random) out += kLetters[byte & 63U];  // 6 bits of each
  return out;
}

}  // namespace jobflip::cli

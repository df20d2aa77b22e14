#include "host/environment_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "jobflip/base/descriptor.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/os/errno_error.hpp"

namespace jobflip::host {
namespace {

constexpr std::size_t kMostBytes = 64 * 1024;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const auto from = text.find_first_not_of(kSpace);
  if (from == text.npos) return {};
  return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

bool is_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && !(text.front() >= '0' && text.front() <= '9') &&
         std::ranges::all_of(text, fits) && !text.starts_with("JOBFLIP_");
}

std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
                      text.back() == text.front();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

/// A credential of systemd belongs to root, with the agent in its access list. That shows as the
/// group's right to read; the group is root then.
Result<void> check_rights(const std::string& path, const struct stat& facts) {
  const auto refuse = [&](const std::string& why) {
    return Error{ErrorCode::refused, "environment_file " + printable(path, 200) + " " + why,
                 "chown it to root or the agent's user, and chmod 600 it"};
  };
  if (!S_ISREG(facts.st_mode)) return refuse("is not a file");
  if (facts.st_uid != 0 && facts.st_uid != ::geteuid())
    return refuse("is user " + std::to_string(facts.st_uid) + "'s, who could change it");
  if ((facts.st_mode & (S_IRWXO | S_IWGRP)) != 0) return refuse("is open to others");
  if ((facts.st_mode & S_IRGRP) != 0 && facts.st_gid != 0 && facts.st_gid != ::getegid())
    return refuse("can be read by group " + std::to_string(facts.st_gid));
  return {};
}

Result<std::string> read_all(const std::string& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  const auto what = "environment_file " + printable(path, 200) + " can't be read";
  if (!file.open())
    return os::errno_error(what, errno, "it must be there when the worker is started");
  struct stat facts {};
  if (::fstat(file.fd(), &facts) != 0) return os::errno_error(what, errno);
  if (auto checked = check_rights(path, facts); !checked) return checked.error();
  std::string text;
  std::array<char, 4096> piece{};
  for (;;) {
    const auto got = ::read(file.fd(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return os::errno_error(what, errno);
    if (got == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > kMostBytes)
      return Error{ErrorCode::refused, what + ": it has more than 64 KiB", ""};
  }
}

}  // namespace

Result<std::map<std::string, std::string>> read_environment_file(const std::string& path) {
  const auto text = read_all(path);
  if (!text) return text.error();
  std::map<std::string, std::string> out;
  std::string_view rest{*text};
  for (int number = 1; !rest.empty(); ++number) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty() || line.starts_with('#')) continue;
    const auto equals = line.find('=');
    const auto name = trimmed(line.substr(0, equals));
    const auto value = equals == line.npos ? "" : unquoted(trimmed(line.substr(equals + 1)));
    if (equals == line.npos || !is_name(name) || value.find('\0') != value.npos)
      return Error{ErrorCode::refused,
                   "environment_file " + printable(path, 200) + ": line " + std::to_string(number) +
                       " is not NAME=VALUE",
                   "a name has letters, digits and _, and does not begin with JOBFLIP_"};
    out[std::string{name}] = value;
  }
  return out;
}

}  // namespace jobflip::host

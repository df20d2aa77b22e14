#include "host/unit_trust.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

namespace jobflip::host {
namespace {

namespace fs = std::filesystem;

/// Who may write a file without counting as "others".
struct Trusted {
  uid_t root{0};
  std::optional<uid_t> user;
  std::optional<gid_t> group;
};

std::optional<id_t> number_of(const std::string& text) {
  id_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size())
    return std::nullopt;
  return number;
}

const ::passwd* user_of(const std::string& name) {
  if (const auto number = number_of(name)) return ::getpwuid(*number);
  return ::getpwnam(name.c_str());
}

/// "" if only trusted users may write it or replace it.
std::string who_may_write(const fs::path& path, const fs::path& top, const Trusted& trusted) {
  std::error_code failed;
  auto at = fs::weakly_canonical(path, failed);
  for (;; at = at.parent_path()) {
    struct stat facts {};
    if (::stat(at.c_str(), &facts) == 0) {
      const bool sticky = S_ISDIR(facts.st_mode) && (facts.st_mode & S_ISVTX) != 0;
      const auto what = at == path ? std::string{} : " in " + at.string();
      if (facts.st_uid != trusted.root && facts.st_uid != 0 &&
          !(trusted.user && facts.st_uid == *trusted.user))
        return "user " + std::to_string(facts.st_uid) + " may write" +
               (what.empty() ? " it" : what);
      if ((facts.st_mode & S_IWOTH) != 0 && !sticky)
        return "anybody may write" + (what.empty() ? " it" : what);
      if ((facts.st_mode & S_IWGRP) != 0 && !sticky && facts.st_gid != 0 &&
          !(trusted.group && facts.st_gid == *trusted.group))
        return "group " + std::to_string(facts.st_gid) + " may write" +
               (what.empty() ? " it" : what);
    }
    if (at == top || at == at.parent_path()) return "";
  }
}

bool is_plain_path(const std::string& text) {
  return text.starts_with('/') && text.find_first_of("%*?[") == std::string::npos;
}

bool in_file(const char* path, const std::string& name) {
  const std::unique_ptr<FILE, int (*)(FILE*)> file{std::fopen(path, "re"), &std::fclose};
  if (!file) return false;
  if (std::string{path} == "/etc/passwd") {
    while (const ::passwd* one = ::fgetpwent(file.get()))
      if (name == one->pw_name) return true;
    return false;
  }
  while (const ::group* one = ::fgetgrent(file.get()))
    if (name == one->gr_name) return true;
  return false;
}

/// A name that a guard resolves by itself: a number, a specifier of systemd, or one in the file.
bool is_found_by_guard(const char* path, const std::string& name) {
  return number_of(name) || name.find('%') != std::string::npos || in_file(path, name);
}

std::vector<std::string> words(const std::vector<std::string>& lines) {
  std::vector<std::string> out;
  for (const auto& line : lines)
    for (std::size_t at = 0; (at = line.find_first_not_of(" \t", at)) != line.npos;) {
      const auto end = std::min(line.find_first_of(" \t", at), line.size());
      out.push_back(line.substr(at, end - at));
      at = end;
    }
  return out;
}

}  // namespace

std::vector<std::string> writable_parts(const std::string& root, const setup::UnitSource& unit) {
  const fs::path top{root.empty() ? "/" : root};
  std::error_code failed;
  const auto real_top = fs::weakly_canonical(top, failed);
  Trusted trusted;
  struct stat facts {};
  if (::stat(top.c_str(), &facts) == 0) trusted.root = facts.st_uid;
  std::vector<std::string> out;
  const auto look = [&](const std::string& path, const Trusted& who) {
    const auto why = who_may_write(root + path, real_top, who);
    const auto line = path + ": " + why;
    if (!why.empty() && std::ranges::find(out, line) == out.end()) out.push_back(line);
  };
  look(unit.file, trusted);
  for (const auto& one : unit.assignments) look(one.file, trusted);
  if (const auto* user = user_of(setup::value_of(unit, setup::kServiceSection, "User"))) {
    trusted.user = user->pw_uid;
    trusted.group = user->pw_gid;
  }
  for (auto path : setup::values_of(unit, setup::kServiceSection, "EnvironmentFile")) {
    if (path.starts_with('-')) path.erase(0, 1);
    if (is_plain_path(path)) look(path, trusted);
  }
  return out;
}

std::optional<setup::UserNumbers> directory_user_of(const setup::UnitSource& unit) {
  const auto name = setup::value_of(unit, setup::kServiceSection, "User");
  const auto group_name = setup::value_of(unit, setup::kServiceSection, "Group");
  const auto more = words(setup::values_of(unit, setup::kServiceSection, "SupplementaryGroups"));
  if (name.empty() || name.find('%') != std::string::npos) return std::nullopt;
  const auto by_guard = [](const std::string& one) { return is_found_by_guard("/etc/group", one); };
  if (is_found_by_guard("/etc/passwd", name) && (group_name.empty() || by_guard(group_name)) &&
      std::ranges::all_of(more, by_guard))
    return std::nullopt;
  const auto* user = user_of(name);
  if (user == nullptr) return std::nullopt;  // the guard reports that there is none
  auto group = user->pw_gid;
  const auto group_of = [](const std::string& one) -> std::optional<gid_t> {
    if (const auto number = number_of(one)) return *number;
    const auto* found = ::getgrnam(one.c_str());
    return found == nullptr ? std::nullopt : std::optional{found->gr_gid};
  };
  if (!group_name.empty()) {
    const auto found = group_of(group_name);
    if (!found) return std::nullopt;
    group = *found;
  }
  std::vector<gid_t> groups(1024);
  int count = static_cast<int>(groups.size());
  if (::getgrouplist(user->pw_name, group, groups.data(), &count) < 0) return std::nullopt;
  groups.resize(static_cast<std::size_t>(count));
  for (const auto& one : more)
    if (const auto found = group_of(one)) groups.push_back(*found);
  setup::UserNumbers out{std::to_string(user->pw_uid), std::to_string(group), {}};
  for (const auto one : groups)
    if (one != group) out.groups.push_back(std::to_string(one));
  return out;
}

bool is_same_user(const std::string& one, const std::string& other) {
  if (one == other) return true;
  const auto id_of = [](const std::string& name) -> std::optional<id_t> {
    if (const auto number = number_of(name)) return number;
    const auto* found = user_of(name);
    return found == nullptr ? std::nullopt : std::optional<id_t>{found->pw_uid};
  };
  const auto id = id_of(one);
  return id && id == id_of(other);
}

}  // namespace jobflip::host

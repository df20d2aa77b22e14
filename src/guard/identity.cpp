#include "guard/identity.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "jobflip/base/escape.hpp"

namespace jobflip::guard {
namespace {

constexpr std::size_t kGroupsMax = 65'536;  // NGROUPS_MAX of Linux

Error unknown(const char* what, const std::string& name, const char* file) {
  return Error{ErrorCode::refused,
               std::string{"there is no "} + what + " \"" + printable(name, 60) + "\" in " + file,
               "create it, or fix User= and Group= of the unit, and type `jobflip adopt` again: it "
               "writes the numbers of a user that a directory service knows"};
}

/// A number, except the one that the kernel reads as "leave it as it is".
std::optional<id_t> number_of(std::string_view text) {
  id_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() ||
      number == static_cast<id_t>(-1))
    return std::nullopt;
  return number;
}

using File = std::unique_ptr<FILE, int (*)(FILE*)>;

struct User {
  std::string name;
  uid_t id{};
  gid_t group{};
};

std::optional<User> find_user(const std::string& name, std::optional<id_t> number) {
  const File file{std::fopen("/etc/passwd", "re"), &std::fclose};
  if (!file) return std::nullopt;
  while (const ::passwd* one = ::fgetpwent(file.get()))
    if (number ? one->pw_uid == *number : name == one->pw_name)
      return User{one->pw_name, one->pw_uid, one->pw_gid};
  return std::nullopt;
}

void each_group(const std::function<void(const ::group&)>& look) {
  const File file{std::fopen("/etc/group", "re"), &std::fclose};
  if (!file) return;
  while (const ::group* one = ::fgetgrent(file.get())) look(*one);
}

Result<gid_t> group_of(const std::string& name) {
  if (const auto number = number_of(name)) return *number;
  std::optional<gid_t> found;
  each_group([&](const ::group& one) {
    if (!found && name == one.gr_name) found = one.gr_gid;
  });
  if (!found) return unknown("group", name, "/etc/group");
  return *found;
}

/// All groups that `user` is a member of, including `first`.
std::vector<gid_t> groups_of(const std::string& user, gid_t first) {
  std::vector<gid_t> groups{first};
  each_group([&](const ::group& one) {
    for (char** member = one.gr_mem; member != nullptr && *member != nullptr; ++member)
      if (user == *member && groups.size() < kGroupsMax &&
          std::ranges::find(groups, one.gr_gid) == groups.end())
        groups.push_back(one.gr_gid);
  });
  return groups;
}

}  // namespace

Result<Identity> resolve_identity(const Arguments& arguments) {
  Identity identity;
  if (arguments.user.empty()) return identity;
  if (::geteuid() != 0)
    return Error{ErrorCode::refused, "--user wants a guard that is root, and this one is not",
                 "`jobflip adopt` writes ExecStart= with the \"!\" that it takes"};
  identity.wanted = true;
  const auto number = number_of(arguments.user);
  const auto found = find_user(arguments.user, number);
  if (!found && (!number || arguments.group.empty()))
    return unknown("user", arguments.user, "/etc/passwd");
  identity.user = found ? found->id : *number;
  if (found) identity.group = found->group;
  if (!arguments.group.empty()) {
    const auto group = group_of(arguments.group);
    if (!group) return group.error();
    identity.group = *group;
  }
  if (found) identity.groups = groups_of(found->name, identity.group);
  for (const auto& one : arguments.supplementary) {
    const auto group = group_of(one);
    if (!group) return group.error();
    if (std::ranges::find(identity.groups, *group) == identity.groups.end())
      identity.groups.push_back(*group);
  }
  return identity;
}

bool Identity::become() const noexcept {
  if (!wanted) return true;
  return ::setgroups(groups.size(), groups.data()) == 0 && ::setresgid(group, group, group) == 0 &&
         ::setresuid(user, user, user) == 0;
}

}  // namespace jobflip::guard

#include "guard/identity.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "jobflip/base/escape.hpp"

namespace jobflip::guard {
namespace {

constexpr std::size_t kGroupsMax = 65'536;  // NGROUPS_MAX of Linux

Error unknown(const char* what, const std::string& name) {
  return Error{ErrorCode::refused,
               std::string{"there is no "} + what + " \"" + printable(name, 60) + "\" on this host",
               "make it, or mend User= and Group= of the unit and type `jobflip adopt` again"};
}

/// A number, but for the one that the kernel reads as "leave it as it is".
std::optional<id_t> number_of(std::string_view text) {
  id_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() ||
      number == static_cast<id_t>(-1))
    return std::nullopt;
  return number;
}

Result<gid_t> group_of(const std::string& name) {
  if (const auto number = number_of(name)) return *number;
  const ::group* found = ::getgrnam(name.c_str());
  if (found == nullptr) return unknown("group", name);
  return found->gr_gid;
}

/// All groups that `user` is a member of, `first` among them.
std::vector<gid_t> groups_of(const char* user, gid_t first) {
  std::vector<gid_t> groups(32);
  for (;;) {
    int count = static_cast<int>(groups.size());
    if (::getgrouplist(user, first, groups.data(), &count) >= 0) {
      groups.resize(static_cast<std::size_t>(count));
      return groups;
    }
    if (groups.size() >= kGroupsMax) return groups;
    groups.resize(groups.size() * 2);
  }
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
  const ::passwd* found = number ? ::getpwuid(*number) : ::getpwnam(arguments.user.c_str());
  if (found == nullptr && (!number || arguments.group.empty()))
    return unknown("user", arguments.user);
  identity.user = found != nullptr ? found->pw_uid : *number;
  if (found != nullptr) identity.group = found->pw_gid;
  const std::string name = found != nullptr ? found->pw_name : "";
  if (!arguments.group.empty()) {
    const auto group = group_of(arguments.group);
    if (!group) return group.error();
    identity.group = *group;
  }
  if (!name.empty()) identity.groups = groups_of(name.c_str(), identity.group);
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

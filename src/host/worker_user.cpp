#include "host/worker_user.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "jobflip/base/escape.hpp"

namespace jobflip::host {
namespace {

Result<std::vector<gid_t>> groups_of(const ::passwd& user) {
  std::vector<gid_t> groups(1024);
  int count = static_cast<int>(groups.size());
  if (::getgrouplist(user.pw_name, user.pw_gid, groups.data(), &count) < 0)
    return Error{ErrorCode::host_failed,
                 "user \"" + printable(user.pw_name, 60) + "\" is in more than 1,024 groups", ""};
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

}  // namespace

Result<WorkerUser> resolve_worker_user(const std::string& name) {
  const bool root = ::geteuid() == 0;
  if (name.empty() && !root) return WorkerUser{};
  if (name.empty())
    return Error{ErrorCode::refused,
                 "the agent is root, and its command has no user: it would be root, too",
                 "set user = \"NAME\" beside command; \"root\" where it must be root"};
  const ::passwd* user = ::getpwnam(name.c_str());
  if (user == nullptr)
    return Error{ErrorCode::refused,
                 "there is no user \"" + printable(name, 60) + "\" on this host",
                 "create it, or fix user in the agent's file"};
  if (user->pw_uid == ::geteuid()) return WorkerUser{};
  if (!root)
    return Error{
        ErrorCode::refused,
        "the agent is not root and can't start its command as user \"" + printable(name, 60) + "\"",
        "make the worker a unit with User= and adopt it (driver = \"systemd\"), or run the "
        "agent as root"};
  const auto groups = groups_of(*user);
  if (!groups) return groups.error();
  WorkerUser out;
  out.guard_words = {"--user", std::to_string(user->pw_uid), "--group",
                     std::to_string(user->pw_gid)};
  for (const auto group : *groups) {
    if (group == user->pw_gid) continue;
    out.guard_words.emplace_back("--supplementary-group");
    out.guard_words.push_back(std::to_string(group));
  }
  out.environment = {{"HOME", user->pw_dir},
                     {"USER", user->pw_name},
                     {"LOGNAME", user->pw_name},
                     {"SHELL", user->pw_shell}};
  return out;
}

}  // namespace jobflip::host

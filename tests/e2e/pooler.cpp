#include "e2e/pooler.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "demo/command.hpp"

namespace jobflip::e2e {
namespace {

constexpr int kPort = 6432;

std::string settings_text(const demo::Folders& folders, const std::string& folder) {
  // Every version refuses a connection that sends `options` unless it is configured to ignore
  // them.
  return fmt::format(R"([databases]
* = host={}
[pgbouncer]
unix_socket_dir = {}
listen_port = {}
auth_type = trust
auth_file = {}/logins
pool_mode = transaction
default_pool_size = 3
ignore_startup_parameters = options
)",
                     folders.cluster, folder, kPort, folder);
}

host::Process start(const demo::Folders& folders, const std::optional<demo::Account>& account,
                    const std::string& folder, const std::vector<std::string>& logins) {
  std::filesystem::create_directory(folder);
  if (account && ::chown(folder.c_str(), account->user, account->group) != 0)
    throw std::runtime_error("chown " + folder);
  std::string known;
  for (const auto& login : logins) known += fmt::format("\"{}\" \"\"\n", login);
  if (!demo::write_text(folder + "/logins", known) ||
      !demo::write_text(folder + "/pooler.ini", settings_text(folders, folder)))
    throw std::runtime_error("cannot write into " + folder);
  ::chmod((folder + "/logins").c_str(), 0644);
  ::chmod((folder + "/pooler.ini").c_str(), 0644);
  host::SpawnSettings spawn;
  spawn.argv = {Pooler::kProgram, folder + "/pooler.ini"};
  spawn.output = folders.logs + "/pooler.log";
  spawn.own_group = true;
  if (account) {
    spawn.user = account->user;
    spawn.group = account->group;
  }
  auto process = host::Process::spawn(spawn);
  if (!process) throw std::runtime_error(process.error().text);
  return std::move(*process);
}

}  // namespace

// In the cluster's folder, because that user can reach it.
Pooler::Pooler(const demo::Folders& folders, const std::optional<demo::Account>& account,
               const std::vector<std::string>& logins)
    : folder_{folders.cluster + "/pooler"}, process_{start(folders, account, folder_, logins)} {
  const std::string socket = fmt::format("{}/.s.PGSQL.{}", folder_, kPort);
  for (int look = 0; look < 200; ++look) {
    if (std::filesystem::exists(socket)) return;
    if (process_.ended()) break;
    ::poll(nullptr, 0, 50);
  }
  throw std::runtime_error("the pooler did not start: see pooler.log");
}

std::string Pooler::conninfo(const std::string& login) const {
  return fmt::format("host={} port={} user={} dbname=app", folder_, kPort, login);
}

}  // namespace jobflip::e2e

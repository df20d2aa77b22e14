#include "demo/cluster.hpp"

#include <poll.h>

#include <csignal>
#include <utility>

#include "demo/command.hpp"

namespace jobflip::demo {
namespace {

constexpr Millis kInitDeadline{60'000};
constexpr Millis kStartDeadline{30'000};
constexpr Millis kSqlDeadline{15'000};
constexpr int kNoConnection = 2;  // exit status of psql

host::SpawnSettings as(const std::optional<Account>& account, std::vector<std::string> argv) {
  host::SpawnSettings settings;
  settings.argv = std::move(argv);
  if (account) {
    settings.user = account->user;
    settings.group = account->group;
  }
  return settings;
}

Result<void> make_data(const Programs& programs, const Folders& folders,
                       const std::optional<Account>& account) {
  const std::string data = folders.cluster + "/data";
  auto settings =
      as(account, {programs.postgres_folder + "/initdb", "-D", data, "-U", "postgres", "-A",
                   "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"});
  settings.folder = folders.cluster;
  auto made = output_of(std::move(settings), folders.logs + "/initdb.out", kInitDeadline);
  if (!made) return made.error();
  return {};
}

host::SpawnSettings server_command(const Programs& programs, const Folders& folders,
                                   const std::optional<Account>& account) {
  auto settings =
      as(account, {programs.postgres_folder + "/postgres", "-D", folders.cluster + "/data", "-c",
                   "listen_addresses=", "-c", "unix_socket_directories=" + folders.cluster, "-c",
                   "unix_socket_permissions=0700", "-c", "max_connections=60", "-c",
                   "log_line_prefix=%m [%p] %u "});
  settings.folder = folders.cluster;
  settings.output = folders.logs + "/postgres.log";
  settings.own_group = true;
  return settings;
}

}  // namespace

Result<Cluster> Cluster::start(const Programs& programs, const Folders& folders,
                               const std::optional<Account>& account) {
  if (auto made = make_data(programs, folders, account); !made) return made.error();
  const auto command = server_command(programs, folders, account);
  auto server = host::Process::spawn(command);
  if (!server) return server.error();
  Cluster cluster(std::move(*server), command, programs.psql, folders.logs + "/psql.out");
  if (auto answers = cluster.await_answer(); !answers) return answers.error();
  if (auto made = cluster.sql("create database app", "postgres", "postgres"); !made)
    return made.error();
  return cluster;
}

// After a kill -9 of the server its sessions need a moment to notice; until then a new one refuses.
Result<void> Cluster::start_again() {
  const Instant give_up = BootClock::now() + kStartDeadline;
  for (;;) {
    auto server = host::Process::spawn(command_);
    if (!server) return server.error();
    server_ = std::move(*server);
    auto answers = await_answer();
    if (answers || BootClock::now() >= give_up) return answers;
    ::poll(nullptr, 0, 200);
  }
}

// pg_isready is not enough: a server may accept connections that then fail
Result<void> Cluster::await_answer() {
  const Instant give_up = BootClock::now() + kStartDeadline;
  for (;;) {
    const auto answer = sql("select 1", "postgres", "postgres");
    if (answer) return {};
    if (!alive() || BootClock::now() >= give_up)
      return Error{ErrorCode::host_failed, "PostgreSQL did not start: " + answer.error().text,
                   "look into " + command_.output};
    ::poll(nullptr, 0, 50);
  }
}

std::string Cluster::conninfo(const std::string& login, const std::string& database) const {
  return "host=" + command_.folder + " user=" + login + " dbname=" + database;
}

Result<std::string> Cluster::sql(const std::string& text, const std::string& login,
                                 const std::string& database) const {
  host::SpawnSettings settings;
  settings.argv = {
      psql_, "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", conninfo(login, database),
      "-c",  text};
  auto ran = run_to_end(std::move(settings), scratch_, kSqlDeadline);
  if (!ran) return ran.error();
  while (!ran->output.empty() && ran->output.back() == '\n') ran->output.pop_back();
  if (ran->end == host::ProcessEnd{}) return std::move(ran->output);
  const bool unreachable = ran->end == host::ProcessEnd{.exit_code = kNoConnection, .signal = 0};
  return Error{unreachable ? ErrorCode::store_unreachable : ErrorCode::host_failed,
               "psql " + host::describe(ran->end) + ": " + ran->output, ""};
}

void Cluster::stop(Millis grace) {
  server_.send(SIGINT);
  if (!server_.wait(grace)) {
    server_.send(SIGQUIT);
    server_.end(Millis{2000});
  }
}

}  // namespace jobflip::demo

#include "faults/store.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "demo/command.hpp"
#include "demo/process_table.hpp"
#include "faults/sql.hpp"

namespace jobflip::faults {
namespace {

namespace fs = std::filesystem;
constexpr Millis kDeadline{60'000};
constexpr const char* kFaketime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
constexpr const char* kReplica = "replica";  // folder of the socket that replication uses

void within(Millis at_most, const std::string& what, const std::function<bool()>& holds) {
  const Instant give_up = BootClock::now() + at_most;
  while (!holds()) {
    if (BootClock::now() >= give_up) throw std::runtime_error(what + ": timed out");
    ::poll(nullptr, 0, 50);
  }
}

void write(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::trunc);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

}  // namespace

Store::Store(const demo::Programs& programs, const std::string& folder, const std::string& logs,
             const std::optional<demo::Account>& account, Links& links)
    : programs_{programs},
      folder_{folder},
      logs_{logs},
      account_{account},
      faketime_{::access(kFaketime, R_OK) == 0 ? kFaketime : ""},
      replication_{std::make_shared<Wire>()} {
  for (const char* sub : {"", "/dead", "/replica"}) {
    fs::create_directories(folder_ + sub);
    if (account_ && ::chown((folder_ + sub).c_str(), account_->user, account_->group) != 0)
      throw std::runtime_error("cannot change the owner of " + folder_);
  }
  shift_clock(0);
  output_of({programs_.postgres_folder + "/initdb", "-D", data(0), "-U", "postgres", "-A", "trust",
             "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"});
  write(data(0) + "/postgresql.auto.conf",
        "listen_addresses = ''\nmax_connections = 60\nshared_buffers = 32MB\nwal_level = replica\n"
        "max_wal_senders = 5\nhot_standby = on\nwal_keep_size = 64MB\n"
        "unix_socket_permissions = 0777\nlog_line_prefix = '%m [%p] %u '\n"
        "wal_sender_timeout = 0\nwal_receiver_timeout = 0\nlog_checkpoints = off\n");
  for (const int which : {0, 1})  // the host name "primary", as seen through a link
    links.add_local(replication_, fmt::format("{}/{}/.s.PGSQL.{}", folder_, kReplica, port(which)),
                    socket(which));
  for (const int which : {0, 1})
    fs::permissions(fmt::format("{}/{}/.s.PGSQL.{}", folder_, kReplica, port(which)),
                    fs::perms::all);
  start();
}

Store::~Store() {
  for (const int which : {0, 1})
    if (server_[which]) {
      server_[which]->send(SIGCONT);
      server_[which]->send(SIGQUIT);
      server_[which]->wait(Millis{5000});
    }
}

std::string Store::socket(int which) const {
  return fmt::format("{}/.s.PGSQL.{}", folder_, port(which));
}

std::string Store::conninfo(const std::string& login) const {
  return fmt::format(
      "host={0},{0} port={1},{2} user={3} dbname=app target_session_attrs=read-write", folder_,
      port(0), port(1), login);
}

std::string Store::conninfo(const std::string& login, const std::string& address, int port_a,
                            int port_b) {
  return fmt::format(
      "host={0},{0} port={1},{2} user={3} dbname=app target_session_attrs=read-write", address,
      port_a, port_b, login);
}

std::string Store::output_of(std::vector<std::string> argv) const {
  host::SpawnSettings spawn;
  spawn.argv = std::move(argv);
  spawn.folder = folder_;
  if (account_) {
    spawn.user = account_->user;
    spawn.group = account_->group;
  }
  auto ran = demo::output_of(std::move(spawn), logs_ + "/postgres-tools.out", kDeadline);
  if (!ran) throw std::runtime_error(ran.error().text);
  return std::move(*ran);
}

bool Store::answers(int which, const std::string& socket_folder, const std::string& sql) const {
  Sql store(
      fmt::format("host={} port={} user=postgres dbname=postgres", socket_folder, port(which)));
  const auto rows = store.ask(sql);
  return rows && !rows->empty() && rows->front().front() == "t";
}

void Store::start_one(int which, const std::string& socket_folder, bool shifted) {
  host::SpawnSettings spawn;
  spawn.argv = {programs_.postgres_folder + "/postgres",
                "-D",
                data(which),
                "-p",
                std::to_string(port(which)),
                "-c",
                "unix_socket_directories=" + socket_folder};
  spawn.folder = folder_;
  spawn.output = logs_ + "/postgres-" + std::to_string(which) + ".log";
  spawn.own_group = true;
  if (account_) {
    spawn.user = account_->user;
    spawn.group = account_->group;
  }
  if (shifted && has_clock())
    spawn.environment = {{"LD_PRELOAD", faketime_},
                         {"FAKETIME_TIMESTAMP_FILE", folder_ + "/clock"},
                         {"FAKETIME_NO_CACHE", "1"},
                         {"FAKETIME_DISABLE_SHM", "1"},
                         {"FAKETIME_DONT_FAKE_MONOTONIC", "1"},
                         {"DONT_FAKE_MONOTONIC", "1"}};
  const Instant give_up = BootClock::now() + kDeadline;
  // Sessions of a killed server need a moment to end; a new server refuses to start until then.
  do {
    auto server = host::Process::spawn(spawn);
    if (!server) throw std::runtime_error(server.error().text);
    server_[which].emplace(std::move(*server));
    within(kDeadline, "PostgreSQL starts",
           [&] { return server_[which]->ended() || answers(which, socket_folder, "select true"); });
    if (BootClock::now() >= give_up) throw std::runtime_error("PostgreSQL does not start");
  } while (server_[which]->ended());
}

void Store::stop_one(int which, int signal) {
  server_[which]->send(SIGCONT);
  server_[which]->send(signal);
  if (!server_[which]->wait(Millis{20'000})) throw std::runtime_error("PostgreSQL does not stop");
  server_[which].reset();
}

void Store::stop() {
  stop_one(primary_, SIGINT);
}

void Store::crash() {
  stop_one(primary_, SIGQUIT);
}

void Store::start() {
  start_one(primary_, folder_, true);
}

void Store::kill_backend(pid_t pid) const {
  for (const auto& seen : demo::process(pid))
    if (server_[primary_] && seen.parent == server_[primary_]->pid()) ::kill(pid, SIGKILL);
}

void Store::signal_all(int signal) const {
  if (!server_[primary_]) return;
  const pid_t head = server_[primary_]->pid();
  ::kill(head, signal);
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const auto pid = static_cast<pid_t>(std::atol(entry.path().filename().c_str()));
    if (pid <= 1) continue;
    for (const auto& seen : demo::process(pid))
      if (seen.parent == head) ::kill(pid, signal);
  }
}

void Store::shift_clock(int seconds) const {
  // Replaced atomically: PostgreSQL reads it each time it reads the clock.
  write(folder_ + "/clock.new", fmt::format("{:+d}\n", seconds));
  fs::permissions(folder_ + "/clock.new", fs::perms(0644));
  fs::rename(folder_ + "/clock.new", folder_ + "/clock");
}

void Store::make_replica() {
  const int replica = 1 - primary_;
  if (server_[replica]) stop_one(replica, SIGQUIT);
  replication_->heal();
  fs::remove_all(data(replica));
  output_of({programs_.postgres_folder + "/pg_basebackup", "-D", data(replica), "-h",
             folder_ + "/" + kReplica, "-p", std::to_string(port(primary_)), "-U", "postgres", "-R",
             "-c", "fast", "-X", "stream", "--no-sync"});
  start_one(replica, folder_, true);
  within(kDeadline, "the replica catches up", [&] {
    return answers(primary_, folder_,
                   "select count(*) = 1 from pg_stat_replication where state = 'streaming' "
                   "and replay_lag is not distinct from replay_lag");
  });
}

void Store::promote() {
  stop_one(primary_, SIGQUIT);
  primary_ = 1 - primary_;
  output_of(
      {programs_.postgres_folder + "/pg_ctl", "promote", "-w", "-t", "30", "-D", data(primary_)});
  ++branches_;
}

}  // namespace jobflip::faults

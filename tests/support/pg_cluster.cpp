#include "support/pg_cluster.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "support/postgres_programs.hpp"

namespace jobflip::test {
namespace {

using namespace std::chrono_literals;

struct Ran {
  int status{};
  std::string output;
};

/// In the child: switches to a user who may run a PostgreSQL, and dies with its parent.
void become_unprivileged(int death_signal) {
  if (getuid() == 0) {
    const auto* nobody = getpwnam("nobody");
    if (nobody == nullptr || setgroups(0, nullptr) != 0 || setgid(nobody->pw_gid) != 0 ||
        setuid(nobody->pw_uid) != 0)
      _exit(126);
  }
  prctl(PR_SET_PDEATHSIG, death_signal);
}

pid_t spawn(const std::vector<std::string>& argv, int input, int output, int death_signal) {
  std::vector<char*> raw;
  for (const auto& word : argv) raw.push_back(const_cast<char*>(word.c_str()));
  raw.push_back(nullptr);
  const pid_t child = fork();
  if (child != 0) return child;
  become_unprivileged(death_signal);
  if (chdir("/") != 0) _exit(126);
  dup2(input, 0);
  dup2(output, 1);
  dup2(output, 2);
  closefrom(3);
  execv(raw[0], raw.data());
  _exit(127);
}

/// Runs a program to its end, for `limit` at most; `input` must fit in a pipe (64 KiB).
Ran run(const std::vector<std::string>& argv, const std::string& input,
        std::chrono::seconds limit) {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  const pid_t child = spawn(argv, in[0], out[1], SIGKILL);
  close(in[0]);
  close(out[1]);
  if (write(in[1], input.data(), input.size()) != static_cast<ssize_t>(input.size()))
    throw std::runtime_error("write to " + argv[0]);
  close(in[1]);
  Ran ran;
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (char buffer[4096];;) {
    pollfd fd{out[0], POLLIN, 0};
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left <= 0ms || poll(&fd, 1, static_cast<int>(left.count())) == 0) {
      kill(child, SIGKILL);
      ran.output += "\n(took too long)";
      break;
    }
    const auto got = read(out[0], buffer, sizeof buffer);
    if (got <= 0) break;
    ran.output.append(buffer, static_cast<std::size_t>(got));
  }
  close(out[0]);
  waitpid(child, &ran.status, 0);
  return ran;
}

std::string checked(const std::vector<std::string>& argv, const std::string& input,
                    std::chrono::seconds limit) {
  auto ran = run(argv, input, limit);
  if (ran.status != 0) throw std::runtime_error(argv[0] + ": " + ran.output);
  while (ran.output.ends_with('\n')) ran.output.pop_back();
  return ran.output;
}

}  // namespace

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(5ms);  // between two checks of a condition
  }
  return true;
}

void PgCluster::make_folder() {
  std::string path = "/tmp/jobflip-pg-XXXXXX";
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("mkdtemp");
  folder_ = path;
  if (getuid() == 0) {
    const auto* nobody = getpwnam("nobody");
    if (nobody == nullptr || chown(path.c_str(), nobody->pw_uid, nobody->pw_gid) != 0)
      throw std::runtime_error("chown " + path);
  }
  chmod(path.c_str(), 0755);
}

/// Appended to the existing lines: if a setting occurs twice, the later line wins.
void PgCluster::configure(const std::vector<std::string>& settings) {
  std::ofstream conf(folder_ + "/data/postgresql.conf", std::ios::app);
  conf << "listen_addresses = ''\nunix_socket_directories = '" << folder_
       << "'\nmax_connections = 60\nshared_buffers = 16MB\n";
  for (const auto& line : settings) conf << line << '\n';
}

PgCluster::PgCluster(const std::vector<std::string>& settings, std::vector<std::string> launcher)
    : launcher_{std::move(launcher)} {
  make_folder();
  checked({postgres_programs() + "initdb", "-D", folder_ + "/data", "-U", "postgres", "-A", "trust",
           "-N", "-E", "UTF8", "--locale=C.UTF-8"},
          "", 60s);
  configure(settings);
  start();
}

PgCluster::PgCluster(const PgCluster& original, Copy kind) {
  make_folder();
  std::vector<std::string> argv{postgres_programs() + "pg_basebackup",
                                "-D",
                                folder_ + "/data",
                                "-N",
                                "-c",
                                "fast",
                                "-d",
                                original.conninfo()};
  if (kind == Copy::standby) argv.emplace_back("-R");
  checked(argv, "", 60s);
  configure({});
  start();
}

PgCluster::~PgCluster() {
  try {
    if (pid_ > 0) stop("immediate");  // the data is discarded, so there is nothing to flush
  } catch (const std::exception&) {
    // It was killed in that case.
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string PgCluster::conninfo(const std::string& login, const std::string& database) const {
  return "host=" + folder_ + " user=" + login + " dbname=" + database;
}

std::string PgCluster::sql(const std::string& statements, const std::string& database) const {
  return checked({postgres_programs() + "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d",
                  conninfo("postgres", database)},
                 statements, 60s);
}

void PgCluster::restore_dump(const std::string& from, const std::string& to) const {
  sql("create database " + to + " template template0");
  const auto dump = folder_ + "/dump";
  checked({postgres_programs() + "pg_dump", "-Fc", "-f", dump, "-d", conninfo("postgres", from)},
          "", 60s);
  checked({postgres_programs() + "pg_restore", "-d", conninfo("postgres", to), dump}, "", 60s);
}

void PgCluster::start() {
  const int log = open((folder_ + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  auto argv = launcher_;
  argv.insert(argv.end(), {postgres_programs() + "postgres", "-D", folder_ + "/data"});
  pid_ = spawn(argv, nothing, log, SIGQUIT);
  close(log);
  close(nothing);
  const auto up = [this] {
    return run({postgres_programs() + "psql", "-XqAt", "-d", conninfo(), "-c", "select 1"}, "", 10s)
               .status == 0;
  };
  if (!eventually(up, 60s))
    throw std::runtime_error("postgres did not start: see " + folder_ + "/log");
}

bool PgCluster::ended_within(std::chrono::milliseconds limit) {
  const bool ended = eventually([this] { return waitpid(pid_, nullptr, WNOHANG) == pid_; }, limit);
  if (ended) pid_ = -1;
  return ended;
}

void PgCluster::stop(const std::string& mode) {
  if (pid_ <= 0) return;
  kill(pid_, SIGCONT);
  kill(pid_, mode == "immediate" ? SIGQUIT : mode == "smart" ? SIGTERM : SIGINT);
  if (ended_within(20s)) return;
  kill(pid_, SIGQUIT);
  if (!ended_within(10s)) {
    kill(pid_, SIGKILL);
    ended_within(5s);
  }
  throw std::runtime_error("postgres had to be killed: see its log");
}

StoreCluster& StoreCluster::shared(const std::function<void(const std::string&)>& init) {
  static StoreCluster cluster{init};
  return cluster;
}

// A test's store is a copy of the template, and pools are frozen in a copy.
constexpr const char* kIsNoCopy =
    "update jobflip_data.incarnation set system_identifier = jobflip.system_of_store();"
    "update jobflip_data.home set system = jobflip.system_of_store()";

StoreCluster::StoreCluster(const std::function<void(const std::string&)>& init,
                           const std::vector<std::string>& settings,
                           std::vector<std::string> launcher)
    : pg_(settings, std::move(launcher)) {
  pg_.sql("create database jobflip_template");
  init(pg_.conninfo("postgres", "jobflip_template"));
  pg_.sql(R"(
    create role job1 login in role jobflip_agent;
    create role job2 login in role jobflip_agent;
    create role job3 login in role jobflip_agent;
    create role sup1 login in role jobflip_supervisor;
    create role sup2 login in role jobflip_supervisor;
    create role ops1 login in role jobflip_operator;
    create role reader1 login in role jobflip_reader;
    create role worker1 login in role jobflip_worker;
    create role stranger login in role jobflip_agent;
    create role nobody1 login;)");
}

std::string StoreCluster::fresh_database() {
  if (!has_emptied_) {
    pg_.sql("create database emptied template jobflip_template");
    pg_.sql(kIsNoCopy, "emptied");
    has_emptied_ = true;
    return "emptied";
  }
  pg_.sql(R"(
    set session_replication_role = replica;
    set synchronous_commit = off;
    do $$
    declare
      v_table text;
    begin
      for v_table in select tablename from pg_tables where schemaname = 'jobflip_data'
          and tablename not in ('flip_transition', 'schema_version', 'budget', 'home',
                                'sample_keeping') loop
        execute format('delete from jobflip_data.%I', v_table);
      end loop;
    end $$;
    update jobflip_data.budget set flips = 3, window_ms = 3600000;
    update jobflip_data.sample_keeping set samples_kept_ms = 2592000000;
    insert into jobflip_data.flip_number (last) values (0);
    alter sequence jobflip_data.flip_id restart;
    alter sequence jobflip_data.incident_id restart;
    alter sequence jobflip_data.deployment_id restart;
    insert into jobflip_data.epoch_base (epoch) values (0);
    insert into jobflip_data.incarnation (id, seen_at, system_identifier, timeline, life)
    select gen_random_uuid(), '-infinity', jobflip.system_of_store(),
           substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), pg_postmaster_start_time();)",
          "emptied");
  return "emptied";
}

std::string StoreCluster::own_database() {
  auto name = "test" + std::to_string(++databases_);
  pg_.sql("create database " + name + " template jobflip_template");
  pg_.sql(kIsNoCopy, name);
  return name;
}

}  // namespace jobflip::test

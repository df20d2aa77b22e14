#include "faults/field.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <pqxx/pqxx>
#include <stdexcept>

#include "faults/fleet_text.hpp"

namespace jobflip::faults {
namespace {

constexpr Millis kVerbDeadline{60'000};
constexpr Millis kEndWithin{10'000};

const std::string kJobflip = std::string{JOBFLIP_BINARY_DIR} + "/jobflip";
const std::string kWorker = std::string{JOBFLIP_BINARY_DIR} + "/tests/fault_worker";

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text + " " + result.error().hint);
  return std::move(*result);
}
void must(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().text + " " + result.error().hint);
}

constexpr const char* kLogins = R"(
create role ops login in role jobflip_operator;
create role probe login;
create role worker login in role jobflip_worker;
create role job1 login in role jobflip_agent;
create role job2 login in role jobflip_agent;
create role job3 login in role jobflip_agent;
create role sup1 login in role jobflip_supervisor;
create role sup2 login in role jobflip_supervisor;
create schema faults;
create table faults.item (id bigserial primary key, done integer not null default 0);
create index item_open on faults.item (id) where done = 0;
create table faults.tally (n bigint not null);
insert into faults.tally values (0);
create table faults.work (n bigint primary key, node text, epoch bigint, pid bigint, item bigint);
grant usage on schema faults to worker, probe;
grant select, insert, update on all tables in schema faults to worker;
grant select on all tables in schema faults to probe;
)";

}  // namespace

Field::Field(std::string folder) : folder_{std::move(folder)} {
  for (const char* sub : {"/evidence", "/run", "/logs"})
    std::filesystem::create_directories(folder_ + sub);
  store_ = std::make_unique<test::PgCluster>(
      std::vector<std::string>{"max_connections = 80", "log_line_prefix = '%m [%p] %u '"});
  for (const auto& group : {nodes_, supervisors_})
    for (const auto& daemon : group)
      ways_[daemon] =
          std::make_unique<Proxy>(loop_, [this] { return store_->folder() + "/.s.PGSQL.5432"; });
  relay_ = std::jthread{[this](const std::stop_token& stop) {
    const std::stop_callback end{stop, [this] { loop_.stop(); }};
    loop_.run();
  }};
  const auto made = run({"init", "--yes"});
  if (made.end != host::ProcessEnd{}) throw std::runtime_error("init: " + made.output);
  store_->sql(kLogins);
  for (const auto& node : nodes_) write_settings(node, true);
  for (const auto& supervisor : supervisors_) write_settings(supervisor, false);
  must(demo::write_text(folder_ + "/run/fleet.toml", fleet_text(nodes_, supervisors_)));
  const auto applied = run({"apply", folder_ + "/run/fleet.toml", "--reason", "the campaign"});
  if (applied.end != host::ProcessEnd{}) throw std::runtime_error("apply: " + applied.output);
}

Field::~Field() {
  stop_producer();
  end();
}

void Field::write_settings(const std::string& daemon, bool is_agent) {
  const auto runtime = folder_ + "/run/" + daemon;
  std::filesystem::create_directory(runtime);
  std::filesystem::permissions(runtime, std::filesystem::perms::owner_all);
  const auto way = [&](const std::string& login) {
    return fmt::format("host=127.0.0.1 port={} user={} dbname=postgres sslmode=disable",
                       ways_.at(daemon)->port(), login);
  };
  auto text = fmt::format("{} = \"{}\"\nruntime_dir = \"{}\"\n[store]\nconninfo = \"{}\"\n",
                          is_agent ? "node" : "supervisor", daemon, runtime, way(daemon));
  text += is_agent
              ? fmt::format(
                    "[workers.mail]\ndriver = \"command\"\ncommand = [\"{}\", \"{}\", \"{}\"]\n"
                    "output = \"{}/logs/worker.log\"\nenvironment = {{ FAULTS = \"{}\" }}\n",
                    kWorker, evidence(), way("worker") + " connect_timeout=2", folder_, folder_)
              : fmt::format("[databases.app]\nconninfo = \"{}\"\n", way("probe"));
  must(demo::write_text(runtime + ".toml", text));
}

void Field::start(const std::string& daemon) {
  host::SpawnSettings spawn;
  spawn.argv = {kJobflip, daemon.starts_with("sup") ? "supervisor" : "agent", "--config",
                folder_ + "/run/" + daemon + ".toml"};
  spawn.environment = {{"FAULTS", folder_}};
  spawn.output = folder_ + "/logs/" + daemon + ".log";
  spawn.own_group = true;
  daemons_.insert_or_assign(daemon, must(host::Process::spawn(spawn)));
}

void Field::kill_daemon(const std::string& daemon) {
  auto& process = daemons_.at(daemon);
  process.send(SIGKILL);
  process.wait(kEndWithin);
}

bool Field::runs(const std::string& daemon) {
  const auto found = daemons_.find(daemon);
  return found != daemons_.end() && !found->second.ended();
}

std::vector<demo::Seen> Field::workers_of(const std::string& node) const {
  return demo::processes_with(
      {{"FAULTS", folder_}, {"JOBFLIP_POOL", "mail"}, {"JOBFLIP_NODE", node}});
}

std::optional<demo::Seen> Field::guard_of(const std::string& node) const {
  const auto workers = workers_of(node);
  if (workers.empty()) return std::nullopt;
  const auto guard = demo::process(workers.front().parent);
  if (guard.empty() || guard.front().pid <= 1) return std::nullopt;
  return guard.front();
}

demo::Ran Field::run(std::vector<std::string> words) const {
  host::SpawnSettings spawn;
  const bool is_init = words.front() == "init";
  spawn.argv = std::move(words);
  spawn.argv.insert(spawn.argv.begin(), kJobflip);
  spawn.environment = {{"JOBFLIP_STORE", store_->conninfo(is_init ? "postgres" : "ops")}};
  const auto scratch = fmt::format("{}/logs/verb-{}.out", folder_,
                                   std::hash<std::thread::id>{}(std::this_thread::get_id()));
  return must(demo::run_to_end(std::move(spawn), scratch, kVerbDeadline));
}

std::optional<PoolState> Field::look() const try {
  pqxx::connection connection{store_->conninfo() + " connect_timeout=2"};
  pqxx::nontransaction session{connection};
  session.exec("set statement_timeout = '2s'");
  const auto row = session.exec1(
      "select case when state = 'held' then holder else '' end, epoch, "
      "(select n from faults.tally), (select count(*) from jobflip.node_beat b "
      "where 'mail' = any (b.ready) and b.beat_at > clock_timestamp() - interval '1500 ms') "
      "from jobflip.pool_owner where pool = 'mail'");
  return PoolState{row[0].as<std::string>(), row[1].as<std::int64_t>(), row[2].as<std::int64_t>(),
                   row[3].as<int>()};
} catch (const std::exception&) {
  return std::nullopt;
}

void Field::start_producer() {
  producer_ = std::jthread{[this](const std::stop_token& stop) { produce(stop); }};
}

void Field::stop_producer() {
  producer_.request_stop();
  if (producer_.joinable()) producer_.join();
}

void Field::produce(const std::stop_token& stop) {
  std::unique_ptr<pqxx::connection> connection;
  while (!stop.stop_requested()) {
    try {
      if (!connection)
        connection = std::make_unique<pqxx::connection>(store_->conninfo() + " connect_timeout=2");
      pqxx::nontransaction session{*connection};
      session.exec("insert into faults.item default values");
      ++acknowledged_;
    } catch (const std::exception&) {
      connection.reset();
    }
    ::poll(nullptr, 0, connection ? 25 : 100);
  }
}

void Field::end() {
  for (auto& [name, process] : daemons_) {
    process.send(SIGCONT);
    process.send(SIGTERM);
  }
  for (auto& [name, process] : daemons_) process.end(kEndWithin);
  daemons_.clear();
  const bool all_gone = test::eventually(
      [this] {
        const auto left = demo::processes_with({{"FAULTS", folder_}});
        for (const auto& seen : left) ::kill(seen.pid, SIGKILL);
        return left.empty();
      },
      kEndWithin);
  if (!all_gone) std::fputs("faults: a process of the field does not end\n", stderr);
}

}  // namespace jobflip::faults

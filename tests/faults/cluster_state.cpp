// Reads the state of the cluster: the store's view, the processes of a node, the export of a
// history.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "faults/scheduling_stalls.hpp"
#include "faults/test_cluster.hpp"

namespace jobflip::faults {
namespace {

constexpr const char* kReading = R"(
select case when o.state = 'held' then o.holder else '' end, o.epoch, coalesce(f.id, 0),
       coalesce(f.state, ''), coalesce((select max(serial) from app.done), 0),
       coalesce((select max(serial) from app.done d where d.epoch = o.epoch), 0),
       (select count(*) from app.item where done_serial is null),
       (select beat from jobflip_data.node_beat where node = 'job1'),
       (select beat from jobflip_data.node_beat where node = 'job2'),
       (select beat from jobflip_data.node_beat where node = 'job3')
  from jobflip_data.pool_owner o join jobflip_data.pool p on p.name = o.pool
       left join jobflip_data.flip f on f.id = p.open_flip
 where o.pool = 'mail')";

std::int64_t whole(const std::string& text) {
  return text.empty() ? 0 : std::stoll(text);
}

}  // namespace

std::optional<Rows> TestCluster::ask(const std::string& sql) {
  return sql_->ask(sql);
}

std::optional<Reading> TestCluster::read() {
  const auto rows = sql_->ask(kReading);
  if (!rows || rows->size() != 1) return std::nullopt;
  const auto& r = rows->front();
  Reading reading;
  reading.holder = r[0];
  reading.epoch = whole(r[1]);
  reading.flip = whole(r[2]);
  reading.flip_state = r[3];
  reading.serial = whole(r[4]);
  reading.serial_of_epoch = whole(r[5]);
  reading.open_items = whole(r[6]);
  for (std::size_t n = 0; n < kNodes.size(); ++n) reading.beats[kNodes[n]] = whole(r[7 + n]);
  return reading;
}

demo::Ran TestCluster::verb(std::vector<std::string> words) {
  host::SpawnSettings spawn;
  spawn.argv = std::move(words);
  spawn.argv.insert(spawn.argv.begin(), programs_.jobflip);
  spawn.environment = {{"JOBFLIP_STORE", store_->conninfo("ops")}};
  auto ran = demo::run_to_end(std::move(spawn), folders_.logs + "/verb.out", Millis{120'000});
  if (!ran) throw std::runtime_error(ran.error().text);
  return std::move(*ran);
}

void TestCluster::verb_aside(std::vector<std::string> words) {
  host::SpawnSettings spawn;
  spawn.argv = std::move(words);
  spawn.argv.insert(spawn.argv.begin(), programs_.jobflip);
  spawn.environment = {{"JOBFLIP_STORE", store_->conninfo("ops")}};
  spawn.output = folders_.logs + "/verbs.log";
  auto process = host::Process::spawn(spawn);
  if (!process) throw std::runtime_error(process.error().text);
  asides_.push_back(std::move(*process));
}

pid_t TestCluster::pid_of(const std::string& daemon) const {
  const auto found = daemons_.find(daemon);
  return found == daemons_.end() ? 0 : found->second.pid();
}

std::vector<pid_t> TestCluster::workers_of(const std::string& node) const {
  std::vector<pid_t> pids;
  for (const auto& seen :
       demo::processes_with({{"NEMESIS_RUN", folders_.root}, {"JOBFLIP_NODE", node}}))
    pids.push_back(seen.pid);
  return pids;
}

std::vector<pid_t> TestCluster::guards_of(const std::string& node) const {
  std::vector<pid_t> pids;
  for (const pid_t worker : workers_of(node))
    for (const auto& seen : demo::process(worker))
      if (seen.parent > 1 && std::ranges::find(pids, seen.parent) == pids.end())
        pids.push_back(seen.parent);
  return pids;
}

std::vector<pid_t> TestCluster::all_of(const std::string& node) const {
  std::vector<pid_t> pids = guards_of(node);
  for (const pid_t worker : workers_of(node)) pids.push_back(worker);
  if (const pid_t agent = pid_of(node); agent > 1) pids.push_back(agent);
  return pids;
}

void TestCluster::thawed(const std::string& node) {
  std::ofstream(evidence_ + "/thaws.tsv", std::ios::app) << node << '\t' << boot_ns() << '\n';
}

void TestCluster::export_branch(int number, const std::string& conninfo) const {
  const std::string folder = evidence_ + "/branch-" + std::to_string(number);
  std::filesystem::create_directories(folder);
  // One snapshot for all tables, because they are compared with each other.
  Sql store(conninfo);
  if (!store.ask("begin isolation level repeatable read"))
    throw std::runtime_error("export: " + store.why());
  for (const auto& table : exports()) {
    const auto rows = store.ask(table.query);
    if (!rows) throw std::runtime_error("export of " + folder + ": " + store.why());
    std::ofstream file(folder + "/" + table.file + ".tsv", std::ios::trunc);
    for (const auto& row : *rows)
      for (std::size_t n = 0; n < row.size(); ++n)
        file << row[n] << (n + 1 == row.size() ? '\n' : '\t');
    if (!file.flush()) throw std::runtime_error("cannot write into " + folder);
  }
  store.ask("commit");
}

}  // namespace jobflip::faults

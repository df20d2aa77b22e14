#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>

#include "app/black_box_settings.hpp"
#include "app/current.hpp"
#include "app/daemon.hpp"
#include "app/daemons.hpp"
#include "jobflip/cli/exit_code.hpp"
#include "jobflip/config/changes.hpp"
#include "jobflip/config/files.hpp"
#include "jobflip/host/command_host.hpp"
#include "jobflip/host/runtime_dir.hpp"
#include "jobflip/host/systemd_host.hpp"
#include "jobflip/host/unconfigured_host.hpp"
#include "jobflip/store/open.hpp"

namespace jobflip::app {
namespace {

std::unique_ptr<ports::WorkerHost> make_host(const config::WorkerSettings& workers,
                                             const NodeName& node, const std::string& runtime_dir) {
  if (workers.driver == config::WorkerDriver::systemd)
    return host::make_systemd_host(
        {.pool = workers.pool, .node = node, .runtime_dir = runtime_dir, .unit = workers.unit});
  return host::make_command_host({.pool = workers.pool,
                                  .node = node,
                                  .runtime_dir = runtime_dir,
                                  .argv = workers.command,
                                  .environment = workers.environment,
                                  .user = workers.user,
                                  .environment_file = workers.environment_file,
                                  .output = workers.output,
                                  .guard_path = ""});
}

/// The real objects of an agent, and the file that they are made from.
class AgentProgram {
 public:
  /// `known`: the pools that the runtime folder knows, named by the file or not.
  AgentProgram(std::string path, config::AgentFile file, const Uuid& instance,
               std::vector<PoolName> known)
      : path_{std::move(path)},
        file_{std::move(file)},
        known_{std::move(known)},
        store_{store::open_agent_store(settings())},
        wake_{store::open_wake_signal(settings())},
        agent_{daemon_.loop, parts(instance)} {}

  void run() {
    daemon_.log->info("agent node={} version={} runtime_dir={}", file_.node.str(), JOBFLIP_VERSION,
                      file_.runtime_dir);
    daemon_.run(agent_, [this] { return reload(); });
  }

 private:
  store::StoreSettings settings() const {
    return store_settings(file_.conninfo, "agent " + file_.node.str());
  }
  daemon::AgentParts parts(const Uuid& instance);
  std::string reload();
  bool set_workers(const config::WorkerSettings& workers);
  bool remove_workers(const PoolName& pool);
  void change_workers(const config::AgentChanges& changes, ReloadReport& report);

  std::string path_;
  config::AgentFile file_;  // with its current settings
  std::vector<PoolName> known_;
  Daemon daemon_{"agent"};
  CurrentAgentStore store_;
  CurrentWakeSignal wake_;
  std::map<PoolName, std::unique_ptr<ports::WorkerHost>> hosts_;
  std::unique_ptr<ports::BlackBoxRecorder> black_box_{blackbox::make_black_box(
      [this](const PoolName& pool) { return black_box_settings(file_, pool); })};
  daemon::AgentLoop agent_;
};

daemon::AgentParts AgentProgram::parts(const Uuid& instance) {
  daemon::AgentParts parts;
  for (const auto& workers : file_.workers) {
    hosts_[workers.pool] = make_host(workers, file_.node, file_.runtime_dir);
    parts.hosts[workers.pool] = hosts_[workers.pool].get();
  }
  for (const auto& pool : known_) {
    if (hosts_.contains(pool)) continue;
    hosts_[pool] = host::make_unconfigured_host(file_.runtime_dir, pool);
    parts.hosts[pool] = hosts_[pool].get();
  }
  parts.node = file_.node;
  parts.instance = instance;
  parts.store = &store_;
  parts.wake = &wake_;
  parts.black_box = black_box_.get();
  parts.log = daemon_.log;
  parts.journal = daemon_.journal.get();
  parts.on_finished = [this] { daemon_.finish(); };
  keep_seen_in({file_.runtime_dir, file_.node}, parts);
  return parts;
}

bool AgentProgram::set_workers(const config::WorkerSettings& workers) {
  auto made = make_host(workers, file_.node, file_.runtime_dir);
  if (!agent_.change_host(workers.pool, made.get())) return false;
  hosts_[workers.pool] = std::move(made);
  std::erase_if(file_.workers, [&](const auto& old) { return old.pool == workers.pool; });
  file_.workers.push_back(workers);
  return true;
}

bool AgentProgram::remove_workers(const PoolName& pool) {
  auto made = host::make_unconfigured_host(file_.runtime_dir, pool);
  if (!agent_.change_host(pool, made.get())) return false;
  hosts_[pool] = std::move(made);
  std::erase_if(file_.workers, [&](const auto& old) { return old.pool == pool; });
  return true;
}

void AgentProgram::change_workers(const config::AgentChanges& changes, ReloadReport& report) {
  const auto say = [&](const PoolName& pool, bool done, const char* what) {
    const auto name = fmt::format("workers.{}", pool.str());
    if (done) return report.done(fmt::format("{} {}", name, what));
    report.kept(name, "its workers run here; reload again once another node is active, or restart");
  };
  for (const auto& workers : changes.added) say(workers.pool, set_workers(workers), "was added");
  for (const auto& workers : changes.changed)
    say(workers.pool, set_workers(workers), "was changed");
  for (const auto& pool : changes.removed) say(pool, remove_workers(pool), "was removed");
}

std::string AgentProgram::reload() {
  const auto wanted = config::parse_agent_file(path_);
  if (!wanted) return refuse_reload(*daemon_.log, wanted.error());
  const auto changes = config::changes(file_, *wanted);
  ReloadReport report{*daemon_.log};
  if (changes.store) {
    file_.conninfo = wanted->conninfo;
    store_.put(store::open_agent_store(settings()));
    wake_.put(store::open_wake_signal(settings()));
    agent_.wake_changed();
    report.done("store.conninfo was changed");
  }
  change_workers(changes, report);
  for (const auto& key : changes.need_restart) report.kept(key, "needs a restart");
  return report.sentence();
}

}  // namespace

int run_agent(const std::string& config_path) {
  auto file = config::parse_agent_file(config_path);
  if (!file) return refuse(file.error());
  const auto folder = host::open_runtime_dir(file->runtime_dir, file->node);
  if (!folder) return refuse(folder.error());
  auto known = host::pools_known_to(file->runtime_dir);
  if (!known) return refuse(known.error());
  AgentProgram{config_path, std::move(*file), folder->instance(), std::move(*known)}.run();
  return cli::to_int(cli::ExitCode::done);
}

}  // namespace jobflip::app

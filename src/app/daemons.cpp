#include "app/daemons.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <iostream>

#include "app/journal.hpp"
#include "app/log.hpp"
#include "app/watchdog.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/cli/exit_code.hpp"
#include "jobflip/config/files.hpp"
#include "jobflip/core/back_off.hpp"
#include "jobflip/daemon/agent_loop.hpp"
#include "jobflip/daemon/supervisor_loop.hpp"
#include "jobflip/daemon/supervisor_switch.hpp"
#include "jobflip/host/command_host.hpp"
#include "jobflip/host/runtime_dir.hpp"
#include "jobflip/host/sd_notify.hpp"
#include "jobflip/host/systemd_host.hpp"
#include "jobflip/store/open.hpp"

namespace jobflip::app {
namespace {

// A beat's own deadline is told by the pools; until the first answer this bounds a call.
constexpr Millis kCallDeadline{2000};

int refuse(const config::ConfigErrors& errors) {
  for (const auto& error : errors.errors) {
    std::cerr << "ERROR: " << config::to_text(error) << '\n';
    if (!error.hint.empty()) std::cerr << "HINT: " << printable(error.hint) << '\n';
  }
  return cli::to_int(cli::ExitCode::usage);
}

int refuse(const Error& error) {
  std::cerr << "ERROR: " << printable(error.text) << '\n';
  if (!error.hint.empty()) std::cerr << "HINT: " << printable(error.hint) << '\n';
  return cli::to_int(cli::ExitCode::failed);
}

/// Runs the loop until `on_finished` was called after a signal asked for it.
class Daemon {
 public:
  explicit Daemon(const char* name) : log(open_log(name)), journal(open_journal(name)) {
    std::signal(SIGPIPE, SIG_IGN);
  }

  void run(daemon::AgentLoop& agent) {
    signals_.async_wait([this, &agent](const boost::system::error_code& failed, int) {
      if (failed) return;
      host::notify_systemd("STOPPING=1");
      agent.shut_down();
    });
    agent.start();
    host::notify_systemd("READY=1");
    watchdog_.start();
    loop.run();
  }

  void finish() {
    signals_.cancel();
    watchdog_.stop();
    log->info("stopped: everything is given back");
    loop.stop();
  }

  std::shared_ptr<spdlog::logger> log;
  std::unique_ptr<ports::NoteSink> journal;  // null: none reads us
  boost::asio::io_context loop{1};

 private:
  boost::asio::signal_set signals_{loop, SIGTERM, SIGINT};
  Watchdog watchdog_{loop};
};

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
                                  .output = workers.output,
                                  .guard_path = ""});
}

store::StoreSettings store_settings(const std::string& conninfo, const std::string& who) {
  store::StoreSettings settings;
  settings.conninfo = conninfo;
  settings.call_deadline = kCallDeadline;
  settings.application_name = "jobflip " + who;
  return settings;
}

}  // namespace

int run_agent(const std::string& config_path) {
  const auto file = config::parse_agent_file(config_path);
  if (!file) return refuse(file.error());
  const auto folder = host::open_runtime_dir(file->runtime_dir, file->node);
  if (!folder) return refuse(folder.error());

  Daemon daemon{"agent"};
  const auto settings = store_settings(file->conninfo, "agent " + file->node.str());
  const auto store = store::open_agent_store(settings);
  const auto wake = store::open_wake_signal(settings);
  std::map<PoolName, std::unique_ptr<ports::WorkerHost>> hosts;
  daemon::AgentParts parts;
  for (const auto& workers : file->workers) {
    hosts[workers.pool] = make_host(workers, file->node, file->runtime_dir);
    parts.hosts[workers.pool] = hosts[workers.pool].get();
  }
  parts.node = file->node;
  parts.instance = folder->instance();
  parts.store = store.get();
  parts.wake = wake.get();
  parts.log = daemon.log;
  parts.journal = daemon.journal.get();
  parts.on_finished = [&daemon] { daemon.finish(); };
  daemon::AgentLoop agent{daemon.loop, std::move(parts)};
  daemon.log->info("agent node={} version={} runtime_dir={}", file->node.str(), JOBFLIP_VERSION,
                   file->runtime_dir);
  daemon.run(agent);
  return cli::to_int(cli::ExitCode::done);
}

int run_supervisor(const std::string& config_path) {
  const auto file = config::parse_supervisor_file(config_path);
  if (!file) return refuse(file.error());
  const auto folder = host::open_runtime_dir(file->runtime_dir, file->supervisor);
  if (!folder) return refuse(folder.error());

  Daemon daemon{"supervisor"};
  const auto settings = store_settings(file->conninfo, "supervisor " + file->supervisor.str());
  const auto lease_store = store::open_agent_store(settings);
  const auto wake = store::open_wake_signal(settings);
  const auto pace = std::make_shared<store::ConnectPace>(core::kConnectGap);
  auto paced = settings;
  paced.pace = pace;
  const auto store = store::open_supervisor_store(paced);
  const auto probe = store::open_queue_probe(file->databases, Millis{5000}, pace,
                                             core::seed_of(random_uuid().text));
  daemon::SupervisorLoop supervisor{daemon.loop,
                                    {.node = file->supervisor,
                                     .store = store.get(),
                                     .probe = probe.get(),
                                     .log = daemon.log,
                                     .journal = daemon.journal.get()}};
  daemon::SupervisorSwitch deciding{supervisor};

  daemon::AgentParts parts;
  parts.hosts[PoolName::of(core::kSupervisorPool)] = &deciding;
  parts.node = file->supervisor;
  parts.instance = folder->instance();
  parts.store = lease_store.get();
  parts.wake = wake.get();
  parts.log = daemon.log;
  parts.journal = daemon.journal.get();
  parts.role = "supervisor";
  parts.on_finished = [&daemon] { daemon.finish(); };
  daemon::AgentLoop election{daemon.loop, std::move(parts)};
  daemon.log->info("supervisor node={} version={}", file->supervisor.str(), JOBFLIP_VERSION);
  daemon.run(election);
  return cli::to_int(cli::ExitCode::done);
}

}  // namespace jobflip::app

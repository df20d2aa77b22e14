#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>

#include "app/current.hpp"
#include "app/daemon.hpp"
#include "app/daemons.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/checks/service_checker.hpp"
#include "jobflip/cli/exit_code.hpp"
#include "jobflip/config/changes.hpp"
#include "jobflip/config/files.hpp"
#include "jobflip/core/back_off.hpp"
#include "jobflip/daemon/elected_supervisor.hpp"
#include "jobflip/daemon/supervisor_loop.hpp"
#include "jobflip/host/runtime_dir.hpp"
#include "jobflip/notify/anchor_keeper.hpp"
#include "jobflip/probe/queue_probe.hpp"
#include "jobflip/store/open.hpp"

namespace jobflip::app {
namespace {

/// The real objects of a supervisor, and the file that they are made from.
class SupervisorProgram {
 public:
  SupervisorProgram(std::string path, config::SupervisorFile file, const Uuid& instance)
      : path_{std::move(path)},
        file_{std::move(file)},
        lease_store_{store::open_agent_store(settings())},
        wake_{store::open_wake_signal(settings())},
        store_{store::open_supervisor_store(paced_settings())},
        samples_{store::open_sample_store(paced_settings())},
        services_{store::open_service_store(paced_settings())},
        probe_{open_probe()},
        checker_{checks::open_service_checker(file_.commands)},
        anchors_{open_anchors()},
        supervisor_{daemon_.loop,
                    {.node = file_.supervisor,
                     .store = &store_,
                     .probe = &probe_,
                     .samples = &samples_,
                     .services = &services_,
                     .checker = &checker_,
                     .log = daemon_.log,
                     .journal = daemon_.journal.get(),
                     .anchors = anchors_.get()}},
        election_{daemon_.loop, parts(instance)} {
    supervisor_.on_heads([this](const std::vector<core::ChainHead>& heads) {
      boost::asio::post(daemon_.loop, [this, heads] { election_.heads_seen(heads); });
    });
  }

  void run() {
    daemon_.log->info("supervisor node={} version={}", file_.supervisor.str(), JOBFLIP_VERSION);
    daemon_.run(election_, [this] { return reload(); });
  }

 private:
  store::StoreSettings settings() const {
    return store_settings(file_.conninfo, "supervisor " + file_.supervisor.str());
  }
  store::StoreSettings paced_settings() const {
    auto paced = settings();
    paced.pace = store_pace_;
    return paced;
  }
  std::unique_ptr<ports::QueueProbe> open_probe() const {
    return probe::open_queue_probe(file_.databases, Millis{5000}, source_pace_,
                                   core::seed_of(random_uuid().text));
  }
  std::unique_ptr<ports::AnchorSink> open_anchors() const;
  daemon::AgentParts parts(const Uuid& instance);
  std::string reload();

  std::string path_;
  config::SupervisorFile file_;  // with its current settings
  // separate, so that databases that don't answer can't delay the store
  std::shared_ptr<pg::ConnectPace> store_pace_{
      std::make_shared<pg::ConnectPace>(core::kConnectGap)};
  std::shared_ptr<pg::ConnectPace> source_pace_{
      std::make_shared<pg::ConnectPace>(core::kConnectGap)};
  Daemon daemon_{"supervisor"};
  CurrentAgentStore lease_store_;
  CurrentWakeSignal wake_;
  CurrentSupervisorStore store_;
  CurrentSampleStore samples_;
  CurrentServiceStore services_;
  CurrentQueueProbe probe_;
  CurrentServiceChecker checker_;
  std::unique_ptr<ports::AnchorSink> anchors_;  // null: the journal only
  daemon::SupervisorLoop supervisor_;
  daemon::ElectedSupervisor deciding_{supervisor_};
  daemon::AgentLoop election_;
};

std::unique_ptr<ports::AnchorSink> SupervisorProgram::open_anchors() const {
  if (file_.anchor_file.empty() && file_.anchor_url.empty()) return nullptr;
  return notify::open_anchor_keeper(
      {.supervisor = file_.supervisor, .file = file_.anchor_file, .url = file_.anchor_url},
      [log = daemon_.log](bool is_failure, const std::string& sentence) {
        if (is_failure)
          log->error("anchors {}", printable(sentence));
        else
          log->info("anchors {}", printable(sentence));
      });
}

daemon::AgentParts SupervisorProgram::parts(const Uuid& instance) {
  daemon::AgentParts parts;
  parts.hosts[PoolName::of(core::kSupervisorPool)] = &deciding_;
  parts.node = file_.supervisor;
  parts.instance = instance;
  parts.store = &lease_store_;
  parts.wake = &wake_;
  parts.log = daemon_.log;
  parts.journal = daemon_.journal.get();
  parts.role = "supervisor";
  parts.on_finished = [this] { daemon_.finish(); };
  keep_seen_in({file_.runtime_dir, file_.supervisor}, parts);
  return parts;
}

std::string SupervisorProgram::reload() {
  const auto wanted = config::parse_supervisor_file(path_);
  if (!wanted) return refuse_reload(*daemon_.log, wanted.error());
  const auto changes = config::changes(file_, *wanted);
  ReloadReport report{*daemon_.log};
  if (changes.store) {
    file_.conninfo = wanted->conninfo;
    lease_store_.put(store::open_agent_store(settings()));
    store_.put(store::open_supervisor_store(paced_settings()));
    samples_.put(store::open_sample_store(paced_settings()));
    services_.put(store::open_service_store(paced_settings()));
    wake_.put(store::open_wake_signal(settings()));
    election_.wake_changed();
    report.done("store.conninfo was changed");
  }
  if (!changes.databases.empty()) {
    file_.databases = wanted->databases;
    probe_.put(open_probe());
    for (const auto& name : changes.databases)
      report.done(fmt::format("databases.{} is as in the file now", name));
  }
  if (changes.commands) {
    file_.commands = wanted->commands;
    checker_.put(checks::open_service_checker(file_.commands));
    report.done("commands are as in the file now");
  }
  for (const auto& key : changes.need_restart) report.kept(key, "needs a restart");
  return report.sentence();
}

}  // namespace

int run_supervisor(const std::string& config_path) {
  auto file = config::parse_supervisor_file(config_path);
  if (!file) return refuse(file.error());
  const auto folder = host::open_supervisor_dir(file->runtime_dir, file->supervisor);
  if (!folder) return refuse(folder.error());
  SupervisorProgram{config_path, std::move(*file), folder->instance()}.run();
  return cli::to_int(cli::ExitCode::done);
}

}  // namespace jobflip::app

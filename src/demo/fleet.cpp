#include "demo/fleet.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <utility>

#include "demo/command.hpp"
#include "demo/settings_text.hpp"

namespace jobflip::demo {
namespace {

constexpr Millis kVerbDeadline{30'000};
constexpr const char* kMark = "DEMO_RUN";
constexpr int kMostRevivals = 5;
constexpr int kStoreUnreachable = 7;  // exit code of every verb

}  // namespace

Fleet::Fleet(const Programs& programs, const Folders& folders, const Cluster& cluster,
             std::string smtp_url, int mails)
    : programs_{programs},
      folders_{folders},
      cluster_{cluster},
      smtp_url_{std::move(smtp_url)},
      mails_{mails} {}

Result<std::string> Fleet::write_settings() const {
  for (const std::string& node : kNodes) {
    const AgentText agent{.node = node,
                          .runtime_folder = folders_.run + "/" + node,
                          .store = cluster_.conninfo(node),
                          .email_worker = programs_.email_worker,
                          .email_db = cluster_.conninfo("mailer"),
                          .smtp_url = smtp_url_,
                          .output = log_of("worker-" + node),
                          .mark = folders_.root,
                          .pace_ms = pace_ms(mails_)};
    if (auto written = write_text(folders_.run + "/" + node + ".toml", agent_text(agent)); !written)
      return written.error();
  }
  for (const std::string& name : kSupervisors) {
    const std::string runtime = folders_.run + "/" + name;
    const auto text =
        supervisor_text(name, runtime, cluster_.conninfo(name), cluster_.conninfo("probe"));
    if (auto written = write_text(runtime + ".toml", text); !written) return written.error();
  }
  const std::string fleet = folders_.run + "/fleet.toml";
  if (auto written = write_text(fleet, fleet_text()); !written) return written.error();
  return fleet;
}

Result<std::string> Fleet::email_schema() const {
  host::SpawnSettings settings;
  settings.argv = {programs_.email_worker, "--schema"};
  return output_of(std::move(settings), folders_.logs + "/verb.out", kVerbDeadline);
}

Result<void> Fleet::start(const std::string& role, const std::string& name) {
  host::SpawnSettings settings;
  settings.argv = {programs_.jobflip, role, "--config", folders_.run + "/" + name + ".toml"};
  settings.environment = {{kMark, folders_.root}};
  settings.output = log_of(name);
  settings.own_group = true;
  auto process = host::Process::spawn(settings);
  if (!process) return process.error();
  daemons_.insert_or_assign(name, std::move(*process));
  return {};
}

Result<void> Fleet::start_agent(const std::string& node) {
  return start("agent", node);
}
Result<void> Fleet::start_supervisor(const std::string& name) {
  return start("supervisor", name);
}

Result<std::string> Fleet::verb(std::vector<std::string> words, const std::string& login) const {
  host::SpawnSettings settings;
  settings.argv = std::move(words);
  settings.argv.insert(settings.argv.begin(), programs_.jobflip);
  settings.environment = {{"JOBFLIP_STORE", cluster_.conninfo(login)}};
  const std::string what = "jobflip " + settings.argv[1];
  auto ran = run_to_end(std::move(settings), folders_.logs + "/verb.out", kVerbDeadline);
  if (!ran) return ran.error();
  if (ran->end == host::ProcessEnd{}) return std::move(ran->output);
  const bool unreachable =
      ran->end == host::ProcessEnd{.exit_code = kStoreUnreachable, .signal = 0};
  return Error{unreachable ? ErrorCode::store_unreachable : ErrorCode::host_failed,
               what + " " + host::describe(ran->end) + ":\n" + ran->output, ""};
}

std::vector<Seen> Fleet::workers_of(const std::string& node) const {
  const std::string worker = std::filesystem::path(programs_.email_worker).filename();
  auto found =
      processes_with({{kMark, folders_.root}, {"JOBFLIP_POOL", "mail"}, {"JOBFLIP_NODE", node}});
  // between fork and exec a worker still looks like its guard
  std::erase_if(found, [&](const Seen& seen) {
    std::error_code error;
    const auto program =
        std::filesystem::read_symlink(fmt::format("/proc/{}/exe", seen.pid), error);
    return program.filename() != worker;
  });
  return found;
}

std::optional<Seen> Fleet::guard_of(const std::vector<Seen>& workers) const {
  if (workers.empty()) return std::nullopt;
  const auto guard = process(workers.front().parent);
  if (guard.empty() || guard.front().pid <= 1) return std::nullopt;
  return guard.front();
}

Result<void> Fleet::kill_agent(const std::string& node) {
  const auto agent = daemons_.find(node);
  if (agent == daemons_.end() || !agent->second.send(SIGKILL))
    return Error{ErrorCode::host_failed, "the agent of " + node + " is not running", ""};
  agent->second.wait(Millis{5000});
  return {};
}

Result<void> Fleet::cut_power(const std::string& node) {
  const auto workers = workers_of(node);
  const auto guard = guard_of(workers);
  const auto agent = daemons_.find(node);
  if (workers.empty() || !guard || agent == daemons_.end())
    return Error{ErrorCode::host_failed, node + " has no workers, guard or agent to kill",
                 "look into " + log_of(node)};
  agent->second.send(SIGKILL);
  ::kill(guard->pid, SIGKILL);
  for (const Seen& worker : workers) ::kill(worker.pid, SIGKILL);
  agent->second.wait(Millis{5000});
  daemons_.erase(agent);
  return {};
}

Result<std::vector<Revived>> Fleet::revive() {
  std::vector<Revived> revived;
  for (auto& [name, process] : daemons_)
    if (const auto end = process.ended()) revived.push_back({name, *end});
  for (const Revived& one : revived) {
    if (++revivals_[one.name] > kMostRevivals)
      return Error{ErrorCode::host_failed,
                   one.name + " " + host::describe(one.end) + ", again and again",
                   "look into " + log_of(one.name)};
    const bool is_node = std::ranges::find(kNodes, one.name) != kNodes.end();
    if (auto started = start(is_node ? "agent" : "supervisor", one.name); !started)
      return started.error();
  }
  return revived;
}

std::vector<Seen> Fleet::ours() const {
  return processes_with({{kMark, folders_.root}});
}

void Fleet::stop(Millis grace) {
  const Instant give_up = BootClock::now() + grace;
  for (auto& [name, process] : daemons_) process.send(SIGTERM);
  for (auto& [name, process] : daemons_)
    process.wait(
        std::max(Millis{0}, std::chrono::duration_cast<Millis>(give_up - BootClock::now())));
  daemons_.clear();  // kills those that did not end
  // guards end with their lease at the latest; nothing waits for that here
  while (!ours().empty()) {
    for (const Seen& left : ours()) ::kill(left.pid, SIGKILL);
    if (BootClock::now() > give_up + Millis{5000}) return;
    ::poll(nullptr, 0, 20);
  }
}

}  // namespace jobflip::demo

#include <signal.h>

#include "faults/kinds.hpp"

namespace jobflip::faults {
namespace {

// What a guard has left to end its workers after it woke up, and a machine on which all else wakes
// up too.
constexpr std::int64_t kWakeAndEnd = 600'000'000;

void send(pid_t pid, int signal) {
  if (pid > 1) ::kill(pid, signal);
}

Undo kill_and_start_again(Scene& scene, const std::string& daemon) {
  scene.field.kill_daemon(daemon);
  return [&scene, daemon] { scene.field.start(daemon); };
}

Undo stop_and_continue(Scene& scene, const std::string& daemon) {
  scene.field.daemon(daemon).send(SIGSTOP);
  return [&scene, daemon] { scene.field.daemon(daemon).send(SIGCONT); };
}

Undo stop_process(pid_t pid) {
  send(pid, SIGSTOP);
  return [pid] { send(pid, SIGCONT); };
}

pid_t guard_pid(Scene& scene) {
  const auto guard = scene.field.guard_of(scene.active);
  return guard ? guard->pid : 0;
}

pid_t worker_pid(Scene& scene) {
  const auto workers = scene.field.workers_of(scene.active);
  return workers.empty() ? 0 : workers.front().pid;
}

std::vector<pid_t> host_of(Scene& scene, const std::string& node) {
  std::vector<pid_t> all{scene.field.daemon(node).pid()};
  if (const auto guard = scene.field.guard_of(node)) all.push_back(guard->pid);
  for (const auto& worker : scene.field.workers_of(node)) all.push_back(worker.pid);
  return all;
}

Undo cut_power(Scene& scene) {
  const auto node = scene.active;
  const auto all = host_of(scene, node);
  for (const auto pid : all) send(pid, SIGKILL);
  scene.field.kill_daemon(node);
  return [&scene, node] { scene.field.start(node); };
}

Undo freeze_host(Scene& scene) {
  const auto node = scene.active;
  const auto all = host_of(scene, node);
  for (const auto pid : all) send(pid, SIGSTOP);
  return [&scene, node, all] {
    const auto now = BootClock::now().time_since_epoch().count();
    scene.freezes.push_back({node, now, now + kWakeAndEnd});
    for (const auto pid : all) send(pid, SIGCONT);
  };
}

}  // namespace

std::string Scene::standby() {
  std::vector<std::string> others;
  for (const auto& node : field.nodes())
    if (node != active) others.push_back(node);
  return one_of(others);
}

const std::vector<Kind>& process_kinds() {
  static const std::vector<Kind> all{
      {"agent-kill", false, [](Scene& s) { return kill_and_start_again(s, s.active); }},
      {"agent-stop", false, [](Scene& s) { return stop_and_continue(s, s.active); }},
      {"standby-kill", true, [](Scene& s) { return kill_and_start_again(s, s.standby()); }},
      {"standby-stop", true, [](Scene& s) { return stop_and_continue(s, s.standby()); }},
      {"guard-kill", false, [](Scene& s) { return send(guard_pid(s), SIGKILL), Undo{}; }},
      {"guard-stop", false, [](Scene& s) { return stop_process(guard_pid(s)); }},
      {"worker-kill", true, [](Scene& s) { return send(worker_pid(s), SIGKILL), Undo{}; }},
      {"worker-stop", false, [](Scene& s) { return stop_process(worker_pid(s)); }},
      {"supervisor-kill", true,
       [](Scene& s) { return kill_and_start_again(s, s.one_of(s.field.supervisors())); }},
      {"supervisor-stop", true,
       [](Scene& s) { return stop_and_continue(s, s.one_of(s.field.supervisors())); }},
      {"power-cut", false, &cut_power},
      {"host-freeze", false, &freeze_host},
  };
  return all;
}

}  // namespace jobflip::faults

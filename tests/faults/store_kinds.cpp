#include <signal.h>

#include <filesystem>
#include <fstream>

#include "faults/kinds.hpp"

namespace jobflip::faults {
namespace {

std::vector<pid_t> sessions_of(pid_t postmaster) {
  std::ifstream children("/proc/" + std::to_string(postmaster) + "/task/" +
                         std::to_string(postmaster) + "/children");
  std::vector<pid_t> all;
  for (pid_t pid{}; children >> pid;) all.push_back(pid);
  return all;
}

Undo stop_store(Scene& scene, const char* how) {
  scene.field.store().stop(how);
  return [&scene] { scene.field.store().start(); };
}

Undo freeze_store(Scene& scene) {
  auto all = sessions_of(scene.field.store().pid());
  all.push_back(scene.field.store().pid());
  for (const auto pid : all) ::kill(pid, SIGSTOP);
  return [all] {
    for (const auto pid : all) ::kill(pid, SIGCONT);
  };
}

/// As the OOM killer does it: the server throws all of its memory away and begins anew.
Undo kill_session(Scene& scene) {
  const auto all = sessions_of(scene.field.store().pid());
  if (!all.empty()) ::kill(scene.one_of(all), SIGKILL);
  return {};
}

/// The way of the active node, of another daemon, or of all of them.
Undo trouble_on_the_way(Scene& scene, Trouble trouble, int amount) {
  std::vector<std::string> whose{scene.active};
  const int draw = scene.between(0, 9);
  if (draw >= 8) whose = {scene.one_of(scene.field.supervisors())};
  if (draw == 7) whose = {scene.standby()};
  if (draw == 6) whose = {"job1", "job2", "job3", "sup1", "sup2"};
  for (const auto& daemon : whose) scene.field.way_of(daemon).set(trouble, amount);
  return [&scene, whose] {
    for (const auto& daemon : whose) scene.field.way_of(daemon).set(Trouble::none);
  };
}

}  // namespace

const std::vector<Kind>& store_kinds() {
  static const std::vector<Kind> all{
      {"store-crash", true, [](Scene& s) { return stop_store(s, "immediate"); }},
      {"store-restart", true, [](Scene& s) { return stop_store(s, "fast"); }},
      {"store-freeze", false, [](Scene& s) { return freeze_store(s); }},
      {"session-kill", true, &kill_session},
      {"way-slow", false,
       [](Scene& s) { return trouble_on_the_way(s, Trouble::slow, s.between(20, 400)); }},
      {"way-black-hole", false,
       [](Scene& s) { return trouble_on_the_way(s, Trouble::black_hole, 0); }},
      {"way-deaf-store", false,
       [](Scene& s) { return trouble_on_the_way(s, Trouble::deaf_to_store, 0); }},
      {"way-deaf-process", false,
       [](Scene& s) { return trouble_on_the_way(s, Trouble::deaf_to_process, 0); }},
      {"way-cut", false,
       [](Scene& s) { return trouble_on_the_way(s, Trouble::cut, s.between(0, 2000)); }},
      {"way-refused", false, [](Scene& s) { return trouble_on_the_way(s, Trouble::refuse, 0); }},
  };
  return all;
}

}  // namespace jobflip::faults

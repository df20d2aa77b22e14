#include <poll.h>
#include <signal.h>

#include <thread>

#include "faults/kinds.hpp"

namespace jobflip::faults {
namespace {

void ask_for_flip(const Field& field) {
  [[maybe_unused]] const auto ran =
      field.run({"flip", "mail", "--reason", "the campaign", "--yes", "--no-wait"});
}

Undo two_people(Scene& scene) {
  std::jthread other{[&scene] { ask_for_flip(scene.field); }};
  ask_for_flip(scene.field);
  return {};
}

/// A flip, and a fault in it: the moment is drawn from all of the flip's steps, which take some 20
/// ms together where nothing is slow.
Undo flip_and(Scene& scene, Undo (*fault)(Scene&)) {
  ask_for_flip(scene.field);
  ::poll(nullptr, 0, scene.between(0, 30));
  return fault(scene);
}

Undo kill_agent(Scene& scene, const std::string& node) {
  scene.field.kill_daemon(node);
  return [&scene, node] { scene.field.start(node); };
}

Undo kill_target(Scene& scene) {
  return kill_agent(scene, scene.standby());
}

Undo kill_guards(Scene& scene) {
  for (const auto& node : scene.field.nodes())
    if (const auto guard = scene.field.guard_of(node)) ::kill(guard->pid, SIGKILL);
  return {};
}

Undo kill_supervisors(Scene& scene) {
  for (const auto& supervisor : scene.field.supervisors()) scene.field.kill_daemon(supervisor);
  return [&scene] {
    for (const auto& supervisor : scene.field.supervisors()) scene.field.start(supervisor);
  };
}

Undo crash_store(Scene& scene) {
  scene.field.store().stop("immediate");
  return [&scene] { scene.field.store().start(); };
}

}  // namespace

const std::vector<Kind>& flip_kinds() {
  static const std::vector<Kind> all{
      {"flip", true, [](Scene& s) { return ask_for_flip(s.field), Undo{}; }},
      {"two-flips-at-once", true, &two_people},
      {"flip-and-holder-kill", false,
       [](Scene& s) { return flip_and(s, [](Scene& t) { return kill_agent(t, t.active); }); }},
      {"flip-and-target-kill", false, [](Scene& s) { return flip_and(s, &kill_target); }},
      {"flip-and-guard-kill", false, [](Scene& s) { return flip_and(s, &kill_guards); }},
      {"flip-and-supervisor-kill", false, [](Scene& s) { return flip_and(s, &kill_supervisors); }},
      {"flip-and-store-crash", false, [](Scene& s) { return flip_and(s, &crash_store); }},
  };
  return all;
}

}  // namespace jobflip::faults

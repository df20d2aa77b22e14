#include "host/orphans.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "host/own_children.hpp"
#include "jobflip/os/process_list.hpp"

namespace jobflip::host {
namespace {

constexpr const char* kThreads = "/proc/self/task";

/// The children of all threads: each belongs to one thread. Empty if they can't be listed.
std::optional<std::vector<pid_t>> list_children() {
  std::vector<pid_t> children;
  bool listed = true;
  const auto looked = os::for_each_number(kThreads, [&](pid_t thread) {
    const auto folder = std::string{kThreads} + "/" + std::to_string(thread);
    std::ifstream list{folder + "/children"};
    // a thread that has ended since has no children
    listed = list || ::access(folder.c_str(), F_OK) != 0;
    for (pid_t pid = 0; list >> pid;) children.push_back(pid);
    return listed;
  });
  if (!looked || !listed) return std::nullopt;
  return children;
}

bool reap(pid_t pid) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | __WALL) == 0 &&
         info.si_pid == pid;
}

/// Each is our child and nobody else reaps it: its number can't mean another process.
int take_orphans(bool kill) {
  auto& own = OwnChildren::of_this_process();
  const auto held = own.lock();
  const auto children = list_children();
  if (!children) return 1;
  int found = 0;
  for (const pid_t pid : *children) {
    const bool* let_go = own.find(pid);
    const bool orphan = let_go == nullptr;
    if (orphan) ++found;
    if (!orphan && !*let_go) continue;
    if (reap(pid)) {
      own.remove(pid);
    } else if (orphan && kill) {
      ::kill(pid, SIGKILL);
    }
  }
  return found;
}

}  // namespace

bool adopt_orphans() noexcept {
  return ::access("/proc/thread-self/children", R_OK) == 0 &&
         ::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
}

int end_orphans() {
  return take_orphans(true);
}

void reap_orphans() {
  take_orphans(false);
}

OwnChildren& OwnChildren::of_this_process() noexcept {
  static OwnChildren children;
  return children;
}

const bool* OwnChildren::find(pid_t pid) const noexcept {
  const auto found = let_go_.find(pid);
  return found == let_go_.end() ? nullptr : &found->second;
}

void OwnChildren::let_go(pid_t pid) noexcept {
  if (const auto found = let_go_.find(pid); found != let_go_.end()) found->second = true;
}

}  // namespace jobflip::host

#include "guard/leftovers.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string>

namespace jobflip::guard {
namespace {

/// Calls `act` with each number in a list of the kernel. The list may miss some while it changes,
/// so callers repeat the call until no child is left.
template <class Act>
void for_each_child(int list, const Act& act) noexcept {
  std::array<char, 4096> text;
  off_t at = 0;
  pid_t pid = 0;
  for (;;) {
    const auto got = ::pread(list, text.data(), text.size(), at);
    if (got <= 0) break;
    for (ssize_t i = 0; i < got; ++i) {
      const char c = text[static_cast<std::size_t>(i)];
      if (c >= '0' && c <= '9') {
        pid = pid * 10 + (c - '0');
        continue;
      }
      if (pid > 1) act(pid);
      pid = 0;
    }
    at += got;
  }
  if (pid > 1) act(pid);
}

}  // namespace

bool Descendants::adopt() noexcept {
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) return false;
  const auto path = "/proc/self/task/" + std::to_string(::getpid()) + "/children";
  children_.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  return children_.open();
}

void Descendants::kill_children() const noexcept {
  for_each_child(children_.fd(), [](pid_t pid) noexcept { ::kill(pid, SIGKILL); });
}

void Descendants::tell_children(pid_t told, pid_t except) noexcept {
  for_each_child(children_.fd(), [&](pid_t pid) noexcept {
    if (pid == except || was_told(pid) || (told != 0 && ::getpgid(pid) == told)) return;
    const auto free = std::ranges::find(told_, 0);
    if (free == told_.end()) return;
    *free = pid;
    ::kill(pid, SIGTERM);
  });
}

void Descendants::forget(pid_t pid) noexcept {
  std::ranges::replace(told_, pid, 0);
}

bool Descendants::was_told(pid_t pid) const noexcept {
  return std::ranges::find(told_, pid) != told_.end();
}

}  // namespace jobflip::guard

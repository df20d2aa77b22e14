#include "guard/leftovers.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

namespace jobflip::guard {

bool Descendants::adopt() noexcept {
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) return false;
  const auto path = "/proc/self/task/" + std::to_string(::getpid()) + "/children";
  children_.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  return children_.open();
}

void Descendants::kill_children() const noexcept {
  // The list may miss some while it changes: whoever calls does so until no child is left.
  std::array<char, 4096> text;
  off_t at = 0;
  pid_t pid = 0;
  for (;;) {
    const auto got = ::pread(children_.fd(), text.data(), text.size(), at);
    if (got <= 0) break;
    for (ssize_t i = 0; i < got; ++i) {
      const char c = text[static_cast<std::size_t>(i)];
      if (c >= '0' && c <= '9') {
        pid = pid * 10 + (c - '0');
        continue;
      }
      if (pid > 1) ::kill(pid, SIGKILL);
      pid = 0;
    }
    at += got;
  }
  if (pid > 1) ::kill(pid, SIGKILL);
}

}  // namespace jobflip::guard

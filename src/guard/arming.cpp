#include "guard/arming.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

namespace jobflip::guard {

Descriptor block_signals() noexcept {
  sigset_t blocked;
  ::sigfillset(&blocked);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS})
    ::sigdelset(&blocked, fault);
  ::sigprocmask(SIG_SETMASK, &blocked, nullptr);
  return Descriptor{::signalfd(-1, &blocked, SFD_CLOEXEC | SFD_NONBLOCK)};
}

void lower_oom_score() noexcept {
  const Descriptor file{::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)};
  if (file.open() && ::write(file.fd(), "-1000", 5) < 0) return;
}

void stay_in_memory() noexcept {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  std::array<volatile char, 65'536> stack;
  for (std::size_t i = 0; i < stack.size(); i += 4096) stack[i] = 0;
  ::mlockall(MCL_CURRENT);  // not MCL_FUTURE: past the limit it would make later calls fail
#endif
}

Mark random_mark() noexcept {
  Mark mark{};
  if (::getrandom(mark.data(), sizeof mark, 0) != static_cast<ssize_t>(sizeof mark)) ::abort();
  return mark;
}

}  // namespace jobflip::guard

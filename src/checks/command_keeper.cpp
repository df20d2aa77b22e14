#include "checks/command_keeper.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <iterator>

namespace jobflip::checks {
namespace {

constexpr int kRoundsMax = 10'000;

void reset_signals() noexcept {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Other checks' control pipes would not end while we have a copy of them.
void close_others(const KeeperFiles& files) noexcept {
  unsigned keep[]{static_cast<unsigned>(files.null), static_cast<unsigned>(files.output),
                  static_cast<unsigned>(files.control), static_cast<unsigned>(files.answer)};
  std::sort(std::begin(keep), std::end(keep));
  unsigned next = 3;
  for (const unsigned fd : keep) {
    if (fd > next) ::close_range(next, fd - 1, 0);
    next = std::max(next, fd + 1);
  }
  ::close_range(next, ~0U, 0);
}

/// If memory runs out, the command goes first and not the supervisor.
void prefer_as_victim() noexcept {
  const int fd = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  [[maybe_unused]] const auto written = ::write(fd, "1000", 4);
  ::close(fd);
}

[[noreturn]] void become_command(char* const* argv, char* const* environment,
                                 const KeeperFiles& files) noexcept {
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  prefer_as_victim();
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  int failed = 0;
  if (::dup2(files.null, 0) < 0 || ::dup2(files.output, 1) < 0 || ::dup2(files.output, 2) < 0)
    failed = errno;
  if (failed == 0) {
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    ::execve(argv[0], argv, environment);
    failed = errno;
  }
  const CommandEnd end{CommandEnd::How::not_started, failed};
  [[maybe_unused]] const auto written = ::write(files.answer, &end, sizeof end);
  ::_exit(127);
}

/// Kills each child that there is now. They are ours until we reap them, so no number is used
/// again.
void kill_children() noexcept {
  const int fd = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  char text[4096];
  pid_t pid = 0;
  ssize_t got = 0;
  while ((got = ::read(fd, text, sizeof text)) > 0)
    for (ssize_t i = 0; i < got; ++i) {
      if (text[i] >= '0' && text[i] <= '9') {
        pid = pid * 10 + (text[i] - '0');
      } else if (pid > 0) {
        ::kill(pid, SIGKILL);
        pid = 0;
      }
    }
  if (pid > 0) ::kill(pid, SIGKILL);
  ::close(fd);
}

/// Each round kills the children; theirs become ours when they end. Gives up after some seconds:
/// a process may hang in the kernel.
void kill_all(pid_t command) noexcept {
  if (command > 0) ::kill(-command, SIGKILL);
  for (int round = 0; round < kRoundsMax; ++round) {
    kill_children();
    const pid_t ended = ::waitpid(-1, nullptr, WNOHANG);
    if (ended < 0 && errno == ECHILD) return;
    if (ended == 0) ::usleep(1000);
  }
}

/// False: told to end. True: the command has ended, and may have left others.
bool wait_for(pid_t command, int control, int& status) noexcept {
  const int watch = static_cast<int>(::syscall(SYS_pidfd_open, command, 0));
  if (watch < 0) return false;
  pollfd files[2]{{control, POLLIN, 0}, {watch, POLLIN, 0}};
  for (;;) {
    if (::poll(files, 2, -1) < 0 && errno != EINTR) return false;
    if (files[1].revents != 0) break;
    if (files[0].revents != 0) return false;
  }
  return ::waitpid(command, &status, 0) == command;
}

}  // namespace

void keep_command(char* const* argv, char* const* environment, const KeeperFiles& files) noexcept {
  reset_signals();
  ::signal(SIGPIPE, SIG_IGN);
  ::setsid();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  close_others(files);
  const pid_t command = ::_Fork();
  if (command == 0) {
    ::signal(SIGPIPE, SIG_DFL);
    become_command(argv, environment, files);
  }
  CommandEnd end{CommandEnd::How::not_started, errno};
  bool has_ended = command < 0;
  int status = 0;
  if (command > 0 && wait_for(command, files.control, status)) {
    has_ended = true;
    end = WIFEXITED(status) ? CommandEnd{CommandEnd::How::exited, WEXITSTATUS(status)}
                            : CommandEnd{CommandEnd::How::killed, WTERMSIG(status)};
  }
  kill_all(has_ended ? 0 : command);
  if (has_ended) {
    [[maybe_unused]] const auto written = ::write(files.answer, &end, sizeof end);
  }
  ::_exit(0);
}

}  // namespace jobflip::checks

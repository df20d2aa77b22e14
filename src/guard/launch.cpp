#include "guard/launch.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <fstream>
#include <string_view>
#include <utility>

namespace jobflip::guard {
namespace {

constexpr std::string_view kEpoch = "JOBFLIP_EPOCH=";
constexpr std::size_t kEpochDigits = 20;

/// False for variables between systemd and the guard, and for those that the worker gets new.
bool is_for_worker(std::string_view entry) {
  for (const std::string_view name :
       {"JOBFLIP_POOL=", "JOBFLIP_NODE=", "JOBFLIP_EPOCH=", "JOBFLIP_GUARD=", "JOBFLIP_PAGE=",
        "NOTIFY_SOCKET=", "WATCHDOG_USEC=", "WATCHDOG_PID=", "LISTEN_FDS=", "LISTEN_PID=",
        "LISTEN_FDNAMES="})
    if (entry.starts_with(name)) return false;
  return true;
}

void write_text(const char* path, const std::string& text) noexcept {
  const Descriptor file{::open(path, O_WRONLY | O_CLOEXEC)};
  if (file.open() && ::write(file.fd(), text.data(), text.size()) < 0) return;  // best effort
}

[[noreturn]] void report_and_end(int report, int number) noexcept {
  if (::write(report, &number, sizeof number) < 0) ::_exit(126);
  ::_exit(127);
}

}  // namespace

Launch::Launch(const Arguments& arguments, const std::string& mark, Identity identity)
    : identity_{std::move(identity)}, confinement_{arguments.confinement} {
  texts_ = arguments.command;
  const auto words = texts_.size();
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    if (is_for_worker(*entry)) texts_.emplace_back(*entry);
  texts_.push_back("JOBFLIP_POOL=" + arguments.pool);
  texts_.push_back("JOBFLIP_NODE=" + arguments.node);
  texts_.push_back("JOBFLIP_GUARD=" + mark);
  texts_.push_back("JOBFLIP_PAGE=" + arguments.page);
  texts_.push_back(std::string{kEpoch} + std::string(kEpochDigits + 1, '\0'));
  epoch_digits_ = texts_.back().data() + kEpoch.size();
  for (std::size_t i = 0; i < texts_.size(); ++i)
    (i < words ? argv_ : environment_).push_back(texts_[i].data());
  argv_.push_back(nullptr);
  environment_.push_back(nullptr);
  // the guard lowers its own score; the worker gets back the one of its unit. A command begins with
  // 0: it must not inherit the score that spares its agent when memory runs out
  if (arguments.agent > 0) {
    oom_score_ = "0";
  } else {
    std::ifstream{"/proc/self/oom_score_adj"} >> oom_score_;
  }
}

pid_t Launch::start(std::int64_t epoch, const WorkersCgroup& cgroup) noexcept {
  const auto digits = std::to_chars(epoch_digits_, epoch_digits_ + kEpochDigits, epoch);
  *digits.ptr = '\0';
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  outcome_.reset(pipe[0]);
  Descriptor report{pipe[1]};
  const pid_t guard = ::getpid();
  const pid_t pid = cgroup.present() ? cgroup.fork_into() : ::fork();
  if (pid == 0) become_command(guard, report.fd());
  if (pid > 0) ::setpgid(pid, pid);  // here too: a signal to the group can't come too early
  return pid;
}

void Launch::become_command(pid_t guard, int report) noexcept {
  ::setpgid(0, 0);
  write_text("/proc/self/oom_score_adj", oom_score_);
  if (!confinement_.narrow_capabilities() || !identity_.become())
    report_and_end(report, errno | kNotThatUser);
  // not before: a change of the user clears it
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != guard) ::_exit(126);  // died before the prctl
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  if (!confinement_.seal()) report_and_end(report, errno | kNotThatUser);
  ::execve(argv_[0], argv_.data(), environment_.data());
  report_and_end(report, errno);
}

int Launch::take_outcome() noexcept {
  int number = 0;
  const auto got = ::read(outcome_.fd(), &number, sizeof number);
  outcome_.reset();
  return got == static_cast<ssize_t>(sizeof number) ? number : 0;
}

}  // namespace jobflip::guard

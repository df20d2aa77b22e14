#include "jobflip/host/process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "host/own_children.hpp"
#include "jobflip/base/check.hpp"
#include "jobflip/base/descriptor.hpp"
#include "jobflip/os/errno_error.hpp"

namespace jobflip::host {
namespace {

/// What the child must do between fork and exec, prepared before the fork: after it, the child of a
/// program with threads must not allocate.
struct Plan {
  std::vector<std::string> texts;
  std::vector<char*> argv;
  std::vector<char*> environment;
  Descriptor null;
  Descriptor output;
  const SpawnSettings* settings{};
  pid_t parent{};
};

enum class Step : int { group = 1, user, folder, descriptors, exec };

struct Failure {
  Step step{};
  int number{};
};

std::string_view name_of(Step step) {
  switch (step) {
    case Step::group:
      return "cannot switch to group of";
    case Step::user:
      return "cannot switch to user of";
    case Step::folder:
      return "cannot enter the working folder of";
    case Step::descriptors:
      return "cannot set up stdin and stdout of";
    case Step::exec:
      return "cannot execute";
  }
  return "cannot start";
}

std::map<std::string, std::string> environment_of(const SpawnSettings& settings) {
  auto all = settings.environment;
  if (!settings.inherit_environment) return all;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string text{*entry};
    const auto equals = text.find('=');
    if (equals != std::string::npos) all.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

/// The file's folder may belong to the worker: a FIFO there must not hold us up, and root must not
/// follow the worker's links.
int open_output(const std::string& path) {
  const bool our_own = path.starts_with("/proc/self/fd/");  // a link made by the kernel
  const int no_link = ::geteuid() == 0 && !our_own ? O_NOFOLLOW : 0;
  const int fd =
      ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | no_link, 0640);
  if (fd >= 0) ::fcntl(fd, F_SETFL, O_APPEND);
  return fd;
}

Result<Plan> make_plan(const SpawnSettings& settings) {
  Plan plan;
  plan.settings = &settings;
  plan.parent = ::getpid();
  plan.texts = settings.argv;
  for (const auto& [name, value] : environment_of(settings))
    plan.texts.push_back(name + "=" + value);
  for (std::size_t i = 0; i < plan.texts.size(); ++i) {
    auto& list = i < settings.argv.size() ? plan.argv : plan.environment;
    list.push_back(plan.texts[i].data());
  }
  plan.argv.push_back(nullptr);
  plan.environment.push_back(nullptr);
  plan.null.reset(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!plan.null.open()) return os::errno_error("cannot open /dev/null", errno);
  if (!settings.output.empty()) {
    plan.output.reset(open_output(settings.output));
    if (!plan.output.open())
      return os::errno_error("cannot open output file " + settings.output, errno);
  }
  return plan;
}

void reset_signals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

std::optional<Step> set_up_child(const Plan& plan) {
  const auto& settings = *plan.settings;
  reset_signals();
  if (settings.own_group) ::setpgid(0, 0);
  if (settings.group) {
    const gid_t group = *settings.group;
    if (::setgroups(1, &group) != 0 || ::setresgid(group, group, group) != 0) return Step::group;
  }
  if (settings.user) {
    if (::setresuid(*settings.user, *settings.user, *settings.user) != 0) return Step::user;
  }
  // after the switch: the kernel clears this when the credentials change
  if (settings.dies_with_parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != plan.parent) ::_exit(0);  // died before the prctl
  }
  if (!settings.folder.empty() && ::chdir(settings.folder.c_str()) != 0) return Step::folder;
  if (::dup2(plan.null.fd(), 0) < 0) return Step::descriptors;
  if (plan.output.open() && (::dup2(plan.output.fd(), 1) < 0 || ::dup2(plan.output.fd(), 2) < 0))
    return Step::descriptors;
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  ::execve(plan.argv[0], plan.argv.data(), plan.environment.data());
  return Step::exec;
}

ProcessEnd end_of(const siginfo_t& info) {
  if (info.si_code == CLD_EXITED) return ProcessEnd{.exit_code = info.si_status, .signal = 0};
  return ProcessEnd{.exit_code = 0, .signal = info.si_status};
}

/// Waits for this child to end, regardless of the others.
void reap_own(pid_t pid) noexcept {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
  }
  auto& own = OwnChildren::of_this_process();
  const auto held = own.lock();
  ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG);
  own.remove(pid);
}

}  // namespace

std::string describe(const ProcessEnd& end) {
  if (end.signal == 0) return "exited with " + std::to_string(end.exit_code);
  const char* name = ::sigabbrev_np(end.signal);
  return "was killed by " +
         (name != nullptr ? "SIG" + std::string{name} : "signal " + std::to_string(end.signal));
}

Result<Process> Process::spawn(const SpawnSettings& settings) {
  if (settings.argv.empty() || settings.argv[0].empty())
    return Error{ErrorCode::usage, "a process to start has no program name", ""};
  auto plan = make_plan(settings);
  if (!plan) return plan.error();
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return os::errno_error("cannot make a pipe", errno);
  Descriptor read_end{pipe[0]};
  Descriptor write_end{pipe[1]};

  auto& own = OwnChildren::of_this_process();
  auto held = own.lock();
  const pid_t pid = ::fork();
  if (pid < 0) return os::errno_error("cannot fork for " + settings.argv[0], errno);
  if (pid > 0) own.add(pid);
  if (pid == 0) {
    const auto failed = set_up_child(*plan);
    const Failure failure{failed.value_or(Step::exec), errno};
    if (::write(write_end.fd(), &failure, sizeof failure) < 0) ::_exit(126);
    ::_exit(127);
  }
  held.unlock();
  write_end.reset();
  Failure failure;
  ssize_t got = 0;
  while ((got = ::read(read_end.fd(), &failure, sizeof failure)) < 0 && errno == EINTR) {
  }
  if (got == static_cast<ssize_t>(sizeof failure)) {
    reap_own(pid);
    return os::errno_error(std::string{name_of(failure.step)} + " " + settings.argv[0],
                           failure.number);
  }
  const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  Process process{pid, descriptor};
  if (descriptor < 0) return os::errno_error("cannot watch process " + std::to_string(pid), errno);
  return process;
}

Process::Process(Process&& other) noexcept
    : pid_{std::exchange(other.pid_, -1)},
      descriptor_{std::exchange(other.descriptor_, -1)},
      end_{std::exchange(other.end_, std::nullopt)} {}

Process& Process::operator=(Process&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(end_, other.end_);
  return *this;
}

Process::~Process() {
  if (pid_ > 0 && !end_) {
    ::kill(pid_, SIGKILL);
    reap_own(pid_);
    pid_ = -1;
  }
  let_go();
}

std::optional<ProcessEnd> Process::wait(Millis at_most) {
  if (end_ || pid_ <= 0) return end_;
  const auto give_up = BootClock::now() + at_most;
  for (;;) {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
      if (errno == EINTR) continue;
      // somebody else reaped our child: it is gone, and how it ended is unknown
      end_ = ProcessEnd{.exit_code = -1, .signal = 0};
    } else if (info.si_pid == pid_) {
      end_ = end_of(info);
    }
    if (end_) reap_own(pid_);
    const auto left = std::chrono::ceil<Millis>(give_up - BootClock::now());
    if (end_ || left <= Millis{0}) return end_;
    pollfd watch{descriptor_, POLLIN, 0};
    ::poll(&watch, 1, static_cast<int>(std::min<Millis::rep>(left.count(), 60'000)));
  }
}

bool Process::send(int signal) noexcept {
  if (pid_ <= 0 || end_) return false;
  // pid_ is our child and not reaped, so the number can't mean another process
  return ::kill(pid_, signal) == 0;
}

ProcessEnd Process::end(Millis grace) {
  JF_CHECK(pid_ > 0);
  send(SIGTERM);
  if (!wait(grace)) send(SIGKILL);
  while (!wait(Millis{60'000})) {
  }
  return *end_;
}

void Process::let_go() noexcept {
  if (pid_ > 0 && !end_) {
    auto& own = OwnChildren::of_this_process();
    const auto held = own.lock();
    own.let_go(pid_);
  }
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
  pid_ = -1;
  end_.reset();
}

}  // namespace jobflip::host

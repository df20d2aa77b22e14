#include "guard/capturer.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string_view>

#include "jobflip/base/time.hpp"
#include "jobflip/capture/capture_fifo.hpp"
#include "jobflip/capture/process_capture.hpp"
#include "jobflip/guard/lease_page.hpp"

namespace jobflip::guard {
namespace {

constexpr const char* kCaptureFlag = "--capture";
// together less than an agent waits for a guard (black_box.cpp)
constexpr Millis kLookWithin{700};
constexpr Millis kTellWithin{300};
constexpr int kAlarm = 1500;  // ms: then the kernel ends a capturer that hangs
constexpr std::size_t kMostBytes = 224 * 1024;

[[noreturn]] void become_capturer(pid_t guard, int orders, char** words) noexcept {
  if (::dup2(orders, STDIN_FILENO) < 0) ::_exit(126);
  ::close_range(3, ~0U, 0);  // the guard's lock among them
  const int null = ::open("/dev/null", O_RDWR);
  if (null < 0 || ::dup2(null, STDOUT_FILENO) < 0 || ::dup2(null, STDERR_FILENO) < 0) ::_exit(126);
  ::close(null);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != guard) ::_exit(126);
  std::array<char*, 1> no_environment{nullptr};
  ::execve("/proc/self/exe", words, no_environment.data());
  ::_exit(127);
}

void set_alarm(int after_ms) noexcept {
  itimerval when{};
  when.it_value.tv_sec = after_ms / 1000;
  when.it_value.tv_usec = after_ms % 1000 * 1000;
  ::setitimer(ITIMER_REAL, &when, nullptr);
}

void allow_signals() noexcept {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// The guard's own is the lowest there is: memory is not to be held by this process at any price.
void raise_oom_score() noexcept {
  const Descriptor file{::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)};
  if (file.open() && ::write(file.fd(), "0", 1) < 0) return;
}

void look(const std::string& fifo, const capture::CaptureTarget& at) {
  const auto now = BootClock::now();
  const auto seen = capture::look_at(at, now + kLookWithin);
  // a failure is not reported: the agent then captures by itself
  (void)capture::write_capture(fifo, capture::json_of(seen, kMostBytes),
                               now + kLookWithin + kTellWithin)
      .has_value();
}

}  // namespace

Capturer Capturer::start(const std::string& page, const std::string& cgroup) {
  Capturer capturer;
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return capturer;
  const Descriptor its_end{pipe[0]};
  Descriptor ours{pipe[1]};
  if (::fcntl(ours.fd(), F_SETFL, O_NONBLOCK) != 0) return capturer;
  const pid_t guard = ::getpid();
  std::string program{"jobflip-guard"};
  std::string what{kCaptureFlag};
  std::string path{page};
  std::string group{cgroup};
  std::string number = std::to_string(guard);
  std::array<char*, 6> words{program.data(), what.data(),   path.data(),
                             group.data(),   number.data(), nullptr};
  const pid_t pid = ::fork();
  if (pid == 0) become_capturer(guard, its_end.fd(), words.data());
  if (pid < 0) return capturer;
  capturer.pid_ = pid;
  capturer.orders_ = std::move(ours);
  return capturer;
}

void Capturer::ask() noexcept {
  if (pid_ <= 0 || !orders_.open()) return;
  if (::write(orders_.fd(), &capture::kCaptureOrder, 1) < 0) return;  // it has enough to do
}

bool is_capturer(int count, char** words) noexcept {
  return count == 5 && std::string_view{words[1]} == kCaptureFlag;
}

int run_capturer(char** words) {
  allow_signals();
  raise_oom_score();
  ::prctl(PR_SET_NAME, "jobflip-capture");
  const std::string page{words[2]};
  const auto guard = os::whole_number<pid_t>(words[4]);
  if (!page.ends_with(kLeaseSuffix) || !guard || *guard != ::getppid()) return 2;
  const auto fifo = sibling_path(page, capture::kCaptureSuffix);
  const capture::CaptureTarget at{.cgroup = words[3], .guard = *guard, .not_this = ::getpid()};
  std::array<char, 64> orders{};
  for (;;) {
    const auto got = ::read(STDIN_FILENO, orders.data(), orders.size());  // several count as one
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return 0;
    set_alarm(kAlarm);
    try {
      look(fifo, at);
    } catch (const std::exception&) {  // no memory left: the next capture may find some
    }
    set_alarm(0);
  }
}

}  // namespace jobflip::guard

#include "checks/exec_check.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "checks/command_keeper.hpp"
#include "jobflip/base/check.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::checks {
namespace {

using core::CheckResult;
using Outcome = core::CheckResult::Outcome;

constexpr Millis kEndPatience{2000};
constexpr std::size_t kLineMax = 200;

CheckResult impossible(const std::string& what, int number) {
  return {Outcome::impossible, {}, {}, what + ": " + std::strerror(number)};
}

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;
  bool make() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read_end.reset(ends[0]);
    write_end.reset(ends[1]);
    return true;
  }
};

/// Our side of a command that runs.
struct Running {
  pid_t keeper{};
  Descriptor output;
  Descriptor control;
  Descriptor answer;
};

void append_bounded(std::string& kept, const char* text, std::size_t bytes) {
  kept.append(text, std::min(bytes, kOutputMax - kept.size()));
}

/// Reads what is there. False: at the end.
bool read_output(int fd, std::string& kept) {
  std::array<char, 65'536> text{};
  const auto got = ::read(fd, text.data(), text.size());
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  append_bounded(kept, text.data(), static_cast<std::size_t>(got));
  return got > 0;
}

/// The first line of the output, for people.
std::string first_line(const std::string& output) {
  const auto begin = output.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return "";
  auto line = output.substr(begin, output.find_first_of("\r\n", begin) - begin);
  line.erase(line.find_last_not_of(" \t") + 1);
  return printable(line, kLineMax);
}

CheckResult judge_end(const core::ServiceSettings& service, const CommandEnd& end,
                      const std::string& output) {
  const auto line = first_line(output);
  const auto with_line = [&](const std::string& text) {
    return line.empty() ? text : text + ": " + line;
  };
  switch (end.how) {
    case CommandEnd::How::not_started:
      return impossible("the command can't be started", end.number);
    case CommandEnd::How::killed:
      return {Outcome::failed,
              {},
              {},
              with_line("the command was killed by signal " + std::to_string(end.number))};
    case CommandEnd::How::exited:
      break;
  }
  if (end.number != 0)
    return {Outcome::failed,
            {},
            {},
            with_line("the command exited with " + std::to_string(end.number))};
  if (service.body_contains && output.find(*service.body_contains) == std::string::npos)
    return {Outcome::failed,
            {},
            {},
            "the output does not contain \"" + printable(*service.body_contains, 100) + "\""};
  return {Outcome::passed, {}, {}, with_line("the command exited with 0")};
}

/// Ours, and none of the supervisor's own: that may name secrets.
char* const* plain_environment() {
  static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  static char locale[] = "LC_ALL=C.UTF-8";
  static char* const environment[] = {path, locale, nullptr};
  return environment;
}

Result<Running> start(const std::vector<std::string>& argv) {
  auto texts = argv;
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  Pipe output, control, answer;
  const Descriptor null{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  const auto failed = [](const char* what) {
    return Error{ErrorCode::host_failed, std::string{what} + ": " + std::strerror(errno), ""};
  };
  if (!null.open() || !output.make() || !control.make() || !answer.make())
    return failed("no pipe for the command");
  ::fcntl(output.read_end.fd(), F_SETFL, O_NONBLOCK);
  const pid_t keeper = ::fork();
  if (keeper < 0) return failed("no process for the command");
  if (keeper == 0)
    keep_command(pointers.data(), plain_environment(),
                 {null.fd(), output.write_end.fd(), control.read_end.fd(), answer.write_end.fd()});
  return Running{keeper, std::move(output.read_end), std::move(control.write_end),
                 std::move(answer.read_end)};
}

/// Waits for a keeper that ends by itself; false if it does not in time.
bool reap(pid_t keeper, Instant until) {
  for (;;) {
    const auto ended = ::waitpid(keeper, nullptr, WNOHANG);
    if (ended == keeper || (ended < 0 && errno != EINTR)) return true;
    if (BootClock::now() >= until) return false;
    ::poll(nullptr, 0, 5);
  }
}

enum class Wait { ended, timed_out, cancelled, lost };

/// Until the command has ended; drops what is too much of its output.
Wait wait_for_end(Running& running, int cancelled, Instant until, CommandEnd& end,
                  std::string& output) {
  bool has_output = true;
  for (;;) {
    const auto left = std::chrono::duration_cast<Millis>(until - BootClock::now());
    if (left <= Millis{0}) return Wait::timed_out;
    std::array<pollfd, 3> files{pollfd{running.answer.fd(), POLLIN, 0},
                                pollfd{cancelled, POLLIN, 0},
                                pollfd{has_output ? running.output.fd() : -1, POLLIN, 0}};
    if (::poll(files.data(), files.size(), static_cast<int>(left.count())) < 0) continue;
    if (files[1].revents != 0) return Wait::cancelled;
    if (files[2].revents != 0) has_output = read_output(running.output.fd(), output);
    if (files[0].revents == 0) continue;
    const auto got = ::read(running.answer.fd(), &end, sizeof end);
    if (got != static_cast<ssize_t>(sizeof end)) return Wait::lost;
    for (int i = 0; i < 16 && has_output; ++i)
      has_output = read_output(running.output.fd(), output);
    return Wait::ended;
  }
}

}  // namespace

ExecCheck::ExecCheck() : cancelled_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
  JF_CHECK(cancelled_.open());
}

ExecCheck::~ExecCheck() {
  std::erase_if(left_over_, [](pid_t keeper) { return reap(keeper, Instant{}); });
}

CheckResult ExecCheck::run(const core::ServiceSettings& service,
                           const std::vector<std::string>& argv) {
  eventfd_t earlier{};
  (void)::eventfd_read(cancelled_.fd(), &earlier);
  std::erase_if(left_over_, [](pid_t keeper) { return reap(keeper, Instant{}); });
  const auto until = BootClock::now() + service.timeout;
  auto running = start(argv);
  if (!running) return {Outcome::impossible, {}, {}, running.error().text};
  CommandEnd end;
  std::string output;
  const auto wait = wait_for_end(*running, cancelled_.fd(), until, end, output);
  running->control.reset();
  if (!reap(running->keeper, BootClock::now() + kEndPatience))
    left_over_.push_back(running->keeper);
  if (wait == Wait::cancelled) return {Outcome::impossible, {}, {}, "the check was cancelled"};
  if (wait == Wait::lost)
    return {Outcome::impossible, {}, {}, "the process that ran the command was killed"};
  if (wait == Wait::ended) return judge_end(service, end, output);
  const auto line = first_line(output);
  return {Outcome::failed,
          {},
          {},
          "the command did not end in time" + (line.empty() ? "" : ": " + line)};
}

void ExecCheck::cancel() noexcept {
  (void)::eventfd_write(cancelled_.fd(), 1);
}

}  // namespace jobflip::checks

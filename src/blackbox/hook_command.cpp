#include "blackbox/hook_command.hpp"

#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "jobflip/base/descriptor.hpp"
#include "jobflip/os/errno_error.hpp"

namespace jobflip::blackbox {
namespace {

/// Reads what is there, keeps what fits.
void take_output(int pipe, std::string& output) {
  std::array<char, 16'384> piece;
  // not for ever: after a command that writes faster than we read, the clock is checked first
  for (int i = 0; i < 16; ++i) {
    const auto got = ::read(pipe, piece.data(), piece.size());
    if (got <= 0) return;
    const auto room = kMostOutput - output.size();
    output.append(piece.data(), std::min(room, static_cast<std::size_t>(got)));
  }
}

}  // namespace

Result<HookResult> run_hook(const std::vector<std::string>& argv,
                            const std::map<std::string, std::string>& environment,
                            Instant give_up) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
    return os::errno_error("cannot make a pipe", errno);
  const Descriptor ours{ends[0]};
  Descriptor its{ends[1]};
  host::SpawnSettings spawn;
  spawn.argv = argv;
  spawn.environment = environment;
  spawn.inherit_environment = false;
  spawn.output = "/proc/self/fd/" + std::to_string(its.fd());  // a second, blocking open
  spawn.folder = "/";
  spawn.own_group = true;
  auto process = host::Process::spawn(spawn);
  if (!process) return process.error();
  its.reset();
  HookResult result;
  std::array<pollfd, 2> watched{{{ours.fd(), POLLIN, 0}, {process->descriptor(), POLLIN, 0}}};
  while (watched[1].revents == 0) {
    const auto left = std::chrono::ceil<Millis>(give_up - BootClock::now());
    result.timed_out = left <= Millis{0};
    if (result.timed_out) break;
    ::poll(watched.data(), watched.size(), static_cast<int>(left.count()));
    if ((watched[0].revents & POLLIN) != 0)
      take_output(ours.fd(), result.output);
    else if (watched[0].revents != 0)
      watched[0].fd = -1;  // it closed its output, and goes on
  }
  // not reaped yet, so that the number of its group can't be reused
  const pid_t group = process->pid();
  ::kill(-group, SIGKILL);
  result.end = process->end(Millis{0});
  take_output(ours.fd(), result.output);
  return result;
}

}  // namespace jobflip::blackbox

#include "demo/stage.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "jobflip/base/check.hpp"

namespace jobflip::demo {
namespace {

constexpr Millis kAskAgain{50};

sigset_t stop_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  ::sigaddset(&signals, SIGHUP);
  return signals;
}

}  // namespace

Stage::Stage() : begin_{BootClock::now()} {
  const sigset_t signals = stop_signals();
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);  // `jobflip demo | head` must still clean up
  signals_ = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  JF_CHECK(signals_ >= 0);
}

Stage::~Stage() {
  ::close(signals_);
}

void Stage::tell(std::string_view text) {
  fmt::print("{:>8}  {}\n", seconds(since_start()), text);
  std::fflush(stdout);
}

void Stage::heading(std::string_view text) {
  fmt::print("\n$ {}\n", text);
  std::fflush(stdout);
}

void Stage::quote(std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    fmt::print("  {}\n", text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::fflush(stdout);
}

bool Stage::interrupted() {
  pause(Millis{0});
  return interrupted_;
}

void Stage::pause(Millis length) {
  if (interrupted_) return;
  pollfd watched{.fd = signals_, .events = POLLIN, .revents = 0};
  interrupted_ = ::poll(&watched, 1, static_cast<int>(length.count())) > 0;
}

Result<void> Stage::await(std::string_view what, std::string_view log, Millis at_most,
                          const std::function<Result<bool>()>& holds) {
  const Instant give_up = BootClock::now() + at_most;
  for (;;) {
    if (interrupted()) return Error{ErrorCode::refused, "ended by a signal", ""};
    const Result<bool> answer = holds();
    if (!answer) return answer.error();
    if (*answer) return {};
    if (BootClock::now() >= give_up)
      return Error{ErrorCode::host_failed,
                   fmt::format("did not happen within {}: {}", seconds(at_most), what),
                   log.empty() ? "" : fmt::format("look into {}", log)};
    pause(kAskAgain);
  }
}

Millis Stage::since_start() const {
  return std::chrono::duration_cast<Millis>(BootClock::now() - begin_);
}

std::string seconds(Millis length) {
  return fmt::format("{:.1f} s", static_cast<double>(length.count()) / 1000.0);
}

WallTime wall_now() {
  return std::chrono::time_point_cast<Micros>(std::chrono::system_clock::now());
}

Millis between(WallTime earlier, WallTime later) {
  return std::chrono::duration_cast<Millis>(later - earlier);
}

}  // namespace jobflip::demo

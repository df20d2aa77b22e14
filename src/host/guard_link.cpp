#include "host/guard_link.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "host/strays.hpp"
#include "host/worker_sentence.hpp"
#include "jobflip/base/check.hpp"
#include "jobflip/guard/fence_plan.hpp"
#include "jobflip/os/errno_error.hpp"

namespace jobflip::host {

using core::WorkerPhase;

namespace {

constexpr std::int64_t kSweepEvery = 10'000'000;  // ns

std::int64_t to_ns(Instant at) {
  return at.time_since_epoch().count();
}

}  // namespace

GuardLink::GuardLink(std::string runtime_dir, const PoolName& pool)
    : path_{std::move(runtime_dir) + "/" + pool.str() + guard::kLeaseSuffix},
      epoll_{::epoll_create1(EPOLL_CLOEXEC)},
      timer_{::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK)} {
  JF_CHECK(epoll_.open() && timer_.open());
  watch(timer_.fd());
}

void GuardLink::watch(int fd) noexcept {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  ::epoll_ctl(epoll_.fd(), EPOLL_CTL_ADD, fd, &event);
}

bool GuardLink::guard_alive() const {
  // without an answer it counts as alive: otherwise workers that run would be called empty
  const auto alive = guard::is_guard_alive(guard::sibling_path(path_, ".guard"));
  if (!alive || *alive) return true;
  return is_guard_of(guard_pid(), path_);  // the file that it has locked may have been removed
}

pid_t GuardLink::guard_pid() const noexcept {
  return static_cast<pid_t>(page_->guard_pid.load());
}

guard::GuardPhase GuardLink::phase() const noexcept {
  if (!guard::is_of_this_boot(*page_, boot_)) return guard::GuardPhase::none;
  return static_cast<guard::GuardPhase>(page_->phase.load(std::memory_order_acquire));
}

/// Tests the lock after it opened the pidfd: while the lock is held, the number is the guard's.
void GuardLink::attach() noexcept {
  const auto pid = guard_pid();
  // a guard that ends frees its lock before its pidfd shows it: the next one may already be there
  if (pid != attached_) detach();
  if (guard_.open() || phase() == guard::GuardPhase::none || pid <= 0) return;
  Descriptor process{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
  if (!process.open() || !guard_alive()) return;
  guard_ = std::move(process);
  attached_ = pid;
  watch(guard_.fd());
}

void GuardLink::detach() noexcept {
  if (!guard_.open()) return;
  ::epoll_ctl(epoll_.fd(), EPOLL_CTL_DEL, guard_.fd(), nullptr);
  guard_.reset();
}

void GuardLink::order_start(Epoch epoch, Instant deadline) noexcept {
  page_->epoch.store(epoch.value);
  page_->deadline.store(to_ns(deadline));
  page_->stop_by.store(0);
  page_->go.store(1, std::memory_order_release);
}

/// An epoch without `go` means that a guard took the order: see read_page().
bool GuardLink::withdraw_start() noexcept {
  if (page_->go.exchange(0) != 1) return false;
  page_->epoch.store(0);
  return true;
}

/// A deadline that has passed is never moved: the lease may be another node's by now.
void GuardLink::extend(Instant deadline) noexcept {
  if (!guard::is_of_this_version(*page_)) return;
  const auto now = to_ns(BootClock::now());
  const auto old = page_->deadline.load();
  if (to_ns(deadline) > old && now < old) page_->deadline.store(to_ns(deadline));
}

void GuardLink::ask_stop(Millis grace) noexcept {
  const auto by = to_ns(BootClock::now() + std::max(grace, Millis{0}));
  const auto before = page_->stop_by.load();
  page_->stop_by.store(before == 0 ? by : std::min(by, before));
  signal_guard();
}

bool GuardLink::signal_guard() noexcept {
  // before `armed` the guard has not blocked its signals yet, and reads the page anyway
  if (phase() == guard::GuardPhase::none) return true;
  attach();
  if (!guard_.open()) return false;
  if (::syscall(SYS_pidfd_send_signal, guard_.fd(), SIGUSR1, nullptr, 0) == 0) return true;
  // the guard is root, and the agent is not
  const char byte = 1;
  return errno == EPERM && (::write(orders_.fd(), &byte, 1) == 1 || errno == EAGAIN);
}

void GuardLink::wait_for_news(Millis at_most) noexcept {
  pollfd news{epoll_.fd(), POLLIN, 0};
  ::poll(&news, 1, static_cast<int>(std::clamp<Millis::rep>(at_most.count(), 0, 60'000)));
}

void GuardLink::take_news() noexcept {
  std::array<char, 256> bytes{};
  while (::read(events_.fd(), bytes.data(), bytes.size()) > 0) {
  }
  std::uint64_t fired = 0;
  if (::read(timer_.fd(), &fired, sizeof fired) < 0) fired = 0;
  pollfd ended{guard_.fd(), POLLIN, 0};
  if (guard_.open() && ::poll(&ended, 1, 0) > 0) detach();
  if (page_.mapped()) attach();
}

core::WorkerStatus GuardLink::status() {
  if (!page_.mapped()) {
    const auto looked = find_page();
    if (!looked) return {.phase = WorkerPhase::unknown, .sentence = looked.error().text};
    // Through them this process hears a guard that was there before it; without them it polls.
    if (page_.mapped()) (void)open().has_value();
  }
  take_news();
  if (!page_.mapped()) return without_page("its lease page is gone");
  if (!guard::is_of_this_boot(*page_, boot_))
    return without_page("its lease page is not of this boot");
  auto status = is_in_place() ? read_page() : out_of_place(read_page());
  if (status.phase == WorkerPhase::running && !guard::is_of_this_version(*page_)) {
    // their lease is not renewed, so the guard ends them in time; nothing starts beside them before
    status.phase = WorkerPhase::stopping;
    status.sentence =
        "their guard is of another version of jobflip: its workers end with the lease";
  }
  return status;
}

core::WorkerStatus GuardLink::read_page() {
  // in this order: the phase of a dead guard does not change any more
  const bool alive = guard_alive();
  const auto now_at = phase();
  core::WorkerStatus status;
  status.epoch = Epoch{page_->epoch.load()};
  status.deadline = Instant{std::chrono::nanoseconds{page_->deadline.load()}};
  status.at_deadline =
      page_->cause.load() == static_cast<std::uint64_t>(guard::GuardCause::deadline);
  status.sentence = sentence_of(*page_, now_at);
  switch (now_at) {
    case guard::GuardPhase::none:
      return {.phase = WorkerPhase::absent};
    case guard::GuardPhase::armed:
      if (!alive) return {.phase = WorkerPhase::absent};
      if (status.epoch.value == 0 || page_->go.load() == 1) return {.phase = WorkerPhase::armed};
      // it hangs between taking the order and reporting
      return {.phase = WorkerPhase::unknown,
              .sentence = "its guard took the order to start, and has not said how that went"};
    case guard::GuardPhase::starting:
    case guard::GuardPhase::running:
      status.phase = WorkerPhase::running;
      break;
    case guard::GuardPhase::stopping:
      status.phase = WorkerPhase::stopping;
      break;
    case guard::GuardPhase::empty:
      status.phase = WorkerPhase::empty;
      status.end_unseen = page_->unseen.load() == 1;
      status.end = end_of(*page_);
      return status;
    case guard::GuardPhase::broken:
      status.phase = WorkerPhase::broken;
      return status;
  }
  if (!alive) return after_guard_death();
  if (status.phase == WorkerPhase::running) end_late_guard();
  return status;
}

/// It should have reported `stopping` a while ago, so it hangs, and its workers live as long as it
/// does. When it is killed, they die with it. This is the second line of defence: the first needs
/// no agent.
void GuardLink::end_late_guard() noexcept {
  if (to_ns(BootClock::now()) < guard::guard_late_at(*page_)) return;
  attach();
  if (guard_.open()) ::syscall(SYS_pidfd_send_signal, guard_.fd(), SIGKILL, nullptr, 0);
}

void GuardLink::look_again_soon() noexcept {
  look_again_in(kSweepEvery);
}

void GuardLink::look_again_in(std::int64_t nanoseconds) noexcept {
  itimerspec when{};
  when.it_value.tv_nsec = nanoseconds;
  ::timerfd_settime(timer_.fd(), 0, &when, nullptr);
}

}  // namespace jobflip::host

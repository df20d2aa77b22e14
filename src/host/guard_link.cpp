#include "host/guard_link.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "host/errno_error.hpp"
#include "host/fence_plan.hpp"
#include "host/worker_sentence.hpp"
#include "jobflip/base/check.hpp"

namespace jobflip::host {

using core::WorkerPhase;

namespace {

constexpr std::int64_t kSweepEvery = 10'000'000;  // ns

std::int64_t to_ns(Millis length) {
  return std::chrono::nanoseconds{length}.count();
}
std::int64_t to_ns(Instant at) {
  return at.time_since_epoch().count();
}

/// Readable and writable on both sides, so that neither waits for the other, or dies of it.
Result<Descriptor> open_fifo(const std::string& path) {
  if (::mkfifo(path.c_str(), 0600) != 0 && errno != EEXIST)
    return errno_error("cannot make " + path, errno);
  Descriptor fifo{::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)};
  struct stat facts {};
  if (!fifo.open() || ::fstat(fifo.fd(), &facts) != 0)
    return errno_error("cannot open " + path, errno);
  if (!S_ISFIFO(facts.st_mode))
    return Error{ErrorCode::host_failed, printable(path) + " is not a FIFO", "remove it"};
  return fifo;
}

}  // namespace

GuardLink::GuardLink(std::string runtime_dir, const PoolName& pool)
    : path_{std::move(runtime_dir) + "/" + pool.str() + kLeaseSuffix},
      epoll_{::epoll_create1(EPOLL_CLOEXEC)},
      timer_{::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK)} {
  JF_CHECK(epoll_.open() && timer_.open());
  watch(timer_.fd());
}

Result<void> GuardLink::open() {
  if (page_.mapped()) return {};
  const auto boot = read_boot_mark();
  if (!boot) return boot.error();
  auto fifo = open_fifo(sibling_path(path_, ".events"));
  if (!fifo) return fifo.error();
  auto orders = open_fifo(sibling_path(path_, ".orders"));
  if (!orders) return orders.error();
  // ours, before a guard that is root makes it so that we could not ask for its lock
  const auto lock = sibling_path(path_, ".guard");
  const Descriptor made{::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!made.open()) return errno_error("cannot open " + lock, errno);
  auto page = MappedPage::open(path_, true);
  if (!page) return page.error();
  boot_ = *boot;
  orders_ = std::move(*orders);
  events_ = std::move(*fifo);
  page_ = std::move(*page);
  watch(events_.fd());
  attach();
  return {};
}

void GuardLink::watch(int fd) noexcept {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  ::epoll_ctl(epoll_.fd(), EPOLL_CTL_ADD, fd, &event);
}

bool GuardLink::guard_alive() const {
  // what can't be asked counts as alive: nothing is called empty for want of an answer
  const auto alive = is_guard_alive(sibling_path(path_, ".guard"));
  return alive ? *alive : true;
}

pid_t GuardLink::guard_pid() const noexcept {
  return static_cast<pid_t>(page_->guard_pid.load());
}

GuardPhase GuardLink::phase() const noexcept {
  if (!is_of_this_boot(*page_, boot_)) return GuardPhase::none;
  return static_cast<GuardPhase>(page_->phase.load(std::memory_order_acquire));
}

/// The lock is asked for after the pidfd was opened: while it is held, the number is the guard's.
void GuardLink::attach() noexcept {
  const auto pid = guard_pid();
  // the lock of one that ends is free before its pidfd says so: the next one may be there already
  if (pid != attached_) detach();
  if (guard_.open() || phase() == GuardPhase::none || pid <= 0) return;
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

Result<void> GuardLink::lay_out_for(const core::LeaseTimings& timings) {
  if (guard_alive())
    return Error{ErrorCode::refused, "a guard of " + printable(path_) + " still lives", ""};
  lay_out(*page_, boot_);
  clean_sweeps_ = 0;
  set_timings(timings);
  return {};
}

void GuardLink::set_timings(const core::LeaseTimings& timings) noexcept {
  if (!is_of_this_version(*page_)) return;
  page_->graceful_stop.store(to_ns(timings.graceful_stop));
  page_->kill_to_empty.store(to_ns(timings.kill_to_empty));
  page_->guard_margin.store(to_ns(timings.guard_margin));
}

void GuardLink::order_start(Epoch epoch, Instant deadline) noexcept {
  page_->epoch.store(epoch.value);
  page_->deadline.store(to_ns(deadline));
  page_->stop_by.store(0);
  page_->go.store(1, std::memory_order_release);
}

bool GuardLink::withdraw_start() noexcept {
  return page_->go.exchange(0) == 1;
}

/// A deadline that has passed is never moved: the lease may be another node's by now.
void GuardLink::extend(Instant deadline) noexcept {
  if (!is_of_this_version(*page_)) return;
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
  // before `armed` the guard does not hold its signals back yet, and reads the page anyway
  if (phase() == GuardPhase::none) return true;
  attach();
  if (!guard_.open()) return false;
  if (::syscall(SYS_pidfd_send_signal, guard_.fd(), SIGUSR1, nullptr, 0) == 0) return true;
  // a guard that is root, and an agent that is not
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
  attach();
}

core::WorkerStatus GuardLink::status() {
  take_news();
  if (!is_of_this_boot(*page_, boot_)) return {.phase = WorkerPhase::absent};
  auto status = read_page();
  if (status.phase == WorkerPhase::running && !is_of_this_version(*page_)) {
    // it is not renewed, and so the guard ends them in time; nothing starts beside them before
    status.phase = WorkerPhase::stopping;
    status.sentence =
        "their guard is of another version of jobflip: its workers end with the lease";
  }
  return status;
}

core::WorkerStatus GuardLink::read_page() {
  // in this order: of a guard that is dead, the phase does not change any more
  const bool alive = guard_alive();
  const auto now_at = phase();
  core::WorkerStatus status;
  status.epoch = Epoch{page_->epoch.load()};
  status.deadline = Instant{std::chrono::nanoseconds{page_->deadline.load()}};
  status.at_deadline = page_->cause.load() == static_cast<std::uint64_t>(GuardCause::deadline);
  status.sentence = sentence_of(*page_, now_at);
  switch (now_at) {
    case GuardPhase::none:
      return {.phase = WorkerPhase::absent};
    case GuardPhase::armed:
      return {.phase = alive ? WorkerPhase::armed : WorkerPhase::absent};
    case GuardPhase::starting:
    case GuardPhase::running:
      status.phase = WorkerPhase::running;
      break;
    case GuardPhase::stopping:
      status.phase = WorkerPhase::stopping;
      break;
    case GuardPhase::empty:
      status.phase = WorkerPhase::empty;
      return status;
    case GuardPhase::broken:
      status.phase = WorkerPhase::broken;
      return status;
  }
  if (!alive) return after_guard_death();
  if (status.phase == WorkerPhase::running) end_late_guard();
  return status;
}

/// By now it must have said `stopping`, a while ago: it hangs, and while it lives its
/// workers do. Killed, it takes them with it. This is a second line: the first needs no agent.
void GuardLink::end_late_guard() noexcept {
  if (to_ns(BootClock::now()) < guard_late_at(*page_)) return;
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

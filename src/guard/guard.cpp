#include "guard/guard.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "guard/arming.hpp"
#include "jobflip/capture/capture_fifo.hpp"
#include "jobflip/guard/fence_plan.hpp"
#include "jobflip/os/errno_error.hpp"

namespace jobflip::guard {

namespace {

constexpr std::int64_t kKillAgainAfter = 5'000'000;    // ns, while a killed process is not gone yet
constexpr std::int64_t kTellAgainAfter = 100'000'000;  // ns, while orphans may appear in a drain

std::int64_t now_ns() noexcept {
  return BootClock::now().time_since_epoch().count();
}

}  // namespace

Guard::Guard(const Arguments& arguments, Identity identity, MappedPage page, const Mark& mark)
    : page_{std::move(page)}, launch_{arguments, hex_of(mark[0], mark[1]), std::move(identity)} {}

Result<Guard> Guard::arm(const Arguments& arguments, MappedPage page) {
  const auto mark = random_mark();
  auto identity = resolve_identity(arguments);
  if (!identity) return identity.error();
  if (identity->wanted) keep_own_cgroup();
  Guard guard{arguments, std::move(*identity), std::move(page), mark};
  if (!guard.descendants_.adopt()) return os::errno_error("cannot adopt descendants", errno);
  guard.signals_ = block_signals();
  guard.timer_.reset(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK));
  const auto fifo = sibling_path(arguments.page, ".events");
  guard.events_.reset(::open(fifo.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW));
  const auto orders = sibling_path(arguments.page, ".orders");
  guard.orders_.reset(::open(orders.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW));
  if (!guard.signals_.open() || !guard.timer_.open() || !guard.events_.open())
    return os::errno_error("cannot open signals, timer or " + fifo, errno);
  if (arguments.agent > 0) {
    guard.watches_agent_ = true;
    guard.agent_.reset(static_cast<int>(::syscall(SYS_pidfd_open, arguments.agent, 0)));
    if (!guard.agent_.open() || ::getppid() != arguments.agent)
      return Error{ErrorCode::host_failed, "the agent that wanted a guard is gone", ""};
  }
  const auto mark_text = hex_of(mark[0], mark[1]);
  if (arguments.use_cgroup)
    guard.cgroup_ =
        WorkersCgroup::make("jobflip-" + arguments.pool + "-" + mark_text.substr(0, 12));
  guard.manager_.connect();
  ::setsid();  // fails if we already lead a group, which is as good
  guard.capturer_ = Capturer::start(arguments.page, guard.cgroup_.path());
  lower_oom_score();

  auto& shared = *guard.page_;
  store_cgroup(shared, guard.cgroup_.path());
  shared.mark[0].store(mark[0]);
  shared.mark[1].store(mark[1]);
  for (auto* word : {&shared.number, &shared.worker_pid, &shared.wait_status, &shared.started_at,
                     &shared.ended_at, &shared.leftovers})
    word->store(0);
  shared.cause.store(static_cast<std::uint64_t>(GuardCause::none));
  shared.guard_pid.store(::getpid());
  stay_in_memory();
  return guard;
}

int Guard::run() noexcept {
  publish(GuardPhase::armed);
  while (!finished_) {
    take_signals();
    see_go();
    see_outcome();
    reap();
    see_time();
    see_empty();
    see_look();
    manager_.keep_alive(now_ns());
    if (!finished_) wait_for_event();
  }
  return kDone;
}

void Guard::take_signals() noexcept {
  signalfd_siginfo info{};
  while (::read(signals_.fd(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    const auto signal = static_cast<int>(info.ssi_signo);
    if (signal == SIGTERM || signal == SIGINT) asked_to_end_ = true;
  }
  // any byte means "read the page", like SIGUSR1; one of them asks for a capture, too
  // read only once: a writer that never stops must not keep us from the deadline
  std::array<char, 4096> bytes;
  if (const auto got = ::read(orders_.fd(), bytes.data(), bytes.size()); got > 0)
    if (std::find(bytes.begin(), bytes.begin() + got, capture::kCaptureOrder) !=
        bytes.begin() + got)
      look_wanted_ = true;
}

bool Guard::agent_is_gone() const noexcept {
  if (!watches_agent_) return false;
  pollfd watch{agent_.fd(), POLLIN, 0};
  return ::poll(&watch, 1, 0) > 0;
}

void Guard::see_go() noexcept {
  if (phase_ != GuardPhase::armed) return;
  if (asked_to_end_ || agent_is_gone() || page_->stop_by.load() != 0) {
    finish(GuardPhase::none, GuardCause::unused);
    return;
  }
  if (page_->go.exchange(0, std::memory_order_acq_rel) == 1) start();
}

void Guard::start() noexcept {
  const auto now = now_ns();
  const auto left = left_of(*page_, now);
  if (left < least_left(*page_)) return finish(GuardPhase::broken, GuardCause::too_late, left);
  page_->started_at.store(now);
  // written before the start: if the guard dies from here on, the agent must look for workers
  publish(GuardPhase::starting);
  worker_ = launch_.start(page_->epoch.load(), cgroup_);
  if (worker_ < 0 && cgroup_.present()) {
    // also written before: a cgroup that is still empty must not look like the end of the workers
    store_cgroup(*page_, "");
    cgroup_.remove();
    cgroup_ = WorkersCgroup{};
    worker_ = launch_.start(page_->epoch.load(), cgroup_);
  }
  if (worker_ < 0) return finish(GuardPhase::broken, GuardCause::fork_failed, errno);
  page_->worker_pid.store(worker_);
}

void Guard::see_outcome() noexcept {
  pollfd watch{launch_.outcome(), POLLIN, 0};
  if (launch_.outcome() < 0 || ::poll(&watch, 1, 0) <= 0) return;
  exec_error_ = launch_.take_outcome();
  if (exec_error_ == 0 && phase_ == GuardPhase::starting) {
    publish(GuardPhase::running);
    manager_.say_ready();
  }
}

void Guard::reap() noexcept {
  if (worker_ <= 0) return;
  int status = 0;
  for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG | __WALL)) > 0;) {
    if (pid == capturer_.pid()) {
      capturer_.reaped();
      continue;
    }
    if (pid != worker_) {
      descendants_.forget(pid);
      if (worker_reaped_ && (killing_ || ended_by_itself_)) page_->leftovers.fetch_add(1);
      continue;
    }
    worker_reaped_ = true;
    page_->wait_status.store(status);
    page_->ended_at.store(now_ns());
    see_outcome();  // a worker that has ended already: it did run
    see_worker_end();
  }
}

/// Processes that the worker started, as below `npm start` or `sh -c`, may still have jobs: a drain
/// goes on for them, and without a drain they get the graceful stop.
void Guard::see_worker_end() noexcept {
  if (capturer_.pid() > 0) ::kill(capturer_.pid(), SIGKILL);  // nothing is left to capture
  if (exec_error_ != 0) {
    killing_ = true;
  } else if (phase_ != GuardPhase::stopping) {
    ended_by_itself_ = true;
    kill_by_ = graceful_end(*page_, now_ns());
    begin_stop(GuardCause::worker_ended);
  }
}

void Guard::see_time() noexcept {
  if (worker_ <= 0) return;
  const auto now = now_ns();
  const auto plan = fence_plan(*page_);
  if (phase_ != GuardPhase::stopping) {
    if (page_->stop_by.load() != 0) {
      begin_stop(GuardCause::asked);
    } else if (now >= plan.term_at) {
      // from here on it is a stop like any other: a later deadline does not cancel it
      kill_by_ = plan.kill_at;
      begin_stop(GuardCause::deadline);
    } else if (asked_to_end_) {
      begin_stop(GuardCause::terminated);
    }
  }
  if (phase_ == GuardPhase::stopping && now >= std::min(plan.kill_at, kill_by_)) killing_ = true;
  if (killing_) {
    kill_everything();
  } else if (worker_reaped_) {
    // its group got the signal with it; after an end by itself nobody got one
    descendants_.tell_children(ended_by_itself_ ? 0 : worker_, capturer_.pid());
  }
}

void Guard::begin_stop(GuardCause cause) noexcept {
  page_->cause.store(static_cast<std::uint64_t>(cause));
  if (worker_alive()) ::kill(-worker_, SIGTERM);
  capturer_.dismiss();  // so that the end does not have to wait for it
  publish(GuardPhase::stopping);
}

void Guard::kill_everything() noexcept {
  cgroup_.kill_all();
  if (worker_alive()) ::kill(-worker_, SIGKILL);
  descendants_.kill_children();
  reap();
}

void Guard::see_empty() noexcept {
  if (!worker_reaped_) return;
  siginfo_t info{};
  childless_ =
      ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) != 0 && errno == ECHILD;
  if (!childless_ || !cgroup_.is_empty()) {
    // once: a reader of the page learns that the drain goes on without the main process
    if (!std::exchange(outlived_, true) && !killing_) publish(phase_);
    return;
  }
  if (exec_error_ >= Launch::kNotThatUser)
    return finish(GuardPhase::broken, GuardCause::user_failed, exec_error_ - Launch::kNotThatUser);
  if (exec_error_ != 0) return finish(GuardPhase::broken, GuardCause::exec_failed, exec_error_);
  finish(GuardPhase::empty, static_cast<GuardCause>(page_->cause.load()));
}

/// Comes last, and only for running workers: an order that comes while none run is dropped.
void Guard::see_look() noexcept {
  if (std::exchange(look_wanted_, false) && worker_alive()) capturer_.ask();
}

void Guard::finish(GuardPhase phase, GuardCause cause, std::int64_t number) noexcept {
  page_->number.store(number);
  page_->cause.store(static_cast<std::uint64_t>(cause));
  finished_ = true;
  publish(phase);
  ::sched_yield();  // the reader first: a release waits for it, and nobody waits for the rest
  cgroup_.remove();
}

void Guard::publish(GuardPhase phase) noexcept {
  phase_ = phase;
  page_->phase.store(static_cast<std::uint64_t>(phase), std::memory_order_release);
  const char byte = 1;
  // a full FIFO already has enough bytes to wake the reader up
  if (::write(events_.fd(), &byte, 1) < 0) return;
}

std::int64_t Guard::next_look() const noexcept {
  auto next = manager_.next_due();
  if (worker_ <= 0) return next;
  if (killing_ || childless_) return std::min(next, now_ns() + kKillAgainAfter);
  const auto plan = fence_plan(*page_);
  if (phase_ != GuardPhase::stopping) return std::min(next, plan.term_at);
  if (worker_reaped_) next = std::min(next, now_ns() + kTellAgainAfter);
  return std::min({next, plan.kill_at, kill_by_});
}

void Guard::wait_for_event() noexcept {
  itimerspec when{};
  const auto next = std::max<std::int64_t>(next_look(), 1);  // 0 would be no timer at all
  when.it_value.tv_sec = next / 1'000'000'000;
  when.it_value.tv_nsec = next % 1'000'000'000;
  ::timerfd_settime(timer_.fd(), TFD_TIMER_ABSTIME, &when, nullptr);
  const int agent = phase_ == GuardPhase::armed ? agent_.fd() : -1;
  std::array<pollfd, 5> watched{{{signals_.fd(), POLLIN, 0},
                                 {orders_.fd(), POLLIN, 0},
                                 {timer_.fd(), POLLIN, 0},
                                 {launch_.outcome(), POLLIN, 0},
                                 {agent, POLLIN, 0}}};
  ::poll(watched.data(), watched.size(), -1);
  std::uint64_t fired = 0;
  if (::read(timer_.fd(), &fired, sizeof fired) < 0) return;  // the timer was not what woke us up
}

}  // namespace jobflip::guard

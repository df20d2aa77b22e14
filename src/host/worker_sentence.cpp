#include "host/worker_sentence.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <system_error>

#include "jobflip/guard/fence_plan.hpp"
#include "jobflip/host/process.hpp"

namespace jobflip::host {
namespace {

std::string length(std::int64_t nanoseconds) {
  return short_duration(std::chrono::duration_cast<Millis>(std::chrono::nanoseconds{nanoseconds}));
}

ProcessEnd process_end_of(std::int64_t wait_status) {
  const int status = static_cast<int>(wait_status);
  if (WIFSIGNALED(status)) return {.exit_code = 0, .signal = WTERMSIG(status)};
  return {.exit_code = WEXITSTATUS(status), .signal = 0};
}

/// "exited with 3 after 1.2s", and what it left behind.
std::string how_it_ended(const guard::LeasePage& page) {
  std::int64_t ran = 0;
  if (__builtin_sub_overflow(page.ended_at.load(), page.started_at.load(), &ran) || ran < 0)
    ran = 0;
  auto text = describe(process_end_of(page.wait_status.load())) + " after " + length(ran);
  const auto left = page.leftovers.load();
  if (left == 1) text += "; 1 process that it left behind was ended";
  if (left > 1) text += "; " + std::to_string(left) + " processes that it left behind were ended";
  return text;
}

std::string message_of(std::int64_t number) {
  return std::generic_category().message(static_cast<int>(number));
}

std::string told_to_stop(guard::GuardCause cause) {
  switch (cause) {
    case guard::GuardCause::asked:
      return "told to stop";
    case guard::GuardCause::deadline:
      return "its deadline is near: told to stop";
    case guard::GuardCause::terminated:
      return "the guard got SIGTERM: told to stop";
    case guard::GuardCause::worker_ended:
      return "it ended; what it left behind is being ended";
    default:
      return "being ended";
  }
}

std::string stopping(const guard::LeasePage& page, guard::GuardCause cause) {
  const bool outlived = page.ended_at.load() != 0 && cause != guard::GuardCause::worker_ended;
  return told_to_stop(cause) +
         (outlived ? "; its main process has ended, waiting for what it started" : "");
}

/// SIGTERM is how a worker is told to stop: whoever ends by it did as it was told.
std::string stopped(const guard::LeasePage& page) {
  const auto how = how_it_ended(page);
  constexpr std::string_view kAsTold = "was killed by SIGTERM";
  if (how.starts_with(kAsTold)) return "stopped as it was told" + how.substr(kAsTold.size());
  return "stopped: it " + how;
}

std::string empty(const guard::LeasePage& page, guard::GuardCause cause) {
  switch (cause) {
    case guard::GuardCause::asked:
      return stopped(page);
    case guard::GuardCause::deadline:
      return "fenced before its deadline: it " + how_it_ended(page);
    case guard::GuardCause::terminated:
      return "the guard got SIGTERM: it " + how_it_ended(page);
    case guard::GuardCause::guard_died:
      return "the guard died; processes left over and ended: " +
             std::to_string(page.leftovers.load()) +
             (page.unseen.load() == 1 ? "; others could not be seen, so the lease was waited out"
                                      : "");
    default:
      return how_it_ended(page);
  }
}

std::string broken(const guard::LeasePage& page, guard::GuardCause cause) {
  switch (cause) {
    case guard::GuardCause::too_late:
      return "start refused: " + length(page.number.load()) + " of the lease were left, and " +
             length(guard::least_left(page)) + " are needed to end in order";
    case guard::GuardCause::exec_failed:
      return "cannot execute the command: " + message_of(page.number.load());
    case guard::GuardCause::user_failed:
      return "the worker cannot be given its user and rights: " + message_of(page.number.load());
    case guard::GuardCause::fork_failed:
      return "cannot fork: " + message_of(page.number.load());
    default:
      return "the start failed";
  }
}

}  // namespace

std::string sentence_of(const guard::LeasePage& page, guard::GuardPhase phase) {
  const auto cause = static_cast<guard::GuardCause>(page.cause.load());
  switch (phase) {
    case guard::GuardPhase::none:
    case guard::GuardPhase::armed:
      return "";
    case guard::GuardPhase::starting:
      return "starting";
    case guard::GuardPhase::running:
      return "process " + std::to_string(page.worker_pid.load());
    case guard::GuardPhase::stopping:
      return stopping(page, cause);
    case guard::GuardPhase::empty:
      return empty(page, cause);
    case guard::GuardPhase::broken:
      return broken(page, cause);
  }
  return "the lease page holds an unknown phase";
}

core::WorkersEnd end_of(const guard::LeasePage& page) {
  using enum core::WorkersEnd;
  const auto cause = static_cast<guard::GuardCause>(page.cause.load());
  // a dead guard takes its workers with it, and what its page says of them is of before
  if (cause == guard::GuardCause::guard_died) return page.unseen.load() == 1 ? unknown : killed;
  const bool ran = page.ended_at.load() != 0;
  if (!ran) return unknown;
  const bool by_signal = process_end_of(page.wait_status.load()).signal != 0;
  return by_signal || page.leftovers.load() > 0 ? killed : drained;
}

}  // namespace jobflip::host

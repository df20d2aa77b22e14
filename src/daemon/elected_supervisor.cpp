#include "jobflip/daemon/elected_supervisor.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include "jobflip/base/check.hpp"

namespace jobflip::daemon {

using core::WorkerPhase;

ElectedSupervisor::ElectedSupervisor(SupervisorLoop& supervisor)
    : supervisor_(supervisor), event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  JF_CHECK(event_ >= 0);
  supervisor_.on_quiet([this] { now_quiet(); });
}

ElectedSupervisor::~ElectedSupervisor() {
  supervisor_.on_quiet({});
  ::close(event_);
}

Result<void> ElectedSupervisor::prepare(const core::LeaseTimings&) {
  const auto phase = status().phase;
  if (phase == WorkerPhase::running || phase == WorkerPhase::stopping)
    return Error{ErrorCode::host_failed, "the supervisor still decides", ""};
  become(WorkerPhase::armed, "");
  return {};
}

Result<void> ElectedSupervisor::start(Epoch epoch, Instant deadline) {
  if (status_.phase != WorkerPhase::armed)
    return Error{ErrorCode::host_failed, "the supervisor is not armed", ""};
  if (deadline <= BootClock::now())
    return Error{ErrorCode::host_failed, "the lease has run out before the start", ""};
  status_.epoch = epoch;
  status_.deadline = deadline;
  status_.at_deadline = false;
  become(WorkerPhase::running, "");
  supervisor_.elected(epoch, deadline);
  return {};
}

// NOLINTBEGIN(bugprone-exception-escape): its header says why
void ElectedSupervisor::extend(Instant deadline) noexcept {
  if (status().phase != WorkerPhase::running || deadline <= status_.deadline) return;
  status_.deadline = deadline;
  supervisor_.extend(deadline);
}

/// No grace: deciding stops at once, and calls under way are cancelled.
void ElectedSupervisor::stop(Millis) noexcept {
  if (status_.phase == WorkerPhase::armed) become(WorkerPhase::empty, "never started");
  if (status_.phase != WorkerPhase::running) return;
  become(WorkerPhase::stopping, "told to stop");
  supervisor_.deposed();
}
// NOLINTEND(bugprone-exception-escape)

core::WorkerStatus ElectedSupervisor::status() {
  eventfd_t collected{};
  (void)::eventfd_read(event_, &collected);
  if (status_.phase == WorkerPhase::running && status_.deadline <= BootClock::now()) {
    status_.at_deadline = true;
    become(WorkerPhase::stopping, "its lease ran out");
    supervisor_.deposed();
  }
  return status_;
}

void ElectedSupervisor::now_quiet() {
  if (status_.phase != WorkerPhase::running && status_.phase != WorkerPhase::stopping) return;
  become(WorkerPhase::empty,
         status_.phase == WorkerPhase::running ? "ended by itself" : status_.sentence);
}

void ElectedSupervisor::become(WorkerPhase phase, std::string sentence) {
  status_.phase = phase;
  status_.sentence = std::move(sentence);
  (void)::eventfd_write(event_, 1);
}

}  // namespace jobflip::daemon

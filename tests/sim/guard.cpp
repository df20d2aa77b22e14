#include "sim/guard.hpp"

#include "sim/checker.hpp"

namespace jobflip::sim {

using core::WorkerPhase;
using std::chrono::milliseconds;

Guard::Guard(World& world, Host& host, Checker& checker)
    : world_(world), process_(world, host), checker_(checker) {
  process_.begin_life();
}

bool Guard::populated() const {
  return status_.phase == WorkerPhase::running || status_.phase == WorkerPhase::stopping;
}

bool Guard::workers_run() const {
  return populated() && !stuck_ && process_.can_run();
}

bool Guard::workers_work() const {
  return status_.phase == WorkerPhase::running && !hang_ && process_.can_run();
}

core::WorkerStatus Guard::status() {
  core::WorkerStatus shown = status_;
  if (shows_empty_early_ && shown.phase == WorkerPhase::stopping) shown.phase = WorkerPhase::empty;
  return shown;
}

void Guard::become(WorkerPhase phase, std::string sentence) {
  status_.phase = phase;
  status_.sentence = std::move(sentence);
  world_.say(host().name.str(), ": workers ", core::name_of(phase), " epoch ",
             std::to_string(status_.epoch.value), " ", status_.sentence);
  if (on_change_) on_change_();
}

Result<void> Guard::prepare(const core::LeaseTimings& timings) {
  if (populated()) return Error{ErrorCode::host_failed, "workers still run", ""};
  timings_ = timings;
  status_.phase = WorkerPhase::armed;
  status_.sentence.clear();
  return {};
}

Result<void> Guard::start(Epoch epoch, Instant deadline) {
  if (status_.phase != WorkerPhase::armed) return Error{ErrorCode::host_failed, "not armed", ""};
  if (local() >= core::fence_start(deadline, timings_))
    return Error{ErrorCode::host_failed, "the lease is about to run out", ""};
  ++start_;
  hang_ = world_.faults_on && world_.time.now < hangs_until_;
  killed_ = stuck_ = host_was_away_ = shows_empty_early_ = false;
  status_.epoch = epoch;
  status_.deadline = deadline;
  status_.at_deadline = false;
  if (world_.happens(Fault::start_failure)) {
    status_.phase = WorkerPhase::broken;
    status_.sentence = "exited with 3";
    return {};
  }
  ignores_term_ = world_.happens(Fault::worker_ignores_term);
  slow_to_end_ = world_.happens(Fault::worker_slow_to_end);
  unkillable_ = world_.happens(Fault::worker_unkillable);
  become(WorkerPhase::running, "");
  checker_.workers_started(*this);
  watch_deadline();
  if (world_.faults_on && world_.time.now < crash_loop_until_) {
    world_.count(Fault::worker_crash_loop);
    process_.run_after(world_.chance.between(milliseconds{1}, milliseconds{300}),
                       [this, start = start_] {
                         if (start == start_) crash_workers();
                       });
  }
  return {};
}

void Guard::extend(Instant deadline) noexcept {
  if (deadline <= status_.deadline) return;
  if (!populated()) return;
  status_.deadline = deadline;
}

/// A timer that fires late, within what the guard is allowed, and sets itself again if the
/// deadline has moved.
void Guard::watch_deadline() {
  if (world_.mutant == Mutant::no_guard) return;
  const Nanos jitter = world_.chance.between(Nanos{0}, Nanos{timings_.guard_margin} * 8 / 10);
  const int start = start_;
  const Instant due = core::fence_start(status_.deadline, timings_);
  process_.run_at(due + jitter, [this, start] {
    if (start == start_) check_deadline();
  });
}

void Guard::check_deadline() {
  if (!populated()) return;
  if (local() < core::fence_start(status_.deadline, timings_)) return watch_deadline();
  const Instant last = status_.deadline - timings_.kill_to_empty - timings_.guard_margin;
  if (status_.phase == WorkerPhase::running) {
    status_.at_deadline = true;
    become(WorkerPhase::stopping, "fenced at its deadline");
    terminate();
  }
  if (local() >= last) return kill();
  const int start = start_;
  const Nanos jitter = world_.chance.between(Nanos{0}, Nanos{timings_.guard_margin} * 8 / 10);
  process_.run_at(last + jitter, [this, start] {
    if (start == start_) kill();
  });
}

void Guard::stop(Millis grace) noexcept {
  if (status_.phase == WorkerPhase::stopping && grace == Millis{0}) return kill();
  if (status_.phase != WorkerPhase::running) return;
  shows_empty_early_ = world_.mutant == Mutant::release_before_empty;
  become(WorkerPhase::stopping, "told to end");
  if (grace == Millis{0}) return kill();
  terminate();
  const int start = start_;
  process_.run_after(Nanos{grace}, [this, start] {
    if (start == start_) kill();
  });
}

void Guard::terminate() {
  if (hang_ || ignores_term_ || unkillable_) return;
  const Nanos longest = slow_to_end_ ? Nanos{std::chrono::seconds{20}} : milliseconds{2500};
  const Nanos shortest = slow_to_end_ ? Nanos{std::chrono::seconds{2}} : milliseconds{5};
  end_after(world_.chance.between(shortest, longest), "ended");
}

void Guard::kill() {
  if (status_.phase != WorkerPhase::stopping || std::exchange(killed_, true)) return;
  if (unkillable_) {
    stuck_ = true;
    world_.say(host().name.str(), ": a worker is in uninterruptible sleep");
    // Only one worker in a world may sleep for ever. If all of them did, the world could never be
    // healthy again.
    if (!world_.one_sleeps_for_ever && world_.chance.one_in(0.3)) {
      world_.one_sleeps_for_ever = true;
      return;
    }
    return end_after(world_.chance.between(std::chrono::seconds{3}, std::chrono::seconds{40}),
                     "woke up and died");
  }
  end_after(world_.chance.between(Nanos{0}, Nanos{timings_.kill_to_empty}), "killed");
}

void Guard::end_after(Nanos delay, std::string sentence) {
  const int start = start_;
  process_.run_after(delay, [this, start, sentence] {
    if (start != start_ || status_.phase != WorkerPhase::stopping) return;
    become(WorkerPhase::empty, sentence);
  });
}

void Guard::crash_with_escape() {
  if (status_.phase != WorkerPhase::running || stuck_ || escaped_) return;
  world_.say(host().name.str(), ": a worker process outlives its guard");
  escaped_ = true;
  escaped_epoch_ = status_.epoch;
  crash();
  // Only the process itself can end it, or an agent that sees it.
  process_.run_after(world_.chance.between(std::chrono::seconds{2}, std::chrono::seconds{60}),
                     [this, epoch = escaped_epoch_] {
                       if (escaped_ && escaped_epoch_ == epoch) end_escaped();
                     });
}

void Guard::kill_escaped(Nanos within) {
  being_killed_ = true;
  process_.run_after(within, [this] { end_escaped(); });
}

void Guard::end_escaped() {
  being_killed_ = false;
  if (!std::exchange(escaped_, false)) return;
  world_.say(host().name.str(), ": the process that outlived its guard has ended");
  if (on_change_) on_change_();
}

void Guard::agent_died() {
  if (status_.phase == WorkerPhase::armed) become(WorkerPhase::absent, "its agent is gone");
}

void Guard::host_died() {
  process_.die();
  escaped_ = being_killed_ = false;
  status_ = {.phase = WorkerPhase::absent};
  ++start_;
  process_.begin_life();
}

void Guard::host_woke() {
  const bool there = populated();
  if (there && local() > core::fence_start(status_.deadline, timings_)) host_was_away_ = true;
  if (there && world_.mutant != Mutant::no_guard) check_deadline();
  process_.resume();
}

void Guard::hang_workers() {
  if (status_.phase == WorkerPhase::running) hang_ = true;
}

void Guard::crash_workers() {
  if (status_.phase != WorkerPhase::running || hang_) return;
  // in most cases nobody sees the guard do this
  if (world_.chance.one_in(0.7)) return become(WorkerPhase::empty, "exited with 1");
  become(WorkerPhase::stopping, "it ended; what it left behind is being ended");
  kill();
}

void Guard::crash() {
  if (stuck_) return;  // a sleeping process outlives even that
  ++start_;
  if (populated()) become(WorkerPhase::empty, "the guard died, and its workers with it");
  if (status_.phase == WorkerPhase::armed) become(WorkerPhase::absent, "the guard died");
}

}  // namespace jobflip::sim

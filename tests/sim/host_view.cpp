#include "sim/host_view.hpp"

#include <utility>

namespace jobflip::sim {

using core::WorkerPhase;
using std::chrono::milliseconds;

namespace {

Error no_answer() {
  return Error{ErrorCode::host_failed, "the service manager does not answer", ""};
}

}  // namespace

/// No process can have been overlooked: the guard's lock is free.
bool HostView::nothing_is_left() const {
  return !guard_.populated() && !guard_.armed();
}

void HostView::open() {
  guard_.agent_died();
  own_guard_ = false;
  start_unknown_until_ = world_.time.now;
  sight_ = damage_;
  if (sight_ == Sight::clear) return;
  // A page is lost only once: then the agent makes a new one.
  if (sight_ == Sight::page_missing || sight_ == Sight::page_of_other_boot) damage_ = Sight::clear;
  world_.say(guard_.host().name.str(), ": the agent finds its runtime folder changed");
}

void HostView::damage(Sight what) {
  damage_ = what;
  if (what != Sight::page_old) return;
  old_page_ = before_start_;
  // Or the page of a moment ago, under the same lease.
  if (world_.chance.one_in(0.5)) old_page_ = guard_.status();
}

void HostView::repair() {
  const bool is_lost = damage_ == Sight::page_missing || damage_ == Sight::page_of_other_boot;
  if (!is_lost) damage_ = Sight::clear;
  bus_silent_until_ = world_.time.now;
  // A new process opens what the last one could not.
  if (sight_ == Sight::events_broken) sight_ = Sight::clear;
}

void HostView::host_died() {
  damage_ = sight_ = Sight::clear;
  start_unknown_until_ = world_.time.now;
}

/// `unknown`, unless a mutant makes the mistake that this kind of fault is meant to find.
core::WorkerStatus HostView::without_sight() const {
  const auto unless = [this](Mutant mistake, core::WorkerStatus instead, const char* why) {
    if (world_.mutant == mistake) return instead;
    return core::WorkerStatus{.phase = WorkerPhase::unknown, .sentence = why};
  };
  const core::WorkerStatus gone{.phase = WorkerPhase::empty, .epoch = guard_.epoch()};
  switch (sight_) {
    case Sight::page_missing:
      return unless(Mutant::missing_page_is_empty, gone, "a guard lives, and its page is gone");
    case Sight::page_of_other_boot:
      return unless(Mutant::foreign_page_is_empty, gone,
                    "a guard lives, and its page is of another boot");
    case Sight::page_old:
      return unless(Mutant::old_page_is_believed, old_page_,
                    "a guard lives, and its page is of another one");
    case Sight::events_broken:
      return unless(Mutant::unread_events_are_empty, gone, "POOL.events is not a FIFO");
    case Sight::unconfigured:
    case Sight::clear:
      break;
  }
  return {};
}

/// The process that started the guard becomes the parent of what the guard leaves behind, and
/// kills it. Another process can't tell it from a stranger.
core::WorkerStatus HostView::after_escape() {
  const core::WorkerStatus seen = guard_.status();
  if (own_guard_) {
    if (!guard_.being_killed())
      guard_.kill_escaped(world_.chance.between(milliseconds{1}, milliseconds{200}));
    return {.phase = WorkerPhase::stopping, .epoch = seen.epoch, .deadline = seen.deadline};
  }
  // It may live on: a limit, and `status` reports it.
  if (guard_.local() > seen.deadline) return seen;
  return {.phase = WorkerPhase::unknown, .sentence = "the guard was killed"};
}

core::WorkerStatus HostView::status() {
  if (guard_.escaped() && world_.mutant != Mutant::escaped_is_empty) return after_escape();
  if (start_is_unknown()) {
    if (world_.mutant == start_mutant_) return {.phase = WorkerPhase::broken};
    return {.phase = WorkerPhase::unknown, .sentence = "no answer to the start"};
  }
  core::WorkerStatus status = guard_.status();
  if (sight_ == Sight::clear) return status;
  if (sight_ == Sight::unconfigured) {
    status.configured = false;
    if (world_.mutant == Mutant::unconfigured_is_empty)
      return {.phase = WorkerPhase::broken, .epoch = status.epoch, .configured = false};
    return status;
  }
  // A new page is laid out once no guard runs.
  if (nothing_is_left() && sight_ != Sight::events_broken) return {.phase = WorkerPhase::absent};
  return without_sight();
}

Result<void> HostView::prepare(const core::LeaseTimings& timings) {
  const bool runs_on = guard_.escaped() && status().phase != WorkerPhase::empty;
  if (bus_is_silent() || start_is_unknown() || runs_on) return no_answer();
  if (sight_ == Sight::events_broken || sight_ == Sight::unconfigured)
    return Error{ErrorCode::host_failed, "it cannot start workers", ""};
  if (sight_ != Sight::clear) {
    if (!nothing_is_left()) return Error{ErrorCode::host_failed, "an old guard does not go", ""};
    sight_ = damage_ = Sight::clear;
  }
  own_guard_ = true;
  return guard_.prepare(timings);
}

Result<void> HostView::start(Epoch epoch, Instant deadline) {
  before_start_ = guard_.status();
  ++start_;
  const bool silent = bus_is_silent();
  if (!silent && !world_.happens(Fault::start_unknown)) return guard_.start(epoch, deadline);
  start_mutant_ = silent ? Mutant::silent_bus_is_empty : Mutant::unknown_start_is_failed;
  lose_answer(epoch, deadline);
  return no_answer();
}

/// The start happens at once, later, or not at all. For a while a check finds neither workers nor
/// proof that there are none.
void HostView::lose_answer(Epoch epoch, Instant deadline) {
  const Nanos unknown_for = world_.chance.between(milliseconds{1}, milliseconds{3000});
  start_unknown_until_ = world_.time.now + unknown_for;
  const double how = world_.chance.fraction();
  if (how < 0.5) {
    (void)guard_.start(epoch, deadline);
  } else if (how < 0.8) {
    world_.time.after(unknown_for / 2, [this, start = start_, epoch, deadline] {
      if (start == start_) (void)guard_.start(epoch, deadline);
    });
  }
  world_.time.after(unknown_for, [this] { guard_.tell_agent(); });
}

void HostView::extend(Instant deadline) noexcept {
  if (reaches_guard()) guard_.extend(deadline);
}

/// A start that has not yet been carried out is withdrawn.
void HostView::stop(Millis grace) noexcept {
  ++start_;
  if (reaches_guard()) guard_.stop(grace);
}

}  // namespace jobflip::sim

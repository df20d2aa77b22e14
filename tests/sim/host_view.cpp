#include "sim/host_view.hpp"

namespace jobflip::sim {

using core::WorkerPhase;

namespace {

core::WorkerStatus cannot_look(std::string why) {
  return {WorkerPhase::broken, {}, {}, std::move(why)};
}

Error no_answer() {
  return Error{ErrorCode::host_failed, "the service manager does not answer", ""};
}

}  // namespace

/// No process is there that could be overlooked: the guard's lock is free.
bool HostView::nothing_is_left() const {
  return !guard_.populated() && !guard_.armed();
}

void HostView::open() {
  sight_ = damage_;
  if (sight_ == Sight::clear) return;
  if (sight_ == Sight::page_missing || sight_ == Sight::page_of_other_boot) damage_ = Sight::clear;
  world_.say(guard_.host().name.str(), ": the agent cannot see the workers");
}

void HostView::damage(Sight what) {
  damage_ = what;
  if (what != Sight::page_old) return;
  old_page_ = before_start_;
  // or a moment ago, under the same lease
  if (world_.chance.one_in(0.5)) old_page_ = guard_.status();
}

void HostView::mend() {
  const bool is_lost = damage_ == Sight::page_missing || damage_ == Sight::page_of_other_boot;
  if (!is_lost) damage_ = Sight::clear;
  bus_silent_until_ = world_.time.now;
  // What the running process could not open it opens now.
  if (sight_ == Sight::events_broken) sight_ = Sight::clear;
}

core::WorkerStatus HostView::without_sight() const {
  switch (sight_) {
    case Sight::page_missing:
    case Sight::page_of_other_boot:
      return {};
    case Sight::page_old:
      return old_page_;
    case Sight::events_broken:
      return cannot_look("POOL.events is not a FIFO");
    case Sight::unconfigured:
      return cannot_look("no workers are configured for it on this node");
    case Sight::clear:
      break;
  }
  return {};
}

core::WorkerStatus HostView::status() {
  if (sight_ == Sight::clear) return guard_.status();
  if (!nothing_is_left()) return without_sight();
  // A new page is laid out once no guard is there.
  if (sight_ == Sight::page_missing || sight_ == Sight::page_of_other_boot ||
      sight_ == Sight::page_old)
    return {};
  return without_sight();
}

Result<void> HostView::prepare(const core::LeaseTimings& timings) {
  if (bus_is_silent()) return no_answer();
  if (sight_ == Sight::events_broken || sight_ == Sight::unconfigured)
    return Error{ErrorCode::host_failed, without_sight().sentence, ""};
  if (sight_ != Sight::clear) {
    if (!nothing_is_left()) return Error{ErrorCode::host_failed, "an old guard does not go", ""};
    sight_ = damage_ = Sight::clear;
  }
  return guard_.prepare(timings);
}

Result<void> HostView::start(Epoch epoch, Instant deadline) {
  before_start_ = guard_.status();
  const bool unknown = bus_is_silent() || world_.happens(Fault::start_unknown);
  if (!unknown) return guard_.start(epoch, deadline);
  if (world_.chance.one_in(0.7)) (void)guard_.start(epoch, deadline);
  return no_answer();
}

void HostView::extend(Instant deadline) noexcept {
  if (sight_ == Sight::clear) guard_.extend(deadline);
}

void HostView::stop(Millis grace) noexcept {
  if (sight_ == Sight::clear) guard_.stop(grace);
}

}  // namespace jobflip::sim

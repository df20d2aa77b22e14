// The processes that a dead guard left over: finds and ends them, or waits until the lease ends.

#include <algorithm>
#include <utility>

#include "host/guard_link.hpp"
#include "host/orphans.hpp"
#include "host/sweep.hpp"

namespace jobflip::host {

using core::WorkerPhase;

namespace {

constexpr std::int64_t kUnseenLookEvery = 500'000'000;  // ns, while a lease is waited out
constexpr int kCleanSweeps = 2;

}  // namespace

void GuardLink::expect_orphans_of(pid_t guard) noexcept {
  orphans_of_ = guard;
  orphans_here_ = false;
}

core::WorkerStatus GuardLink::after_guard_death() {
  const auto mark = guard::hex_of(page_->mark[0].load(), page_->mark[1].load());
  const auto swept = sweep_once(mark, guard::load_cgroup(*page_));
  const bool ours = orphans_of_ != 0 && orphans_of_ == guard_pid();
  const int found = swept.found + (ours && orphans_here_ ? end_orphans() : 0);
  page_->leftovers.store(std::max<std::int64_t>(page_->leftovers.load(), found));
  clean_sweeps_ = found == 0 ? clean_sweeps_ + 1 : 0;
  const bool clean = clean_sweeps_ >= kCleanSweeps;
  const bool seen = ours ? orphans_here_ : swept.cgroup_seen || seen_by_caller_;
  if (clean && (seen || BootClock::now().time_since_epoch().count() >= page_->deadline.load())) {
    page_->unseen.store(seen ? 0 : 1);
    page_->cause.store(static_cast<std::uint64_t>(guard::GuardCause::guard_died));
    page_->phase.store(static_cast<std::uint64_t>(guard::GuardPhase::empty),
                       std::memory_order_release);
    return read_page();
  }
  if (clean && !ours) {
    look_again_in(kUnseenLookEvery);
    return say_left_over(
        WorkerPhase::unknown,
        "the guard died, and what it may have left over cannot be seen (it had no cgroup, and "
        "another agent started it): it counts as running until the lease has run out");
  }
  look_again_soon();
  return say_left_over(WorkerPhase::stopping,
                       "the guard died: looking for processes that it left over");
}

core::WorkerStatus GuardLink::say_left_over(WorkerPhase phase, std::string sentence) const {
  return {.phase = phase,
          .epoch = Epoch{page_->epoch.load()},
          .deadline = Instant{std::chrono::nanoseconds{page_->deadline.load()}},
          .sentence = std::move(sentence)};
}

}  // namespace jobflip::host

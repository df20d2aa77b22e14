#include "jobflip/guard/fence_plan.hpp"

#include <algorithm>

namespace jobflip::guard {
namespace {

std::int64_t added(std::int64_t a, std::int64_t b) noexcept {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}
std::int64_t before(std::int64_t at, std::int64_t length) noexcept {
  std::int64_t difference = 0;
  return __builtin_sub_overflow(at, length, &difference) ? INT64_MIN : difference;
}

/// By then everything is killed, regardless of any request to stop.
std::int64_t last_kill_at(const LeasePage& page) noexcept {
  return before(before(page.deadline.load(), page.kill_to_empty.load()), page.guard_margin.load());
}

}  // namespace

FencePlan fence_plan(const LeasePage& page) noexcept {
  const auto last = last_kill_at(page);
  const auto stop_by = page.stop_by.load();
  if (stop_by == 0) return {.term_at = before(last, page.graceful_stop.load()), .kill_at = last};
  return {.term_at = 0, .kill_at = std::min(stop_by, last)};
}

std::int64_t guard_late_at(const LeasePage& page) noexcept {
  const auto stop_by = page.stop_by.load();
  const auto last = last_kill_at(page);
  return stop_by == 0 ? last : std::min(last, added(stop_by, page.guard_margin.load()));
}

std::int64_t graceful_end(const LeasePage& page, std::int64_t now) noexcept {
  return added(now, page.graceful_stop.load());
}

std::int64_t left_of(const LeasePage& page, std::int64_t now) noexcept {
  return before(page.deadline.load(), now);
}

std::int64_t least_left(const LeasePage& page) noexcept {
  return added(added(page.graceful_stop.load(), page.kill_to_empty.load()),
               page.guard_margin.load());
}

}  // namespace jobflip::guard

#include "jobflip/core/crash_loop.hpp"

#include <algorithm>
#include <limits>

#include "jobflip/base/escape.hpp"

namespace jobflip::core {

bool CrashLoop::count(Instant now, const std::string& reason) {
  pass(now);
  const Millis ran =
      running_since_ ? std::chrono::duration_cast<Millis>(now - *running_since_) : Millis{};
  running_since_.reset();
  at_[counted_ % at_.size()] = now;
  ran_[counted_ % ran_.size()] = ran;
  ++counted_;
  newest_ = now;
  reason_ = printable(reason, kMostReason);
  longest_run_ = std::max(longest_run_, ran);
  if (is_on()) {
    if (ends_ < std::numeric_limits<int>::max()) ++ends_;
    return false;
  }
  const Instant oldest = at_[counted_ % at_.size()];  // the next one to be overwritten
  if (counted_ < at_.size() || now - oldest > kWindow) return false;
  ends_ = kCrashes;
  first_ = oldest;
  longest_run_ = *std::ranges::max_element(ran_);
  return true;
}

bool CrashLoop::pass(Instant now) {
  if (!is_on() || now < over_at()) return false;
  ends_ = 0;
  return true;
}

Instant CrashLoop::over_at() const noexcept {
  const Instant at = newest_ + kWindow;
  if (!running_since_) return at;
  return std::min(at, *running_since_ + std::max(kCalm, longest_run_ * 3 / 2));
}

Millis CrashLoop::since_last(Instant now) const noexcept {
  return std::chrono::duration_cast<Millis>(now - newest_);
}

CrashReport CrashLoop::report(const PoolName& pool) const {
  return {pool, ends_, reason_, std::chrono::duration_cast<Millis>(newest_ - first_)};
}

}  // namespace jobflip::core

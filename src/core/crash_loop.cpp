#include "jobflip/core/crash_loop.hpp"

#include <limits>

#include "jobflip/base/escape.hpp"

namespace jobflip::core {

bool CrashLoop::count(Instant now, const std::string& reason) {
  pass(now);
  at_[counted_ % at_.size()] = now;
  ++counted_;
  newest_ = now;
  reason_ = printable(reason, kMostReason);
  if (is_on()) {
    if (ends_ < std::numeric_limits<int>::max()) ++ends_;
    return false;
  }
  const Instant oldest = at_[counted_ % at_.size()];  // the next one to be overwritten
  if (counted_ < at_.size() || now - oldest > kWindow) return false;
  ends_ = kCrashes;
  first_ = oldest;
  return true;
}

bool CrashLoop::pass(Instant now) {
  if (!is_on() || now < over_at()) return false;
  ends_ = 0;
  return true;
}

CrashReport CrashLoop::report(const PoolName& pool) const {
  return {pool, ends_, reason_, std::chrono::duration_cast<Millis>(newest_ - first_)};
}

}  // namespace jobflip::core

#include "faults/scheduling_stalls.hpp"

#include <poll.h>
#include <time.h>

#include <algorithm>

namespace jobflip::faults {
namespace {
constexpr int kEveryMs = 10;
constexpr std::int64_t kWorthwhile = 50'000'000;
constexpr std::int64_t kBefore = 5'000'000'000;
constexpr std::int64_t kAfter = 1'000'000'000;
}  // namespace

std::int64_t boot_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec * 1'000'000'000L + now.tv_nsec;
}

SchedulingStallWatch::SchedulingStallWatch() : thread_{[this] { watch(); }} {}

SchedulingStallWatch::~SchedulingStallWatch() {
  ends_ = true;
  thread_.join();
}

void SchedulingStallWatch::watch() {
  for (std::int64_t last = boot_ns(); !ends_;) {
    ::poll(nullptr, 0, kEveryMs);
    const std::int64_t now = boot_ns();
    const std::int64_t late = now - last - kEveryMs * 1'000'000L;
    last = now;
    if (late < kWorthwhile) continue;
    const std::lock_guard lock(mutex_);
    scheduling_stalls_.push_back({now, late});
  }
}

std::vector<SchedulingStall> SchedulingStallWatch::scheduling_stalls() const {
  const std::lock_guard lock(mutex_);
  return scheduling_stalls_;
}

std::int64_t stall_before(const std::vector<SchedulingStall>& scheduling_stalls, std::int64_t at) {
  std::int64_t longest = 0;
  for (const SchedulingStall& stall : scheduling_stalls)
    if (stall.until >= at - kBefore && stall.until <= at + kAfter)
      longest = std::max(longest, stall.length);
  return longest;
}

}  // namespace jobflip::faults

#include "faults/slips.hpp"

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

SlipWatch::SlipWatch() : thread_{[this] { watch(); }} {}

SlipWatch::~SlipWatch() {
  ends_ = true;
  thread_.join();
}

void SlipWatch::watch() {
  for (std::int64_t last = boot_ns(); !ends_;) {
    ::poll(nullptr, 0, kEveryMs);
    const std::int64_t now = boot_ns();
    const std::int64_t late = now - last - kEveryMs * 1'000'000L;
    last = now;
    if (late < kWorthwhile) continue;
    const std::lock_guard lock(mutex_);
    slips_.push_back({now, late});
  }
}

std::vector<Slip> SlipWatch::slips() const {
  const std::lock_guard lock(mutex_);
  return slips_;
}

std::int64_t slip_before(const std::vector<Slip>& slips, std::int64_t at) {
  std::int64_t longest = 0;
  for (const Slip& slip : slips)
    if (slip.until >= at - kBefore && slip.until <= at + kAfter)
      longest = std::max(longest, slip.length);
  return longest;
}

}  // namespace jobflip::faults

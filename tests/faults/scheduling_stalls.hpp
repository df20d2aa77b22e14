#pragma once
/// Was the whole machine stalled? A loop that wants to wake up every 10 ms records how late it
/// was. A guard can't be on time on a machine that isn't.

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace jobflip::faults {

std::int64_t boot_ns();

struct SchedulingStall {
  std::int64_t until{};  // on CLOCK_BOOTTIME
  std::int64_t length{};
};

class SchedulingStallWatch {
 public:
  SchedulingStallWatch();
  ~SchedulingStallWatch();
  SchedulingStallWatch(const SchedulingStallWatch&) = delete;
  SchedulingStallWatch& operator=(const SchedulingStallWatch&) = delete;

  /// The stalls of at least 50 ms so far.
  std::vector<SchedulingStall> scheduling_stalls() const;

 private:
  void watch();

  mutable std::mutex mutex_;
  std::vector<SchedulingStall> scheduling_stalls_;
  std::atomic<bool> ends_{false};
  std::thread thread_;
};

/// The longest stall that ended in the 5 s before `at`, or in the second after it.
std::int64_t stall_before(const std::vector<SchedulingStall>& scheduling_stalls, std::int64_t at);

}  // namespace jobflip::faults

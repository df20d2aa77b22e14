#include "jobflip/core/settings.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/timing_sums.hpp"
#include "jobflip/base/exact_duration.hpp"

namespace jobflip::core {
namespace {

void require_positive(std::vector<Violation>& found, const char* field, Millis value) {
  if (value > Millis{0}) return;
  found.push_back(
      {field, std::string{field} + " is " + short_duration(value) + "; it must be longer than 0"});
}

void require_at_least(std::vector<Violation>& found, const char* field, Millis value,
                      const char* sum, Millis least) {
  if (value >= least) return;
  found.push_back({field, std::string{field} + " is " + exact_duration(value) +
                              "; it must be at least " + sum + " = " + exact_duration(least)});
}

}  // namespace

// The subtracted millionth of a millisecond keeps 4000 * 1.1 from becoming 4401.
Millis stretched(Millis length, double factor) {
  const double exact = static_cast<double>(length.count()) * factor;
  return Millis{static_cast<std::int64_t>(std::ceil(exact - 1e-6))};
}

Millis least_lease(const LeaseTimings& t) {
  return t.graceful_stop + t.kill_to_empty + t.guard_margin + t.beat_every + 2 * t.call_deadline;
}

std::vector<Violation> check_timings(const LeaseTimings& t) {
  std::vector<Violation> found;
  require_positive(found, "beat_every", t.beat_every);
  require_positive(found, "call_deadline", t.call_deadline);
  require_positive(found, "lease", t.lease);
  require_positive(found, "graceful_stop", t.graceful_stop);
  require_positive(found, "kill_to_empty", t.kill_to_empty);
  require_positive(found, "guard_margin", t.guard_margin);
  require_positive(found, "takeover_after", t.takeover_after);
  require_positive(found, "freeze", t.freeze);
  const double r = t.clock_rate_bound;
  if (!(r >= 0.0 && r < 0.5)) {  // written this way, it refuses NaN too
    found.push_back({"clock_rate_bound", "clock_rate_bound is " + std::to_string(r) +
                                             "; it must be at least 0 and below 0.5"});
  }
  if (!found.empty()) return found;

  require_at_least(found, "takeover_after", t.takeover_after,
                   "lease * (1 + clock_rate_bound) / (1 - clock_rate_bound)",
                   stretched(t.lease, (1 + r) / (1 - r)));
  require_at_least(found, "freeze", t.freeze, "takeover_after * (1 + clock_rate_bound)",
                   stretched(t.takeover_after, 1 + r));
  require_at_least(found, "lease", t.lease,
                   "graceful_stop + kill_to_empty + guard_margin + beat_every + 2 * call_deadline",
                   least_lease(t));
  return found;
}

Instant fence_start(Instant deadline, const LeaseTimings& timings) {
  return deadline - timings.graceful_stop - timings.kill_to_empty - timings.guard_margin;
}

const QueueSettings* PoolSettings::find(const QueueName& queue) const noexcept {
  const auto found = std::ranges::find(queues, queue, &QueueSettings::name);
  return found == queues.end() ? nullptr : &*found;
}

}  // namespace jobflip::core

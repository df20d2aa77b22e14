#include "jobflip/core/timings_advice.hpp"

#include "core/timing_sums.hpp"
#include "jobflip/base/exact_duration.hpp"

namespace jobflip::core {

std::string how_to_fit(const LeaseTimings& t) {
  std::string text;
  const auto raise = [&](const char* field, Millis value, Millis least) {
    if (value >= least) return value;
    // a round value: it is for people, and may only be longer
    const Millis step = least < std::chrono::seconds{10} ? Millis{100} : Millis{1000};
    const Millis raised = (least + step - Millis{1}) / step * step;
    text += (text.empty() ? "set " : ", ") + std::string{field} + " = \"" + exact_duration(raised) +
            "\"";
    return raised;
  };
  const double r = t.clock_rate_bound;
  const Millis lease = raise("lease", t.lease, least_lease(t));
  const Millis takeover_after =
      raise("takeover_after", t.takeover_after, stretched(lease, (1 + r) / (1 - r)));
  raise("freeze", t.freeze, stretched(takeover_after, 1 + r));
  return text;
}

}  // namespace jobflip::core

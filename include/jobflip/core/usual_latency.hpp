#pragma once
/// How long the checks of a service usually take, and from when on one is slow, for a service whose
/// file sets no limit.
///
///   limit = max(kLeast, kTimesUsual * p95)    p95: of the newest kKept checks, by nearest rank
///
/// Invariants:
///  - no limit is known before kNeeded checks;
///  - checks that took longer than the limit are not among those kept: a service that gets slow
///    does not teach that slow is usual.

#include <cstddef>
#include <optional>
#include <vector>

#include "jobflip/base/time.hpp"

namespace jobflip::core {

class UsualLatency {
 public:
  static constexpr std::size_t kNeeded = 60;
  static constexpr std::size_t kKept = 240;
  static constexpr int kTimesUsual = 4;
  static constexpr Millis kLeast{500};

  /// Of a check that passed.
  void add(Millis latency);
  std::optional<Millis> limit() const;
  bool operator==(const UsualLatency&) const = default;

 private:
  std::vector<Millis> newest_;
  std::size_t next_{0};  // the oldest, once kKept are there
};

}  // namespace jobflip::core

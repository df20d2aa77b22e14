#pragma once
/// How far apart the readings of a file are, for files whose settings do not say it.

#include <optional>
#include <vector>

#include "jobflip/base/time.hpp"

namespace jobflip::backtest {

/// As many readings of a file are enough to know its spacing.
inline constexpr std::size_t kReadingsToKnowSpacing = 10'000;

class Spacing {
 public:
  /// The times of the readings, in their order.
  void add(Millis at);
  /// The median, as a person would write it: in whole seconds from 2 s on, else in 50 ms, and at
  /// least 50 ms, the least that `sample_every` may be. Empty if no two readings differ in time.
  std::optional<Millis> median() const;

 private:
  std::optional<Millis> last_;
  std::vector<Millis> gaps_;
};

/// Too far from the spacing for a replay: gaps of the one look like readings left out to the other.
bool is_far_from(Millis sample_every, Millis spacing);

}  // namespace jobflip::backtest

#pragma once
/// A replay as a JSON document, written while it runs. All texts are made printable.

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "jobflip/backtest/replay.hpp"

namespace jobflip::backtest {

/// {"schema": 1, "verdicts": [{"at_s", "verdict", "reason"}], "flips": [{"at_s", "reason", ...}]},
/// with a verdict for each reading. Times are in seconds. Readings of a store have a clock, too:
/// each verdict and each flip has `at`, and each flip has `ended_by` ("itself", "flip", "takeover"
/// or null) and `flip` (its number).
class DocumentWriter {
 public:
  /// `origin`: what the times of readings are counted from; empty: not known.
  explicit DocumentWriter(std::ostream& out, std::optional<WallTime> origin = std::nullopt);
  void add(const ReplayVerdict& said);
  void finish(const std::vector<WantedFlip>& flips);

 private:
  std::ostream& out_;
  std::optional<WallTime> origin_;
  bool first_{true};
};

}  // namespace jobflip::backtest

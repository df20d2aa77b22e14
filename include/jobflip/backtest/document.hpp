#pragma once
/// A replay as a JSON document, written while it runs. All texts are made printable.

#include <ostream>
#include <string>
#include <vector>

#include "jobflip/backtest/replay.hpp"

namespace jobflip::backtest {

/// {"schema": 1, "verdicts": [{"at_s", "verdict", "reason"}], "flips": [{"at_s", "reason", ...}]},
/// with a verdict for each reading. Times are in seconds.
class DocumentWriter {
 public:
  explicit DocumentWriter(std::ostream& out);
  void add(const ReplayVerdict& said);
  void finish(const std::vector<WantedFlip>& flips);

 private:
  std::ostream& out_;
  bool first_{true};
};

}  // namespace jobflip::backtest

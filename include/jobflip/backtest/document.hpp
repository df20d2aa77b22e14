#pragma once
/// A replay as JSON and as a picture. All texts are made printable.

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "jobflip/backtest/replay.hpp"

namespace jobflip::backtest {

/// {"schema": 1, "verdicts": [{"at_s", "verdict", "reason"}], "flips": [{"at_s", "reason", ...}]},
/// written while the readings come, a verdict for each.
class DocumentWriter {
 public:
  explicit DocumentWriter(std::ostream& out);
  void add(const Said& said);
  void finish(const std::vector<WantedFlip>& flips);

 private:
  std::ostream& out_;
  bool first_{true};
};

/// What a picture needs of a reading.
struct Point {
  Millis at{};
  core::QueueState verdict{};
  bool read{false};
  std::int64_t due{};
  std::int64_t running{};
};

/// An SVG of due and running jobs over time, on a band of the verdicts, with a line for each wanted
/// flip. More points than a screen has columns are drawn as the highest of each column.
std::string plot_svg(const std::vector<Point>& points, const std::vector<WantedFlip>& flips);

}  // namespace jobflip::backtest

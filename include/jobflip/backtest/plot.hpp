#pragma once
/// A replay as a picture: an SVG with no scripts and no text from outside.

#include <cstdint>
#include <string>
#include <vector>

#include "jobflip/backtest/replay.hpp"

namespace jobflip::backtest {

/// One reading of the plot.
struct Point {
  Millis at{};
  core::QueueState verdict{};
  bool read{false};  // false: the reading failed, and has no figures
  std::int64_t due{};
  std::int64_t running{};
};

/// Draws due and running jobs over time above a band of verdicts, with a line for each wanted flip.
/// If there are more points than columns, each column shows its highest values and worst verdict.
std::string plot_svg(const std::vector<Point>& points, const std::vector<WantedFlip>& flips);

}  // namespace jobflip::backtest

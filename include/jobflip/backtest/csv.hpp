#pragma once
/// Readings of a queue from CSV: a first line with the names of the columns, then a reading a line.
/// `time_s` is required, in seconds from any origin, and never goes back; every column of the
/// probe row may be there (docs/configuration.md), and `error`, which is not empty if that reading
/// failed.
/// An empty cell is NULL; an empty count is 0. `last_done_at` is in seconds on the clock of
/// `time_s`, or RFC 3339.

#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/backtest/replay.hpp"
#include "jobflip/base/result.hpp"

namespace jobflip::backtest {

inline constexpr std::size_t kCsvLineMax = 64UL * 1024;

/// Reads one line at a time. The errors name the line, the column and the value.
class CsvReadings {
 public:
  /// `name`: the file, in errors.
  CsvReadings(std::istream& in, std::string name);
  /// The next reading; empty at the end.
  Result<std::optional<Reading>> next();

 private:
  Result<void> read_header();
  Result<bool> read_line();  // false: the end
  Result<Reading> reading();
  Error error(std::string_view column, std::string_view value, std::string_view what,
              std::string_view hint) const;

  std::istream& in_;
  std::string name_;
  std::size_t line_{0};
  std::vector<std::string> columns_;
  std::vector<std::string> cells_;
  std::optional<Millis> last_;
};

}  // namespace jobflip::backtest

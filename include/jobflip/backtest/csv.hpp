#pragma once
/// Readings of a queue from CSV: a line with the names of the columns, then one line for each
/// reading.
///
/// `time_s` is required: seconds from any origin, never falling. The other columns are those of the
/// probe row (docs/configuration.md), in any order and all optional, and `error`, which is not
/// empty if that reading failed. An empty cell is NULL; for a count that can't be NULL it is 0.
/// `last_done_at` is in seconds on the clock of `time_s`, or in the form of RFC 3339.

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

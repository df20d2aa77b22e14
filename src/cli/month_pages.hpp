#pragma once
/// Reads all rows of a span of time from a call that returns a limited number of them, the newest
/// first.

#include <cstdint>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::cli {

/// The most rows that a call returns.
inline constexpr int kRowsOfCall = 10'000;
/// The most calls: rows beyond are not even counted.
inline constexpr int kMostCalls = 20;

/// Keeps the newest `most` rows in `out` and returns how many more there were. `read(until)`: the
/// rows before that time; `at_of(row)`: its time.
template <class Row, class Read, class AtOf>
Result<std::int64_t> read_newest(WallTime until, std::size_t most, Read read, AtOf at_of,
                                 std::vector<Row>& out) {
  std::int64_t left_out = 0;
  std::size_t kept = 0;
  for (int call = 0; call < kMostCalls; ++call) {
    Result<std::vector<Row>> rows = read(until);
    if (!rows) return rows.error();
    const bool is_full = rows->size() >= static_cast<std::size_t>(kRowsOfCall);
    if (is_full) {
      // others of the last moment may come with the next call: they are read again with it
      until = at_of(rows->back());
      auto first = rows->size() - 1;
      while (first > 0 && at_of((*rows)[first - 1]) == until) --first;
      if (first > 0) {
        rows->resize(first);
        until += Micros{1};
      }
    }
    for (auto& row : *rows) {
      if (kept == most) {
        ++left_out;
        continue;
      }
      out.push_back(std::move(row));
      ++kept;
    }
    if (!is_full) break;
  }
  return left_out;
}

}  // namespace jobflip::cli

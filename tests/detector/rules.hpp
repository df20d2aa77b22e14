#pragma once
/// What others alarm on, as rules that see the truth, for comparison: each says after a reading
/// whether it would alarm now.
///
///   A  no completion for 300 s while jobs are due
///   B  the oldest due job is older than 300 s
///   C  the backlog takes longer than 600 s at the throughput of the last 300 s
///   D  as Burrow: silent for longer than the last 10 completions span, and 300 s
///   E  no claim, success or failure for max(180 s, 3 x the 99th percentile of such gaps)
///   F  E, unless all workers are busy and the oldest job is younger than 1.5 x what is learned

#include <array>
#include <deque>
#include <vector>

#include "detector/model.hpp"

namespace jobflip::detsim {

inline constexpr std::size_t kRules = 6;

class Rules {
 public:
  /// Which of A to F alarm.
  std::array<bool, kRules> take_in(const Row& row, Millis now);

 private:
  void learn(const Row& row, Millis now);

  Row last_;
  Millis due_since_{-1};
  Millis last_success_{};
  Millis last_activity_{};
  std::deque<std::pair<Millis, std::int64_t>> done_;  // the last 300 s of readings
  std::deque<Millis> commits_;                        // of the last 10 completions seen
  std::vector<Millis> gaps_;
  std::vector<Millis> ages_;  // of the oldest running job, when one completed
  Millis window_{180'000};
  Millis run_limit_{};
  std::array<int, kRules> in_a_row_{};
};

}  // namespace jobflip::detsim

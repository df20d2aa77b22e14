#pragma once
/// What many seeds of one profile came to, as a row of a table.

#include <string>
#include <vector>

#include "detector/run.hpp"

namespace jobflip::detsim {

struct Totals {
  const NamedProfile* profile{};
  bool faulty{false};
  std::vector<Outcome> outcomes;  // by seed

  /// No more wrong flips than is known, and so many seeds were named.
  bool is_as_wanted(double share_named) const;
  int wrong_flips() const;
  int seeds_with_wrong_flips() const;
  double share_named() const;  // 1 if nothing is expected
};

std::string table_of_healthy(const std::vector<Totals>& all);
std::string table_of_faulty(const std::vector<Totals>& all);
/// The seeds that are not as wanted, and what was wrong in the first `most` of them.
std::string failures_of(const Totals& totals, std::size_t most);

}  // namespace jobflip::detsim

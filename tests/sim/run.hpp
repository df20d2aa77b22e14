#pragma once
/// Many seeds on all cores. The worlds are independent, so the sum does not depend on the number
/// of threads.

#include <cstdint>
#include <map>
#include <string>

#include "sim/fleet.hpp"

namespace jobflip::sim {

struct Totals {
  std::uint64_t seeds{};
  std::map<std::uint64_t, std::string> violations;  // by seed
  Coverage coverage;
  std::int64_t events{};
  std::int64_t holders{};
  std::int64_t done{};
  std::int64_t fenced{};
  Nanos well_after{};
};

struct Batch {
  Recipe recipe{};  // with the first seed
  std::uint64_t seeds{};
  unsigned threads{1};
  bool until_violation{false};  // starts no seed after one that failed
  bool shows_progress{false};   // on stderr
};

Totals run_batch(const Batch& batch);

}  // namespace jobflip::sim

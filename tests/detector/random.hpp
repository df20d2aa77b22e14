#pragma once
/// Random numbers that are the same everywhere for the same seed: the standard's distributions
/// differ between libraries.

#include <cstdint>
#include <random>

#include "jobflip/base/time.hpp"

namespace jobflip::detsim {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_{seed * 0x9E3779B97F4A7C15ULL + 1} {}

  double unit();  // from 0 to below 1
  bool chance(double share) { return unit() < share; }
  std::int64_t between(std::int64_t least, std::int64_t most);
  Millis between(Millis least, Millis most) { return Millis{between(least.count(), most.count())}; }
  Millis exponential(Millis mean);
  /// A length whose logarithm is normal: `spread` 0 is always the median, 0.5 varies by half.
  Millis spread_around(Millis median, double spread);

 private:
  std::mt19937_64 engine_;
};

}  // namespace jobflip::detsim

#include "detector/random.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace jobflip::detsim {
namespace {

Millis times(double factor, Millis length) {
  return Millis{std::llround(factor * static_cast<double>(length.count()))};
}

}  // namespace

double Random::unit() {
  constexpr double kSteps = 1ULL << 53U;
  return static_cast<double>(engine_() >> 11U) / kSteps;
}

std::int64_t Random::between(std::int64_t least, std::int64_t most) {
  const double room = static_cast<double>(most - least) + 1;
  return least + static_cast<std::int64_t>(unit() * room);
}

Millis Random::exponential(Millis mean) {
  return std::max(Millis{1}, times(-std::log(1 - unit()), mean));
}

Millis Random::spread_around(Millis median, double spread) {
  const double radius = std::sqrt(-2 * std::log(1 - unit()));
  const double normal = radius * std::cos(2 * std::numbers::pi * unit());
  return std::max(Millis{1}, times(std::exp(spread * normal), median));
}

}  // namespace jobflip::detsim

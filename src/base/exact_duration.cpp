#include "jobflip/base/exact_duration.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace jobflip {

std::string exact_duration(Millis length) {
  auto ms = length.count();
  if (ms <= 0) return std::to_string(ms) + "ms";
  constexpr std::array<std::pair<std::int64_t, const char*>, 5> kUnits{
      {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1000, "s"}, {1, "ms"}}};
  std::string text;
  for (const auto& [unit, name] : kUnits) {
    if (ms >= unit) text += std::to_string(ms / unit) + name;
    ms %= unit;
  }
  return text;
}

}  // namespace jobflip

#include "jobflip/core/back_off.hpp"

#include <algorithm>

#include "jobflip/base/check.hpp"

namespace jobflip::core {
namespace {

/// The last step of splitmix64: nearby seeds give unrelated waits.
std::uint64_t mixed(std::uint64_t value) noexcept {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

}  // namespace

Millis back_off(const BackOff& limits, int failures, std::uint64_t seed) {
  JF_CHECK(failures >= 1);
  const int doublings = std::min(failures - 1, 16);  // 2^16 exceeds every limit
  const std::int64_t whole =
      std::min(limits.longest.count(), limits.first.count() * (std::int64_t{1} << doublings));
  const std::uint64_t jitter = mixed(seed ^ mixed(static_cast<std::uint64_t>(failures))) % 1001;
  return Millis{whole - whole / 2 + whole / 2 * static_cast<std::int64_t>(jitter) / 1000};
}

std::uint64_t seed_of(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

}  // namespace jobflip::core

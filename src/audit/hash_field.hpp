#pragma once
/// A hash as it stands in an export.

#include <array>
#include <string>
#include <string_view>

#include "jobflip/audit/chain.hpp"

namespace jobflip::audit {

/// -1: not a lower-case hexadecimal digit.
constexpr std::array<signed char, 256> values_of_hex() {
  std::array<signed char, 256> out{};
  out.fill(-1);
  constexpr std::string_view kDigits = "0123456789abcdef";
  signed char value = 0;
  for (const char digit : kDigits) out[static_cast<unsigned char>(digit)] = value++;
  return out;
}

inline int hex_at(const char* at) noexcept {
  static constexpr auto kValues = values_of_hex();
  return kValues[static_cast<unsigned char>(*at)];
}

inline constexpr std::size_t kHashDigits = kHashBytes * 2;

/// False if the kHashDigits bytes at `digits` are not all digits.
inline bool read_hash_digits(const char* digits, std::string& out) {
  out.resize(kHashBytes);
  int all = 0;
  for (std::size_t i = 0; i < kHashBytes; ++i) {
    const int high = hex_at(digits + 2 * i);
    const int low = hex_at(digits + 2 * i + 1);
    all |= high | low;
    out[i] = static_cast<char>(high * 16 + low);
  }
  return all >= 0;
}

}  // namespace jobflip::audit

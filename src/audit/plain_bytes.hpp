#pragma once
/// Eight bytes at a time: where a run of plain bytes ends. An export consists of them, and checking
/// one must not take much longer than hashing it.

#include <bit>
#include <cstdint>
#include <cstring>

namespace jobflip::audit {

inline constexpr std::uint64_t kEachByte = 0x0101010101010101;
inline constexpr std::uint64_t kHighBits = kEachByte << 7U;

/// The eight bytes at `at`, the first one lowest.
inline std::uint64_t word_at(const char* at) noexcept {
  std::uint64_t word{};
  std::memcpy(&word, at, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

/// The first byte that equals `byte` has its high bit set in the result, and none before it; what
/// is behind it means nothing.
constexpr std::uint64_t marks_of(std::uint64_t word, unsigned char byte) noexcept {
  const auto other = word ^ (kEachByte * byte);
  return (other - kEachByte) & ~other & kHighBits;
}

/// The same for what ends a run in a JSON string: a quote, a backslash, a control character.
constexpr std::uint64_t json_marks_of(std::uint64_t word) noexcept {
  const auto control = (word - kEachByte * 0x20) & ~word & kHighBits;
  return marks_of(word, '"') | marks_of(word, '\\') | control;
}

/// Of what may end a field of CSV: nothing below '-' is in a name, a number, a time or a hash. In a
/// text the marked byte may be another one, such as a space.
constexpr std::uint64_t csv_marks_of(std::uint64_t word) noexcept {
  return (word - kEachByte * '-') & ~word & kHighBits;
}

constexpr bool ends_csv_run(char c) noexcept {
  return c == ',' || c == '"' || c == '\n' || c == '\r';
}

/// How many bytes are before the first mark. Requires: there is one.
constexpr unsigned bytes_before(std::uint64_t marks) noexcept {
  return static_cast<unsigned>(std::countr_zero(marks)) / 8;
}

constexpr bool ends_json_run(char c) noexcept {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

}  // namespace jobflip::audit

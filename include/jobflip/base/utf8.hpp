#pragma once
/// What is UTF-8 and what is not: the one place that says so. No overlong form, no surrogate,
/// nothing above U+10FFFF, as PostgreSQL and JSON have it.

#include <cstddef>
#include <string_view>

namespace jobflip {

struct Utf8Char {
  char32_t point;      // the first byte if the bytes are not UTF-8
  std::size_t length;  // bytes read; 0 if the bytes are not UTF-8
};
/// The first character. Requires: `text` is not empty.
Utf8Char first_utf8(std::string_view text) noexcept;

bool is_utf8(std::string_view text) noexcept;

/// How many of the first `most` bytes to keep, so that no character is cut in two.
std::size_t utf8_cut(std::string_view text, std::size_t most) noexcept;

}  // namespace jobflip

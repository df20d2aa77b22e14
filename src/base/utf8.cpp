#include "jobflip/base/utf8.hpp"

#include <algorithm>

namespace jobflip {
namespace {

constexpr char32_t kSmallestOfLength[] = {0, 0, 0x80, 0x800, 0x10000};

unsigned char byte(char c) noexcept {
  return static_cast<unsigned char>(c);
}

bool goes_on(char c) noexcept {
  return (byte(c) & 0xC0) == 0x80;
}

}  // namespace

Utf8Char first_utf8(std::string_view text) noexcept {
  const unsigned char first = byte(text[0]);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xF0 && first < 0xF8 ? 4
                             : first >= 0xE0               ? 3
                             : first >= 0xC0               ? 2
                                                           : 0;
  if (length == 0 || first >= 0xF8 || length > text.size()) return {first, 0};
  char32_t point = first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (!goes_on(text[i])) return {first, 0};
    point = (point << 6) | (byte(text[i]) & 0x3Fu);
  }
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (point < kSmallestOfLength[length] || point > 0x10FFFF || surrogate) return {first, 0};
  return {point, length};
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto length = first_utf8(text).length;
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::size_t utf8_cut(std::string_view text, std::size_t most) noexcept {
  if (text.size() <= most) return text.size();
  if (!goes_on(text[most])) return most;
  // the start of a character that would be cut in two goes with its end
  auto kept = most;
  while (kept > 0 && goes_on(text[kept - 1])) --kept;
  return kept > 0 && byte(text[kept - 1]) >= 0xC0 ? kept - 1 : kept;
}

}  // namespace jobflip

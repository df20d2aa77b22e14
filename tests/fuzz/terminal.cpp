#include "fuzz/terminal.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace jobflip::fuzz {
namespace {

/// Unicode's Cc, Zl, Zp and Cf, as far as they act on a terminal or are invisible.
constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 13> kForbidden{{
    {0x00, 0x1f},
    {0x7f, 0x9f},
    {0xad, 0xad},
    {0x61c, 0x61c},
    {0x180e, 0x180e},
    {0x200b, 0x200f},
    {0x2028, 0x202e},
    {0x2060, 0x206f},
    {0xfeff, 0xfeff},
    {0xfff9, 0xfffb},
    {0xd800, 0xdfff},
    {0xe0000, 0xe007f},
    {0x110000, 0xffffffff},
}};

std::string at(std::size_t place, const char* what, std::uint32_t point) {
  std::array<char, 80> text{};
  std::snprintf(text.data(), text.size(), "%s U+%04X at byte %zu", what, point, place);
  return text.data();
}

/// The code point at `text[i]` and its length; length 0 if there is none.
std::pair<std::uint32_t, std::size_t> point_at(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t k) { return static_cast<std::uint8_t>(text[k]); };
  if (byte(i) < 0x80) return {byte(i), 1};
  for (std::size_t length = 2; length <= 4; ++length) {
    const auto mark = static_cast<std::uint8_t>(0xf00u >> length);  // 110xxxxx and so on
    const auto mask = static_cast<std::uint8_t>(mark >> 1 | mark | 0x80u);
    if ((byte(i) & mask) != mark) continue;
    if (i + length > text.size()) return {0, 0};
    std::uint32_t point = byte(i) & static_cast<std::uint8_t>(~mask);
    for (std::size_t k = 1; k < length; ++k) {
      if ((byte(i + k) & 0xc0) != 0x80) return {0, 0};
      point = point << 6 | (byte(i + k) & 0x3fu);
    }
    constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
    return point < kLeast[length] ? std::pair<std::uint32_t, std::size_t>{0, 0}
                                  : std::pair<std::uint32_t, std::size_t>{point, length};
  }
  return {0, 0};
}

}  // namespace

std::string why_not_shown(std::string_view text, Tabs tabs) {
  for (std::size_t i = 0; i < text.size();) {
    const auto [point, length] = point_at(text, i);
    if (length == 0) return at(i, "no UTF-8:", static_cast<std::uint8_t>(text[i]));
    const bool allowed = point == '\n' || (point == '\t' && tabs == Tabs::yes);
    const auto value = point;
    const bool forbidden = std::any_of(
        kForbidden.begin(), kForbidden.end(),
        [value](const auto& range) { return value >= range.first && value <= range.second; });
    if (forbidden && !allowed) return at(i, "not to be shown:", point);
    i += length;
  }
  return "";
}

std::string without_colours(std::string_view text) {
  constexpr std::array<std::string_view, 6> kColours{"\x1b[0m",  "\x1b[1m",  "\x1b[2m",
                                                     "\x1b[31m", "\x1b[32m", "\x1b[33m"};
  std::string out;
  while (!text.empty()) {
    const auto* colour =
        std::find_if(kColours.begin(), kColours.end(),
                     [text](std::string_view one) { return text.starts_with(one); });
    if (colour == kColours.end()) out += text.front();
    text.remove_prefix(colour == kColours.end() ? 1 : colour->size());
  }
  return out;
}

std::size_t widest_line(std::string_view text) {
  std::size_t widest = 0;
  std::size_t here = 0;
  for (const char c : text) {
    if (c == '\n')
      here = 0;
    else if ((static_cast<std::uint8_t>(c) & 0xc0) != 0x80)
      widest = std::max(widest, ++here);
  }
  return widest;
}

}  // namespace jobflip::fuzz

#include "jobflip/base/escape.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>

#include "jobflip/base/utf8.hpp"

namespace jobflip {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

template <std::size_t N>
bool is_in(const Range (&ranges)[N], char32_t p) noexcept {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [p](const Range& one) { return p >= one.first && p <= one.last; });
}

/// Controls, what turns the direction of a text, and what is drawn as nothing or as a blank:
/// Unicode's Default_Ignorable_Code_Point and Bidi_Control, fillers, the empty pattern of braille.
bool is_hidden(char32_t p) noexcept {
  static constexpr Range kHidden[] = {
      {0x0, 0x1F},      {0x7F, 0x9F},       {0xAD, 0xAD},       {0x34F, 0x34F},
      {0x61C, 0x61C},   {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F},
      {0x200B, 0x200F}, {0x2028, 0x202E},   {0x2060, 0x206F},   {0x2800, 0x2800},
      {0x3164, 0x3164}, {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},
      {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}};
  return is_in(kHidden, p);
}

/// Marks that are drawn over, under or through the character before them.
bool is_mark(char32_t p) noexcept {
  static constexpr Range kMarks[] = {
      {0x300, 0x36F},     {0x483, 0x489},     {0x591, 0x5BD},     {0x5BF, 0x5BF},
      {0x5C1, 0x5C2},     {0x5C4, 0x5C5},     {0x5C7, 0x5C7},     {0x610, 0x61A},
      {0x64B, 0x65F},     {0x670, 0x670},     {0x6D6, 0x6DC},     {0x6DF, 0x6E4},
      {0x6E7, 0x6E8},     {0x6EA, 0x6ED},     {0x711, 0x711},     {0x730, 0x74A},
      {0x7A6, 0x7B0},     {0x7EB, 0x7F3},     {0x816, 0x82D},     {0x859, 0x85B},
      {0x898, 0x89F},     {0x8CA, 0x902},     {0x93A, 0x93A},     {0x93C, 0x93C},
      {0x941, 0x948},     {0x94D, 0x94D},     {0x951, 0x957},     {0xE31, 0xE31},
      {0xE34, 0xE3A},     {0xE47, 0xE4E},     {0xEB1, 0xEB1},     {0xEB4, 0xEBC},
      {0xEC8, 0xECE},     {0xF18, 0xF19},     {0xF35, 0xF39},     {0xF71, 0xF84},
      {0xF86, 0xF87},     {0xF8D, 0xFBC},     {0x135D, 0x135F},   {0x1AB0, 0x1AFF},
      {0x1B6B, 0x1B73},   {0x1CD0, 0x1CE8},   {0x1DC0, 0x1DFF},   {0x20D0, 0x20FF},
      {0x2CEF, 0x2CF1},   {0x2DE0, 0x2DFF},   {0x302A, 0x302F},   {0x3099, 0x309A},
      {0xA66F, 0xA67D},   {0xA69E, 0xA69F},   {0xA6F0, 0xA6F1},   {0xA8E0, 0xA8F1},
      {0xFE20, 0xFE2F},   {0x1D165, 0x1D169}, {0x1D16D, 0x1D172}, {0x1D17B, 0x1D182},
      {0x1D185, 0x1D18B}, {0x1D1AA, 0x1D1AD}, {0x1E000, 0x1E02A}, {0x1E8D0, 0x1E8D6},
      {0x1E944, 0x1E94A}};
  return is_in(kMarks, p);
}

/// Reads a text from its beginning: whether the next character is to be written as its number. No
/// language needs more than a few marks on one letter, and a tower of them covers other lines.
class Veil {
 public:
  bool hides(char32_t point) noexcept {
    constexpr int kMostMarks = 4;
    const bool is_plain = point >= 0x20 && point < 0x7F;
    if (is_plain) marks_ = 0;
    if (is_plain) return false;
    marks_ = is_mark(point) ? marks_ + 1 : 0;
    return marks_ > kMostMarks || is_hidden(point);
  }

 private:
  int marks_{0};
};

std::string hex(const char* format, char32_t value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), format, static_cast<unsigned>(value));
  return text.data();
}

}  // namespace

std::string printable(std::string_view text, std::size_t max_bytes) {
  const bool cut = text.size() > max_bytes;
  std::string out;
  out.reserve(std::min(text.size(), max_bytes) + 3);
  std::size_t at = 0;
  Veil veil;
  while (at < text.size()) {
    const auto [point, length] = first_utf8(text.substr(at));
    if (at + (length == 0 ? 1 : length) > max_bytes) break;
    if (length == 0) {
      out += hex("\\x%02x", point);
      ++at;
      continue;
    }
    if (veil.hides(point)) {
      out += hex(point < 0x100 ? "\\x%02x" : point < 0x10000 ? "\\u%04x" : "\\U%08x", point);
    } else {
      out += text.substr(at, length);
    }
    at += length;
  }
  if (cut) out += "...";
  return out;
}

std::string json_printable(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  Veil veil;
  while (!json.empty()) {
    const auto [point, length] = first_utf8(json);
    const auto taken = json.substr(0, std::max<std::size_t>(length, 1));
    json.remove_prefix(taken.size());
    const bool hides = veil.hides(point);
    if (point < 0x7F || !hides) {
      out += taken;
    } else if (point < 0x10000) {
      out += hex("\\u%04x", point);
    } else {
      out += hex("\\u%04x", 0xD800 + ((point - 0x10000) >> 10));
      out += hex("\\u%04x", 0xDC00 + ((point - 0x10000) & 0x3FF));
    }
  }
  return out;
}

std::size_t columns(std::string_view text) noexcept {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

}  // namespace jobflip

#include "jobflip/base/escape.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "jobflip/base/utf8.hpp"

namespace jobflip {
namespace {

bool is_hidden(char32_t p) noexcept {
  return p < 0x20 || (p >= 0x7F && p < 0xA0) || p == 0xAD || p == 0x61C || p == 0x180E ||
         p == 0xFEFF || (p >= 0x200B && p <= 0x200F) || (p >= 0x2028 && p <= 0x202E) ||
         (p >= 0x2060 && p <= 0x206F) || (p >= 0xFFF9 && p <= 0xFFFB) ||
         (p >= 0xE0000 && p <= 0xE007F);
}

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
  while (at < text.size()) {
    const auto [point, length] = first_utf8(text.substr(at));
    if (at + (length == 0 ? 1 : length) > max_bytes) break;
    if (length == 0) {
      out += hex("\\x%02x", point);
      ++at;
      continue;
    }
    if (is_hidden(point)) {
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
  while (!json.empty()) {
    const auto [point, length] = first_utf8(json);
    const auto taken = json.substr(0, std::max<std::size_t>(length, 1));
    json.remove_prefix(taken.size());
    if (point < 0x7F || !is_hidden(point)) {
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

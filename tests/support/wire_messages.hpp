#pragma once
/// Messages of PostgreSQL's protocol 3, as a server sends them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobflip::test::wire {

inline std::string number(std::uint32_t value, int bytes) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    out += static_cast<char>(value >> shift & 0xff);
  return out;
}

inline std::uint32_t number_in(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

/// One message: its kind, its length, its body.
inline std::string message(char kind, const std::string& body) {
  return kind + number(static_cast<std::uint32_t>(body.size() + 4), 4) + body;
}

inline std::string parameter(const std::string& name, const std::string& value) {
  return message('S', name + std::string(1, '\0') + value + std::string(1, '\0'));
}

inline std::string ready() {
  return message('Z', "I");
}

/// What a row has, all of it of type text.
inline std::string columns(const std::vector<std::string>& names) {
  auto body = number(static_cast<std::uint32_t>(names.size()), 2);
  for (const auto& name : names)
    body += name + std::string(1, '\0') + number(0, 4) + number(0, 2) + number(25, 4) +
            number(0xffff, 2) + number(0xffffffff, 4) + number(0, 2);
  return message('T', body);
}

inline std::string row(const std::vector<std::optional<std::string>>& cells) {
  auto body = number(static_cast<std::uint32_t>(cells.size()), 2);
  for (const auto& cell : cells)
    body +=
        cell ? number(static_cast<std::uint32_t>(cell->size()), 4) + *cell : number(0xffffffff, 4);
  return message('D', body);
}

}  // namespace jobflip::test::wire

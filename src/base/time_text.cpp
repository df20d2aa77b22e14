#include "jobflip/base/time_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace jobflip {
namespace {

constexpr std::string_view kForm = "dddd-dd-dd dd:dd:dd";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// from_chars would take a sign, so the form is checked first.
bool has_form(std::string_view text) {
  if (text.size() < kForm.size()) return false;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const char c = text[i] == 'T' && kForm[i] == ' ' ? ' ' : text[i];
    if (kForm[i] == 'd' ? !is_digit(c) : c != kForm[i]) return false;
  }
  return true;
}

int number_at(std::string_view text, std::size_t at, std::size_t length) {
  int value{};
  std::from_chars(text.data() + at, text.data() + at + length, value);
  return value;
}

}  // namespace

std::optional<WallTime> parse_utc_time(std::string_view text) {
  if (!has_form(text)) return std::nullopt;
  const auto day =
      std::chrono::year{number_at(text, 0, 4)} / number_at(text, 5, 2) / number_at(text, 8, 2);
  const int hour = number_at(text, 11, 2), minute = number_at(text, 14, 2),
            second = number_at(text, 17, 2);
  if (!day.ok() || day.year() < std::chrono::year{1} || hour > 23 || minute > 59 || second > 59)
    return std::nullopt;
  auto rest = text.substr(kForm.size());
  std::int64_t micros = 0;
  if (rest.starts_with('.')) {
    std::int64_t scale = 100'000;
    for (rest.remove_prefix(1); !rest.empty() && is_digit(rest[0]); rest.remove_prefix(1)) {
      micros += (rest[0] - '0') * scale;
      scale /= 10;
    }
  }
  constexpr std::array<std::string_view, 4> kZones{"", "Z", "+00", "+00:00"};
  if (std::ranges::count(kZones, rest) == 0) return std::nullopt;
  return WallTime{std::chrono::sys_days{day}} + std::chrono::hours{hour} +
         std::chrono::minutes{minute} + std::chrono::seconds{second} + Micros{micros};
}

}  // namespace jobflip

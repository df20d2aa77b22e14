#include "jobflip/config/duration.hpp"

#include <array>
#include <cstdint>
#include <string>

#include "jobflip/base/escape.hpp"

namespace jobflip::config {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t millis;
};
constexpr std::array kUnits{Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000},
                            Unit{"s", 1000}, Unit{"ms", 1}};

constexpr std::string_view kHint =
    "write a whole number and a unit (ms, s, m, h, d), such as \"30s\" or \"1h30m\"";

constexpr std::string_view kTooLong = "is longer than 365 days";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

Error wrong(std::string_view text, std::string_view why) {
  const bool too_long = why == kTooLong;
  return Error{ErrorCode::config, "\"" + printable(text, 60) + "\" " + std::string{why},
               std::string{too_long ? "write at most \"365d\"" : kHint}};
}

std::size_t find_unit(std::string_view name) {
  std::size_t i = 0;
  while (i < kUnits.size() && kUnits[i].name != name) ++i;
  return i;
}

}  // namespace

Result<Millis> parse_duration(std::string_view text) {
  if (text.empty()) return wrong(text, "is empty");
  if (text.front() == '-') return wrong(text, "is negative");
  std::int64_t total = 0;
  std::size_t unit_from = 0;  // units only get smaller: "1h30m", never "30m1h" or "1h1h"
  for (std::size_t at = 0; at < text.size();) {
    std::int64_t number = 0;
    const std::size_t begin = at;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      if (at - begin >= 12) return wrong(text, kTooLong);
      number = number * 10 + (text[at] - '0');
    }
    if (at == begin) return wrong(text, "is not a duration");
    const std::size_t unit_begin = at;
    while (at < text.size() && !is_digit(text[at])) ++at;
    const auto name = text.substr(unit_begin, at - unit_begin);
    if (name.empty()) return wrong(text, "has no unit");
    const std::size_t unit = find_unit(name);
    if (unit == kUnits.size()) {
      return wrong(text, "has an unknown unit \"" + printable(name, 20) + "\"");
    }
    if (unit < unit_from) return wrong(text, "does not have the larger unit first");
    unit_from = unit + 1;
    if (number > kDurationMax.count() / kUnits[unit].millis) {
      return wrong(text, kTooLong);
    }
    total += number * kUnits[unit].millis;
  }
  if (total > kDurationMax.count()) return wrong(text, kTooLong);
  return Millis{total};
}

}  // namespace jobflip::config

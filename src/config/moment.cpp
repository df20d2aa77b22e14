#include "jobflip/config/moment.hpp"

#include <optional>
#include <string>

#include "jobflip/base/escape.hpp"
#include "jobflip/base/time_text.hpp"
#include "jobflip/config/duration.hpp"

namespace jobflip::config {
namespace {

constexpr std::string_view kDay = "2026-11-27";
constexpr std::string_view kMinute = "2026-11-27T02:00";
constexpr std::string_view kSecond = "2026-11-27T02:00:00";
constexpr std::string_view kOffset = "+01:00";

bool begins_with_a_year(std::string_view text) {
  return text.size() > 4 && text[4] == '-';
}

/// How far the zone at the end is ahead of UTC, and the text without it; a zone that is not of the
/// form +01:00 stays.
std::chrono::minutes take_offset(std::string& text) {
  if (text.size() < kMinute.size() + kOffset.size()) return {};
  const auto zone = text.substr(text.size() - kOffset.size());
  const auto digit = [&](std::size_t at) { return zone[at] >= '0' && zone[at] <= '9'; };
  const bool has_form = (zone[0] == '+' || zone[0] == '-') && digit(1) && digit(2) &&
                        zone[3] == ':' && digit(4) && digit(5);
  if (!has_form) return {};
  const int hours = std::stoi(zone.substr(1, 2)), minutes = std::stoi(zone.substr(4, 2));
  if (hours > 23 || minutes > 59) return {};
  text.resize(text.size() - kOffset.size());
  return (zone[0] == '-' ? -1 : 1) * (std::chrono::hours{hours} + std::chrono::minutes{minutes});
}

std::optional<WallTime> parse_calendar(std::string text) {
  if (text.size() == kDay.size()) text += " 00:00";
  const auto ahead = take_offset(text);
  const bool zulu = text.ends_with('Z');
  if (text.size() == kMinute.size() + (zulu ? 1 : 0)) text.insert(kMinute.size(), ":00");
  if (text.size() < kSecond.size() || (zulu && ahead.count() != 0)) return std::nullopt;
  const auto at = parse_utc_time(text);
  if (!at) return std::nullopt;
  return *at - ahead;
}

}  // namespace

Result<WallTime> parse_moment(std::string_view text, WallTime now) {
  constexpr std::string_view kAgo = " ago";
  constexpr std::string_view kHint =
      "write a time in UTC, such as 2026-11-27T02:00:00Z or 2026-11-27, or how long ago it was, "
      "such as 90m, 2h or 7d";
  if (begins_with_a_year(text)) {
    if (const auto at = parse_calendar(std::string{text})) return *at;
    return Error{ErrorCode::usage, "\"" + printable(text, 60) + "\" is not a time",
                 std::string{kHint}};
  }
  auto length_text = text;
  if (length_text.ends_with(kAgo)) length_text.remove_suffix(kAgo.size());
  const auto length = parse_duration(length_text);
  if (!length) return Error{ErrorCode::usage, length.error().text, std::string{kHint}};
  return now - *length;
}

}  // namespace jobflip::config

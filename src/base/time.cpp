#include "jobflip/base/time.hpp"

#include <ctime>

#include <algorithm>
#include <array>
#include <cstdio>

#include "jobflip/base/check.hpp"

namespace jobflip {

BootClock::time_point BootClock::now() noexcept {
  timespec ts{};
  JF_CHECK(::clock_gettime(CLOCK_BOOTTIME, &ts) == 0);
  return time_point{std::chrono::seconds{ts.tv_sec} + std::chrono::nanoseconds{ts.tv_nsec}};
}

namespace {

template <class... Numbers>
std::string print(const char* format, Numbers... numbers) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), format, static_cast<long long>(numbers)...);
  return text.data();
}

}  // namespace

std::string short_duration(Millis length) {
  const auto ms = length.count();
  if (ms < 0) return "-" + short_duration(-std::max(length, -Millis::max()));
  if (ms < 1000) return print("%lldms", ms);
  if (ms < 60'000) return print("%lld.%llds", ms / 1000, ms % 1000 / 100);
  const auto seconds = ms / 1000;
  if (seconds < 3600) return print("%lldm%02llds", seconds / 60, seconds % 60);
  if (seconds < 86'400) return print("%lldh%02lldm", seconds / 3600, seconds % 3600 / 60);
  return print("%lldd%02lldh", seconds / 86'400, seconds % 86'400 / 3600);
}

std::string rfc3339(WallTime at) {
  const auto micros = at.time_since_epoch().count();
  auto seconds = micros / 1'000'000;
  auto rest = micros % 1'000'000;
  if (rest < 0) {
    rest += 1'000'000;
    --seconds;
  }
  const std::time_t clock = seconds;
  std::tm utc{};
  JF_CHECK(::gmtime_r(&clock, &utc) != nullptr);
  std::array<char, 40> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  return text.data() + print(".%06lldZ", rest);
}

std::optional<WallTime> parse_rfc3339(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int micros = 0;
  int used = 0;
  const int read = std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d.%6dZ%n", &year, &month, &day,
                               &hour, &minute, &second, &micros, &used);
  if (read != 7 || static_cast<std::size_t>(used) != text.size()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  if (!date.ok()) return std::nullopt;
  return WallTime{std::chrono::sys_days{date} + std::chrono::hours{hour} +
                  std::chrono::minutes{minute} + std::chrono::seconds{second} + Micros{micros}};
}

}  // namespace jobflip

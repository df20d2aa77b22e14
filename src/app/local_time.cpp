#include "app/local_time.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <fstream>

namespace jobflip::app {
namespace {

constexpr std::size_t kMostName = 64;

/// It becomes a path: no way out of the folder.
bool is_zone_name(const std::string& zone) {
  const auto is_part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-' || c == '+';
  };
  return !zone.empty() && zone.size() <= kMostName && zone.front() != '/' &&
         std::ranges::all_of(zone, is_part);
}

/// The C library takes an unknown zone for UTC, so the file is looked at first.
bool has_zone(const std::string& zone) {
  std::ifstream file{"/usr/share/zoneinfo/" + zone, std::ios::binary};
  std::array<char, 4> magic{};
  return file.read(magic.data(), magic.size()) &&
         std::string_view{magic.data(), magic.size()} == "TZif";
}

/// $TZ for as long as this lives.
class ZoneOfProcess {
 public:
  explicit ZoneOfProcess(const std::string& zone) {
    if (const char* before = std::getenv("TZ")) before_ = before;
    ::setenv("TZ", (":" + zone).c_str(), 1);
    ::tzset();
  }
  ~ZoneOfProcess() {
    if (before_)
      ::setenv("TZ", before_->c_str(), 1);
    else
      ::unsetenv("TZ");
    ::tzset();
  }
  ZoneOfProcess(const ZoneOfProcess&) = delete;
  ZoneOfProcess& operator=(const ZoneOfProcess&) = delete;

 private:
  std::optional<std::string> before_;
};

}  // namespace

std::optional<cli::LocalTime> local_time(const std::string& zone, WallTime at) {
  if (!is_zone_name(zone) || !has_zone(zone)) return std::nullopt;
  const ZoneOfProcess set{zone};
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
  std::tm local{};
  if (::localtime_r(&seconds, &local) == nullptr) return std::nullopt;
  return cli::LocalTime{std::chrono::seconds{local.tm_gmtoff},
                        local.tm_zone == nullptr ? "" : local.tm_zone};
}

}  // namespace jobflip::app

#include "cli/wanted_zone.hpp"

#include <fmt/format.h>

#include "jobflip/base/escape.hpp"

namespace jobflip::cli {
namespace {

/// When the offset of the zone changed, to the second. Requires: it differs at both ends.
WallTime change_between(const WantedZone& zone, WallTime before, WallTime after,
                        const LocalTime& old) {
  while (after - before > std::chrono::seconds{1}) {
    const auto middle = before + (after - before) / 2;
    const auto local = zone.local_time(zone.name, middle);
    (local && local->ahead == old.ahead ? before : after) = middle;
  }
  return std::chrono::floor<std::chrono::seconds>(after);
}

}  // namespace

WantedZone wanted_zone(const Session& session) {
  return {session.options().time_zone, session.host().local_time};
}

std::optional<ExitCode> refuse_zone(Session& session, const WantedZone& zone) {
  if (zone.name.empty() || zone.local_time(zone.name, session.host().wall())) return std::nullopt;
  return session.usage(
      fmt::format("--time-zone: \"{}\" is not a time zone of this host", printable(zone.name, 80)),
      "a name such as Europe/Zurich; `timedatectl list-timezones` lists them (package tzdata)");
}

report::Zone zone_between(const WantedZone& zone, WallTime since, WallTime until) {
  constexpr int kMostDays = 400;
  report::Zone out;
  if (zone.name.empty()) return out;
  auto last = zone.local_time(zone.name, since);
  if (!last) return out;
  out.name = zone.name;
  out.spans.push_back({since, last->ahead, last->abbreviation});
  auto at = since;
  for (int day = 0; at < until && day < kMostDays; ++day) {
    const auto next = std::min<WallTime>(at + std::chrono::days{1}, until);
    const auto local = zone.local_time(zone.name, next);
    if (local && local->ahead != last->ahead) {
      out.spans.push_back(
          {change_between(zone, at, next, *last), local->ahead, local->abbreviation});
      last = local;
    }
    at = next;
  }
  return out;
}

}  // namespace jobflip::cli

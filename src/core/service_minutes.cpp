#include "jobflip/core/service_minutes.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "jobflip/core/time_ranges.hpp"

namespace jobflip::core {
namespace {

TimeRanges windows_in(const std::vector<Maintenance>& maintenance, const TimeRange& span) {
  TimeRanges windows;
  for (const Maintenance& window : maintenance) windows.push_back({window.from, window.to});
  return common(united(std::move(windows)), {span});
}

Millis& length_in(ServiceMinutes& minutes, ServiceState state) {
  if (state == ServiceState::up) return minutes.up;
  return state == ServiceState::slow ? minutes.slow : minutes.down;
}

}  // namespace

std::optional<double> ServiceMinutes::uptime() const {
  const Millis watched = up + slow + down;
  if (watched <= Millis{0}) return std::nullopt;
  return static_cast<double>((up + slow).count()) / static_cast<double>(watched.count());
}

ServiceMinutes service_minutes(const std::vector<ServiceSpell>& spells,
                               const std::vector<Maintenance>& maintenance, WallTime from,
                               WallTime to) {
  ServiceMinutes minutes;
  if (to <= from) return minutes;
  const auto windows = windows_in(maintenance, {from, to});
  auto sorted = spells;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const ServiceSpell& a, const ServiceSpell& b) { return a.from < b.from; });
  Micros in_state[3]{};
  WallTime counted_to = from;
  for (const ServiceSpell& spell : sorted) {
    const WallTime begin = std::max(spell.from, counted_to);
    const WallTime end = std::min(spell.to, to);
    if (begin >= end) continue;
    in_state[static_cast<int>(spell.state)] +=
        (end - begin) - exact_length_of(common({{begin, end}}, windows));
    counted_to = end;
  }
  for (const auto state : {ServiceState::up, ServiceState::slow, ServiceState::down})
    length_in(minutes, state) =
        std::chrono::duration_cast<Millis>(in_state[static_cast<int>(state)]);
  minutes.maintenance = length_of(windows);
  minutes.unwatched = std::chrono::duration_cast<Millis>(to - from) - minutes.up - minutes.slow -
                      minutes.down - minutes.maintenance;
  return minutes;
}

std::vector<ServiceSpell> spells_of(const std::vector<ServiceSpell>& spells,
                                    const std::string& service) {
  std::vector<ServiceSpell> own;
  std::copy_if(spells.begin(), spells.end(), std::back_inserter(own),
               [&](const ServiceSpell& spell) { return spell.service == service; });
  return own;
}

std::vector<Maintenance> maintenance_of(const std::vector<Maintenance>& maintenance,
                                        const std::string& service) {
  std::vector<Maintenance> own;
  std::copy_if(maintenance.begin(), maintenance.end(), std::back_inserter(own),
               [&](const Maintenance& window) {
                 return window.service.empty() || window.service == service;
               });
  return own;
}

}  // namespace jobflip::core

#pragma once
/// The alarms of core (core/alarms.hpp) in words: "PAUSED until ... by ann: deploy". A front end
/// decides by its level how prominently it shows an alarm.

#include <string>
#include <vector>

#include "jobflip/core/alarms.hpp"

namespace jobflip::view {

struct Alarm {
  core::AlarmKind kind{};
  std::string text;
};

/// Damaged rows have a line each, up to ten.
std::vector<Alarm> fleet_alarms(const core::Snapshot& snapshot);
std::vector<Alarm> pool_alarms(const core::PoolView& pool);

}  // namespace jobflip::view

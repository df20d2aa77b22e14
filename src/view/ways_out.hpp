#pragma once
/// What to type about an alarm: one command, complete, that changes or shows what the alarm is
/// about. It is not typed for anybody: a person reads the alarm first.

#include <string>

#include "jobflip/core/alarms.hpp"

namespace jobflip::view {

/// "" if there is nothing to type.
std::string way_out(core::AlarmKind kind);  // of the fleet
std::string way_out(const core::Alarm& alarm, const core::PoolView& pool);

}  // namespace jobflip::view

#pragma once
/// What to type about an alarm, or about what keeps a pool from a flip: one command, complete, that
/// changes or shows what it is about. It is not typed for anybody: a person reads the alarm first.

#include <string>

#include "jobflip/core/alarms.hpp"

namespace jobflip::view {

/// "" if there is nothing to type.
std::string way_out(core::AlarmKind kind);  // of the fleet
std::string way_out(const core::Alarm& alarm, const core::PoolView& pool);

/// "" if one can only wait, or if the rule is right and there is nothing to flip.
std::string way_out(core::Rule rule, const core::PoolView& pool);
/// What makes a candidate able to take over; "" if it can, or if that takes more than a command.
std::string way_out(const core::CandidateView& candidate, const core::PoolView& pool);

}  // namespace jobflip::view

#pragma once
/// The alarms of core (core/alarms.hpp) in words, with what to type: "PAUSED until ... by ann:
/// deploy", `jobflip resume mail`. A front end decides by the level how it shows an alarm.

#include <string>
#include <vector>

#include "jobflip/core/alarms.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::view {

struct Alarm {
  core::Alarm fact;
  std::string text;     // printable
  std::string command;  // the likely way out, complete; "" if it ends by itself
};

/// Damaged rows have a line each, up to ten.
std::vector<Alarm> fleet_alarms(const core::Snapshot& snapshot);
std::vector<Alarm> pool_alarms(const core::Snapshot& snapshot, const core::PoolView& pool);

/// For people: without the pause, cooldown or missing standby that the held flip names already.
std::vector<Alarm> without_repeats(std::vector<Alarm> alarms);

/// Of flip_due: "to job2 in about 26.0s", "restart on job1 now".
std::string due_text(const core::Alarm& alarm, const core::PoolView& pool);

/// As facts: [{"kind": "flip-held", "level": "critical", "node", "queue", "rule", "text",
/// "command"}]; null where a fact has none.
Json conditions_json(const std::vector<Alarm>& alarms);

}  // namespace jobflip::view

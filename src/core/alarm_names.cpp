/// The names of alarms: scripts compare them, so that one never changes.
#include "jobflip/core/alarms.hpp"

namespace jobflip::core {

std::string_view name_of(AlarmLevel level) noexcept {
  switch (level) {
    case AlarmLevel::note:
      return "note";
    case AlarmLevel::warning:
      return "warning";
    case AlarmLevel::critical:
      return "critical";
  }
  return "?";
}

std::string_view name_of(AlarmKind kind) noexcept {
  switch (kind) {
    case AlarmKind::read_only:
      return "read-only";
    case AlarmKind::copied:
      return "copied";
    case AlarmKind::set_back:
      return "set-back";
    case AlarmKind::damaged:
      return "damaged";
    case AlarmKind::no_supervisor:
      return "no-supervisor";
    case AlarmKind::budget_used:
      return "budget-used";
    case AlarmKind::not_active:
      return "not-active";
    case AlarmKind::silent:
      return "silent";
    case AlarmKind::not_renewed:
      return "not-renewed";
    case AlarmKind::crash_loop:
      return "crash-loop";
    case AlarmKind::not_cured:
      return "not-cured";
    case AlarmKind::queue_stuck:
      return "queue-stuck";
    case AlarmKind::flip_held:
      return "flip-held";
    case AlarmKind::flip_due:
      return "flip-due";
    case AlarmKind::queue_blind:
      return "queue-blind";
    case AlarmKind::queue_alarm:
      return "queue-alarm";
    case AlarmKind::frozen:
      return "frozen";
    case AlarmKind::flip_open:
      return "flip-open";
    case AlarmKind::standby_crash_loop:
      return "standby-crash-loop";
    case AlarmKind::no_standby:
      return "no-standby";
    case AlarmKind::standby_silent:
      return "standby-silent";
    case AlarmKind::paused:
      return "paused";
    case AlarmKind::deployment:
      return "deployment";
    case AlarmKind::cooldown:
      return "cooldown";
    case AlarmKind::restarted:
      return "restarted";
    case AlarmKind::keep:
      return "keep";
    case AlarmKind::observe:
      return "observe";
  }
  return "?";
}

std::optional<AlarmKind> parse_alarm_kind(std::string_view name) noexcept {
  for (int i = 0; i <= static_cast<int>(kLastAlarmKind); ++i)
    if (const auto kind = static_cast<AlarmKind>(i); name_of(kind) == name) return kind;
  return std::nullopt;
}

std::vector<std::string> alarm_kind_names() {
  std::vector<std::string> out;
  for (int i = 0; i <= static_cast<int>(kLastAlarmKind); ++i)
    out.emplace_back(name_of(static_cast<AlarmKind>(i)));
  return out;
}

}  // namespace jobflip::core

#pragma once
/// Services as JSON and in sentences. Texts from outside are escaped in the sentences.

#include <optional>
#include <string>
#include <vector>

#include "jobflip/core/alarms.hpp"
#include "jobflip/core/service_calls.hpp"
#include "jobflip/core/service_minutes.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::view {

/// A service, and how it was in the last day and month, if that is known.
struct ServiceLine {
  core::ServiceStatus status;
  std::optional<core::ServiceMinutes> day{};
  std::optional<core::ServiceMinutes> month{};
};

Json service_minutes_json(const core::ServiceMinutes& minutes);
Json service_json(const ServiceLine& line);
Json service_spell_json(const core::ServiceSpell& spell);
Json maintenance_json(const core::Maintenance& window);

/// "up", "slow", "down", "unwatched", or "maintenance", whatever it is in it.
std::string service_state_text(const core::ServiceStatus& status);

/// "99.950 %": never rounded up; "-" if nothing was watched.
std::string uptime_text(const std::optional<double>& uptime);

/// How serious the state is: down is critical, slow and unwatched are warnings; in maintenance
/// nothing is.
core::AlarmLevel level_of(const core::ServiceStatus& status);

/// "service web has been down for 4m10s: status 503, expected 200-399"
std::string service_text(const core::ServiceStatus& status);

/// What is checked, and how: "http https://app.example.com/health every 30.0s".
std::string service_check_text(const core::ServiceSettings& settings);

}  // namespace jobflip::view

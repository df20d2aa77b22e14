#include "jobflip/view/service_view.hpp"

#include <fmt/format.h>

#include <cmath>

#include "jobflip/base/escape.hpp"

namespace jobflip::view {
namespace {

constexpr std::size_t kMostSentence = 300;
constexpr double kParts = 100'000;  // thousandths of a percent

Json state_json(const std::optional<core::ServiceState>& state) {
  return state ? Json(core::name_of(*state)) : Json{};
}

std::string target_of(const core::ServiceSettings& settings) {
  switch (settings.check) {
    case core::CheckKind::http:
      return printable(settings.url.value_or(""), 200);
    case core::CheckKind::tcp:
      return fmt::format("{} port {}", printable(settings.host.value_or(""), 200), settings.port);
    case core::CheckKind::exec:
      break;
  }
  return printable(settings.command.value_or(""), 63);
}

}  // namespace

Json service_minutes_json(const core::ServiceMinutes& minutes) {
  return Json{{"uptime", or_null(minutes.uptime())},
              {"up_ms", minutes.up.count()},
              {"slow_ms", minutes.slow.count()},
              {"down_ms", minutes.down.count()},
              {"maintenance_ms", minutes.maintenance.count()},
              {"unwatched_ms", minutes.unwatched.count()}};
}

Json service_json(const ServiceLine& line) {
  const auto& s = line.status;
  const auto minutes = [](const std::optional<core::ServiceMinutes>& of) {
    return of ? service_minutes_json(*of) : Json{};
  };
  return Json{{"service", s.settings.name.str()},
              {"state", state_json(s.state)},
              {"since_at", time_json(s.since)},
              {"seen_at", time_json(s.seen)},
              {"latency_ms", ms_json(s.latency)},
              {"sentence", text_json(s.sentence)},
              {"maintenance_until", time_json(s.maintenance_until)},
              {"incident", s.incident ? Json(s.incident->value) : Json{}},
              {"check", core::kCheckKindWords[static_cast<std::size_t>(s.settings.check)]},
              {"target_percent", s.settings.target_percent},
              {"last_24h", minutes(line.day)},
              {"last_30d", minutes(line.month)}};
}

Json service_spell_json(const core::ServiceSpell& spell) {
  return Json{{"state", core::name_of(spell.state)},
              {"from_at", rfc3339(spell.from)},
              {"to_at", rfc3339(spell.to)},
              {"open", spell.open},
              {"sentence", text_json(spell.sentence)}};
}

Json maintenance_json(const core::Maintenance& window) {
  return Json{{"maintenance", window.id == 0 ? Json{} : Json(window.id)},
              {"service", text_json(window.service)},
              {"from_at", rfc3339(window.from)},
              {"until_at", rfc3339(window.to)},
              {"actor", text_json(window.actor)},
              {"reason", text_json(window.reason)}};
}

std::string service_state_text(const core::ServiceStatus& status) {
  if (status.maintenance_until) return "maintenance";
  return status.state ? std::string{core::name_of(*status.state)} : "unwatched";
}

std::string uptime_text(const std::optional<double>& uptime) {
  if (!uptime) return "-";
  return fmt::format("{:.3f} %", std::floor(*uptime * kParts + 1e-6) / 1000);
}

core::AlarmLevel level_of(const core::ServiceStatus& status) {
  if (status.maintenance_until || status.state == core::ServiceState::up)
    return core::AlarmLevel::note;
  return status.state == core::ServiceState::down ? core::AlarmLevel::critical
                                                  : core::AlarmLevel::warning;
}

std::string service_text(const core::ServiceStatus& status) {
  const auto name = "service " + status.settings.name.str();
  const auto why = printable(status.sentence, kMostSentence);
  const auto because = why.empty() ? "" : ": " + why;
  if (!status.state)
    return name +
           (status.seen
                ? fmt::format(" was last checked {} ago", short_duration(status.seen_ago)) + because
                : " has not been checked" + because);
  return fmt::format("{} has been {} for {}{}", name, core::name_of(*status.state),
                     short_duration(status.since_ago), because);
}

std::string service_check_text(const core::ServiceSettings& settings) {
  const auto limit = settings.slow_after ? short_duration(*settings.slow_after) : "what it learned";
  const auto slow =
      fmt::format("; slow if over {} for {}", limit, short_duration(settings.slow_for));
  return fmt::format("{} {} every {}, timeout {}{}; down after {} failures",
                     core::kCheckKindWords[static_cast<std::size_t>(settings.check)],
                     target_of(settings), short_duration(settings.every),
                     short_duration(settings.timeout), slow, settings.down_after);
}

}  // namespace jobflip::view

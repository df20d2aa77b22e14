#include "jobflip/view/deployment_view.hpp"

#include <fmt/format.h>

#include "jobflip/base/escape.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::view {
namespace {

constexpr std::size_t kMostVersion = 200;
constexpr std::size_t kMostPerson = 60;

Json flip_number(const std::optional<FlipId>& flip) {
  return flip ? Json(flip->value) : Json{};
}

std::string by_whom(const std::string& who) {
  return who.empty() ? "" : ", by " + printable(who, kMostPerson);
}

}  // namespace

Json deployment_json(const core::Deployment& d) {
  return Json{{"deployment", d.id},
              {"pool", d.pool.str()},
              {"version", d.version},
              {"state", core::name_of(d.state)},
              {"started_at", rfc3339(d.started_at)},
              {"started_by", d.started_by},
              {"ended_at", time_json(d.ended_at)},
              {"ended_by", text_json(d.ended_by)},
              {"flip", flip_number(d.flip)},
              {"flip_back", flip_number(d.flip_back)},
              {"reason", text_json(d.reason)}};
}

Json running_deployment_json(const std::optional<core::RunningDeployment>& d) {
  if (!d) return nullptr;
  return Json{{"deployment", d->id},
              {"version", d->version},
              {"started_by", d->started_by},
              {"age_ms", d->age.count()},
              {"hold_left_ms", ms_json(d->hold_left)},
              {"flip", flip_number(d->flip)}};
}

std::string deployment_state_text(core::DeploymentState state) {
  return state == core::DeploymentState::rolled_back ? "rolled back"
                                                     : std::string{core::name_of(state)};
}

std::string deployment_name(std::int64_t id, const std::string& version) {
  return fmt::format("deployment {} of version {}", id, printable(version, kMostVersion));
}

std::string deployment_near_text(const core::Deployment& d, WallTime onset,
                                 const std::string& what) {
  const auto began = std::chrono::duration_cast<Millis>(onset - d.started_at);
  auto text = fmt::format("{}: began {} {} {}{}", deployment_name(d.id, d.version),
                          short_duration(std::chrono::abs(began)),
                          began < Millis{0} ? "after" : "before", what, by_whom(d.started_by));
  if (!d.ended_at) return text + "; still running";
  const auto lasted = std::chrono::duration_cast<Millis>(*d.ended_at - d.started_at);
  text += fmt::format("; {} after {}{}", deployment_state_text(d.state), short_duration(lasted),
                      by_whom(d.ended_by));
  if (d.flip_back) text += fmt::format(", with flip {}", d.flip_back->value);
  return text;
}

std::string running_deployment_text(const core::RunningDeployment& d) {
  return fmt::format(
      "DEPLOYMENT {} of version {} for {}{}: {}", d.id, printable(d.version, kMostVersion),
      short_duration(d.age), by_whom(d.started_by),
      d.hold_left ? "automatic flips wait for " + short_duration(*d.hold_left) + " more"
                  : "automatic flips wait no longer");
}

}  // namespace jobflip::view

#include "jobflip/core/incident_calls.hpp"

#include <array>

namespace jobflip::core {

std::string_view name_of(IncidentReport::What what) noexcept {
  constexpr std::array<std::string_view, 3> kNames{"open", "first_job", "close"};
  const auto nth = static_cast<std::size_t>(what);
  return nth < kNames.size() ? kNames.at(nth) : "?";
}

std::string_view name_of(IncidentChange::What what) noexcept {
  constexpr std::array<std::string_view, 10> kNames{"note",     "label",       "unlabel",  "class",
                                                    "severity", "perceptible", "downtime", "close",
                                                    "merge",    "split"};
  const auto nth = static_cast<std::size_t>(what);
  return nth < kNames.size() ? kNames.at(nth) : "?";
}

}  // namespace jobflip::core

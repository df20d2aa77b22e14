#include "jobflip/core/service.hpp"

namespace jobflip::core {

std::string_view name_of(ServiceState state) noexcept {
  switch (state) {
    case ServiceState::up:
      return "up";
    case ServiceState::slow:
      return "slow";
    case ServiceState::down:
      return "down";
  }
  return "unknown";
}

std::optional<ServiceState> parse_service_state(std::string_view name) noexcept {
  for (const auto state : {ServiceState::up, ServiceState::slow, ServiceState::down})
    if (name == name_of(state)) return state;
  return std::nullopt;
}

}  // namespace jobflip::core

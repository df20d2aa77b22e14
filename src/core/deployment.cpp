#include "jobflip/core/deployment.hpp"

#include <algorithm>
#include <array>

namespace jobflip::core {
namespace {

// in the order of the enum
constexpr std::array<std::string_view, 4> kDeploymentStates{"running", "done", "rolled_back",
                                                            "expired"};

}  // namespace

std::string_view name_of(DeploymentState state) noexcept {
  const auto nth = static_cast<std::size_t>(state);
  return nth < kDeploymentStates.size() ? kDeploymentStates.at(nth) : "?";
}

std::optional<DeploymentState> parse_deployment_state(std::string_view name) noexcept {
  const auto found = std::ranges::find(kDeploymentStates, name);
  if (found == kDeploymentStates.end()) return std::nullopt;
  return static_cast<DeploymentState>(found - kDeploymentStates.begin());
}

}  // namespace jobflip::core

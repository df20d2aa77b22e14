#pragma once
/// Deployments: marks that people or CI set on a pool (`jobflip deploy`), so that incidents can be
/// matched with them and automatic flips wait them out.
///
/// Invariants:
///  - a pool has at most one running deployment;
///  - ended_at, if known, is not before started_at on the store's clock unless that was set back.

#include <optional>
#include <string>
#include <string_view>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::core {

enum class DeploymentState {
  running,
  done,
  rolled_back,
  expired,  // nobody said how it ended, and its longest time is over
};
std::string_view name_of(DeploymentState state) noexcept;  // "running", ..., "rolled_back"
std::optional<DeploymentState> parse_deployment_state(std::string_view name) noexcept;

struct Deployment {
  std::int64_t id{};
  PoolName pool;
  std::string version;  // untrusted
  DeploymentState state{};
  WallTime started_at;
  std::string started_by;              // the claimed name, or the login
  std::optional<WallTime> ended_at{};  // done, rolled back or expired
  std::string ended_by{};
  std::optional<FlipId> flip{};       // the planned flip that it is tied to
  std::optional<FlipId> flip_back{};  // the flip of its rollback
  std::string reason{};               // untrusted
  bool operator==(const Deployment&) const = default;
};

}  // namespace jobflip::core

#pragma once
/// Deployments: marks that people or CI set on a pool (`jobflip deploy`), so that incidents can be
/// matched with them and automatic flips wait them out.
///
/// A running deployment holds the automatic flips of its pool for deploy_grace after its start. It
/// holds no takeover of a silent holder. An incident is matched with the deployments that run when
/// it is opened, or that began or ended within deploy_window before.
///
/// Invariants:
///  - a pool has at most one running deployment;
///  - ended_at, if known, is not before started_at on the store's clock unless that was set back.

#include <chrono>
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

/// A deployment that nobody ended within this time counts as expired.
inline constexpr Millis kLongestDeployment = std::chrono::hours{24};

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

/// A pool's running deployment, as a snapshot has it.
struct RunningDeployment {
  std::int64_t id{};
  std::string version;     // untrusted
  std::string started_by;  // untrusted
  Millis age{};            // since its start
  /// For how much longer it holds automatic flips; empty once the pool's deploy_grace is over.
  std::optional<Millis> hold_left{};
  std::optional<FlipId> flip{};  // the planned flip
  bool operator==(const RunningDeployment&) const = default;
};

}  // namespace jobflip::core

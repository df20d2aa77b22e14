#pragma once
/// What a unit's sandbox must give its guard, and what the guard then keeps from the worker, so
/// that the worker has the rights that its unit gave it before, and none more.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/setup/unit_text.hpp"

namespace jobflip::setup {

struct GuardRights {
  /// Capabilities that the worker keeps, one bit each; nothing: the unit sets no bounding set.
  std::optional<std::uint64_t> bounding_set;
  /// systemd adds NoNewPrivileges= to a sandboxed unit of a user, and not to a guard that is root.
  bool no_new_privileges{false};
  /// System calls that the unit's filter keeps from the worker and the guard needs.
  std::vector<std::string> opened_calls;
};

/// An error where the unit's settings can't be read, or leave no guard room to work.
/// `root_guard`: the guard is root, the worker is not.
Result<GuardRights> rights_of(const UnitSource& unit, bool root_guard);

/// CapabilityBoundingSet= as systemd reads it, one bit each; empty if it is not set. The error
/// is the name that is not a capability.
Result<std::optional<std::uint64_t>> bounding_set_of(const UnitSource& unit);

}  // namespace jobflip::setup

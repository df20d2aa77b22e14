#pragma once
/// The rights that a unit's sandbox must give its guard, and that the guard then keeps from the
/// worker, so that the worker has the same rights as before and no more.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/setup/unit_text.hpp"

namespace jobflip::setup {

struct GuardRights {
  /// Capabilities that the worker keeps, one bit each; empty: the unit sets no bounding set.
  std::optional<std::uint64_t> bounding_set;
  /// systemd adds NoNewPrivileges= to a sandboxed unit with a User=, but not to a guard that is
  /// root.
  bool no_new_privileges{false};
  /// System calls that the guard needs and the unit's filter denies to the worker.
  std::vector<std::string> opened_calls;
};

/// An error if the unit's settings can't be read, or leave the guard no room to work. `root_guard`:
/// the guard is root, the worker is not.
Result<GuardRights> rights_of(const UnitSource& unit, bool root_guard);

/// CapabilityBoundingSet= as systemd reads it, one bit each; empty if it is not set. The error
/// is the name that is not a capability.
Result<std::optional<std::uint64_t>> bounding_set_of(const UnitSource& unit);

}  // namespace jobflip::setup

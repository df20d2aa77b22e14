#pragma once
/// The rights of the guard that its worker must not have. A guard that is root needs capabilities
/// and system calls that the unit's own settings may deny to the worker: the drop-in gives them to
/// the guard, and the guard drops them again before the worker begins.
///
/// Invariant: everything is prepared while the guard arms; the code that runs in the child
/// allocates nothing.

#include <linux/filter.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "jobflip/base/result.hpp"

namespace jobflip::guard {

struct Confinement {
  std::optional<std::uint64_t> bounding_set;  // one bit a capability; empty: as the guard has it
  bool no_new_privileges{false};
  std::vector<sock_filter> filter;  // of system calls; empty: none

  /// Call it while the child is still root. False and errno on failure.
  bool narrow_capabilities() const noexcept;
  /// Call it just before the exec: the filter applies to all that follows. False and errno on
  /// failure.
  bool seal() const noexcept;
};

/// "3f": one bit a capability.
Result<std::uint64_t> parse_bounding_set(std::string_view text);
/// "setresuid,chown": a filter that answers EPERM to these.
Result<std::vector<sock_filter>> parse_denied_calls(std::string_view text);

}  // namespace jobflip::guard

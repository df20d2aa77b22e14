#pragma once
/// What the worker may do less than its guard. A guard that is root needs capabilities and system
/// calls that the unit's own settings may not give the worker: the drop-in gives them to the guard,
/// and the guard takes them away again before the worker begins.
///
/// Invariant: everything is made ready while the guard is armed; what runs in the child allocates
/// nothing.

#include <linux/filter.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "jobflip/base/result.hpp"

namespace jobflip::guard {

struct Confinement {
  std::optional<std::uint64_t> bounding_set;  // one bit a capability; nothing: as the guard has it
  bool no_new_privileges{false};
  std::vector<sock_filter> filter;  // of system calls; empty: none

  /// While the child is root still. False and errno.
  bool narrow_capabilities() const noexcept;
  /// Just before the exec: what is denied is denied to whatever follows. False and errno.
  bool seal() const noexcept;
};

/// "3f": one bit a capability.
Result<std::uint64_t> parse_bounding_set(std::string_view text);
/// "setresuid,chown": a filter that answers EPERM to these.
Result<std::vector<sock_filter>> parse_denied_calls(std::string_view text);

}  // namespace jobflip::guard

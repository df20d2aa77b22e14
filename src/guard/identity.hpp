#pragma once
/// The user of the worker, if the guard is root and the worker must not be: a process of another
/// user can neither signal nor trace its guard, nor write what the guard reads.
///
/// Invariants:
///  - names are looked up before the guard arms; become() is three system calls;
///  - the lookup reads /etc/passwd and /etc/group and never uses NSS, which would load libraries
///    into a process that is root. `jobflip adopt` writes numbers for a user that is in neither.

#include <sys/types.h>

#include <vector>

#include "guard/arguments.hpp"
#include "jobflip/base/result.hpp"

namespace jobflip::guard {

struct Identity {
  bool wanted{false};  // else the worker runs as the guard's user
  uid_t user{};
  gid_t group{};
  std::vector<gid_t> groups;  // the supplementary ones

  /// Switches for good. False and errno on failure. Allocates nothing.
  bool become() const noexcept;
};

/// As systemd reads User=, Group= and SupplementaryGroups=: names or numbers. Without --group the
/// group is the user's own; the groups that the user is a member of are added.
Result<Identity> resolve_identity(const Arguments& arguments);

}  // namespace jobflip::guard

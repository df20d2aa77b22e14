#pragma once
/// Who the worker is, where the guard is root and the worker must not be: a process of another user
/// can neither signal nor trace its guard, nor write what the guard reads.
///
/// Invariants:
///  - names are looked up before the guard arms; become() is three system calls;
///  - they are looked up in /etc/passwd and /etc/group, never by NSS, which would load libraries
///    into a process that is root. `jobflip adopt` writes numbers for a user that is in neither.

#include <sys/types.h>

#include <vector>

#include "guard/arguments.hpp"
#include "jobflip/base/result.hpp"

namespace jobflip::guard {

struct Identity {
  bool wanted{false};  // else the worker is who the guard is
  uid_t user{};
  gid_t group{};
  std::vector<gid_t> groups;  // the supplementary ones

  /// For good. False and errno. Allocates nothing.
  bool become() const noexcept;
};

/// As systemd reads User=, Group= and SupplementaryGroups=: names or numbers; without --group it is
/// the user's own, and the groups that the user is a member of come with it.
Result<Identity> resolve_identity(const Arguments& arguments);

}  // namespace jobflip::guard

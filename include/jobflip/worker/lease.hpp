#pragma once
/// The client for workers in C++: which lease does this process run under? It needs only the
/// standard library (and libpq for jobflip/worker/fence.hpp). Workers in other languages read the
/// same three environment variables and send one line of SQL: docs/workers.md.
///
/// Invariant: the guard puts the lease into the environment of each worker that it starts, and it
/// never changes while the process lives: a new epoch means a new process.

#include <cstdint>
#include <optional>
#include <string>

namespace jobflip::worker {

struct Lease {
  std::string pool;      // JOBFLIP_POOL
  std::string node;      // JOBFLIP_NODE
  std::int64_t epoch{};  // JOBFLIP_EPOCH: the fencing token, at least 1

  bool operator==(const Lease&) const = default;
};

/// The lease that this process was started under. Empty if a variable is missing or invalid, for
/// example because no guard started this process; then `why`, if given, names the variable and its
/// value. A worker without a lease must not work: another node's workers may be running.
std::optional<Lease> lease_from_environment(std::string* why = nullptr);

/// The same from the values of the three variables (nullptr: not set).
std::optional<Lease> parse_lease(const char* pool, const char* node, const char* epoch,
                                 std::string* why = nullptr);

}  // namespace jobflip::worker

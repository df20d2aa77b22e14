#pragma once
/// The worker's side of jobflip, for workers in C++: which lease do I work under? It needs nothing
/// but the standard library (and libpq for jobflip/worker/fence.hpp). Workers in other languages do
/// the same with three environment variables and one line of SQL: docs/workers.md.
///
/// The guard that starts a worker puts its lease into the environment. A lease never changes while
/// the process lives: a new epoch means a new process.

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

/// The lease that this process was started under; empty where it was not started by a guard, or a
/// variable does not hold. `why`, where given, then says which one and what it is.
/// A worker without a lease must not work: it would be a second one.
std::optional<Lease> lease_from_environment(std::string* why = nullptr);

/// As above, from the texts themselves (nullptr: not set).
std::optional<Lease> parse_lease(const char* pool, const char* node, const char* epoch,
                                 std::string* why = nullptr);

}  // namespace jobflip::worker

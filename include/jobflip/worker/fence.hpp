#pragma once
/// The fence: the first statement of every transaction that claims or finishes a job.
///
///     begin;
///     select jobflip.fence('mail', 42);   -- SQLSTATE JF001 unless 42 is the current epoch
///     update ... ;                        -- the job
///     commit;
///
/// It takes a share lock on the pool's ownership row. So either this transaction commits while the
/// lease is ours, or it fails: a worker that was frozen for an hour and wakes up changes nothing.
///
/// Invariant: the guarantee holds for what is in the *same* transaction, in the *same* database as
/// the schema jobflip. It does not reach an e-mail, a file or a call to another system.

#include <string>

#include "jobflip/worker/lease.hpp"

struct pg_conn;  // libpq's PGconn

namespace jobflip::worker {

/// SQLSTATE of the fence's refusal: the lease is another's now. There is no way back: end the
/// process.
inline constexpr const char* kLeaseLost = "JF001";

/// With parameters, for any client library: $1 the pool, $2 the epoch.
inline constexpr const char* kFenceSql = "select jobflip.fence($1, $2)";

/// With the values in it, for a client that has no parameters. A pool's name needs no quoting.
std::string fence_sql(const Lease& lease);

enum class Fence {
  held,    // go on: what this transaction commits, it commits under the lease
  lost,    // JF001: roll back and end the process
  failed,  // another error (no connection, no right, no such pool): roll back; `why` says which
};

/// Runs the fence in the transaction that is open on `connection`.
/// Requires: a transaction is open (else the fence ends with its own statement and guards nothing);
/// without one the answer is `failed`.
Fence fence(pg_conn* connection, const Lease& lease, std::string* why = nullptr);

}  // namespace jobflip::worker

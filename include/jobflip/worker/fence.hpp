#pragma once
/// The fence: the first statement of every transaction that claims or finishes a job.
///
///     begin;
///     select jobflip.fence('mail', 42);   -- SQLSTATE JF001 unless 42 is the current epoch
///     update ... ;                        -- the job
///     commit;
///
/// The fence takes a share lock on the pool's ownership row. So this transaction either commits
/// while the node holds the lease, or fails: a worker that was frozen for an hour and wakes up
/// changes nothing.
///
/// Invariant: the guarantee covers changes in the *same* transaction, in the *same* database as the
/// schema jobflip. It does not cover an e-mail, a file or a call to another system.

#include <string>

#include "jobflip/worker/lease.hpp"

struct pg_conn;  // libpq's PGconn

namespace jobflip::worker {

/// SQLSTATE of a refusal: the lease is over, and another node may hold the pool. End the process.
inline constexpr const char* kLeaseLost = "JF001";

/// The statement with parameters, for any client library: $1 is the pool, $2 the epoch.
inline constexpr const char* kFenceSql = "select jobflip.fence($1, $2)";

/// The statement with the values filled in, for a client without parameters. A valid pool name
/// needs no quotes.
std::string fence_sql(const Lease& lease);

enum class Fence {
  held,    // go on: this transaction can commit only while the lease is held
  lost,    // JF001: roll back and end the process
  failed,  // any other error (no connection, no right, no such pool): roll back; see `why`
};

/// Runs the fence in the open transaction of `connection`. `why`, if given, receives the error.
/// Returns `failed` if no transaction is open: the lock would end with the statement and protect
/// nothing. Blocks for one round trip; use the connection from one thread at a time, as in libpq.
Fence fence(pg_conn* connection, const Lease& lease, std::string* why = nullptr);

}  // namespace jobflip::worker

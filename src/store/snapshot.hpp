#pragma once
/// core::Snapshot, read in one round trip and from one snapshot of the database.

#include "jobflip/base/result.hpp"
#include "jobflip/core/flip_calls.hpp"
#include "jobflip/core/snapshot.hpp"
#include "store/session.hpp"

namespace jobflip::store {

Result<core::Snapshot> read_snapshot(pg::Connection& connection);

/// A row of jobflip.flips(); the evidence is its last column, and left to the caller.
core::FlipView read_flip(pg::Cells& in);

/// The parameters and the answer of jobflip.request_flip: alike for supervisors and people.
Result<core::FlipAnswer> request_flip(pg::Connection& connection, const core::FlipRequest& request);

}  // namespace jobflip::store

#pragma once
/// core::Snapshot, read in one round trip and from one snapshot of the database.

#include "jobflip/base/result.hpp"
#include "jobflip/core/snapshot.hpp"
#include "store/session.hpp"

namespace jobflip::store {

Result<core::Snapshot> read_snapshot(pg::Connection& connection);

struct FlipRow {
  core::FlipView flip;
  std::string evidence;  // "" in a snapshot
};
/// A row of jobflip.find_flips().
FlipRow read_flip(pg::Cells& in);

}  // namespace jobflip::store

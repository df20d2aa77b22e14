#pragma once
/// Reads those parts of a snapshot that are optional parts of a pool. The pools have been read.
///
/// A row of the store that holds an impossible value is reported as unreadable, and the other rows
/// are shown.

#include <optional>
#include <string_view>

#include "jobflip/core/snapshot.hpp"
#include "jobflip/pg/connection.hpp"

namespace jobflip::store {

void add_damage(core::Snapshot& snapshot, std::string_view what, std::string_view name,
                std::string_view of = {});

/// nullptr if the snapshot has no such pool.
core::PoolView* find_pool(core::Snapshot& snapshot, const PoolName& name);

std::string_view cell_of(const pg::Rows& rows, int row, int column);

/// A span of time that has not passed yet.
std::optional<Millis> still_left(const std::optional<Millis>& left);

void read_flips(core::Snapshot& snapshot, const pg::Rows& rows,
                std::optional<core::FlipView> core::PoolView::*place);
void read_restarts(core::Snapshot& snapshot, const pg::Rows& rows);
void read_incidents(core::Snapshot& snapshot, const pg::Rows& rows);
void read_deployments(core::Snapshot& snapshot, const pg::Rows& rows);

}  // namespace jobflip::store

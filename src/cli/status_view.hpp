#pragma once
/// A snapshot on a terminal, and for awk.

#include <vector>

#include "cli/session.hpp"
#include "jobflip/core/observed_stalls.hpp"
#include "jobflip/view/alarms.hpp"
#include "jobflip/view/headline.hpp"

namespace jobflip::cli {

using Pools = std::vector<const core::PoolView*>;

/// The pool of that name, or all of them.
Result<Pools> chosen_pools(const core::Snapshot& snapshot, const std::string& name);

/// Lines of the header that appear only if something is wrong.
void print_alarms(Session& session, const std::vector<view::Alarm>& alarms);

/// What mode observe held back; if the store does not say it, the rest is shown all the same.
core::ObservedPools observed_of(ports::ReaderStore& store, const Pools& pools);
void print_observed(Session& session, const core::PoolView& pool,
                    const core::ObservedPools& observed);

/// A line a pool, the most serious first: its state in a few words, and what to type.
Table summary_table(const std::vector<view::PoolLine>& lines);
/// The same for awk.
Table summary_rows(const std::vector<view::PoolLine>& lines);
Table nodes_table(const core::PoolView& pool);
/// The reason of a queue with an alarm stands above the table, unless it is stale.
Table queues_table(const core::PoolView& pool, const std::vector<view::Alarm>& alarms);

/// One flat table for awk: a row for each node and for each queue.
Table status_rows(const Pools& pools);

}  // namespace jobflip::cli

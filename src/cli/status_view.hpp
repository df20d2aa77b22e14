#pragma once
/// A snapshot on a terminal, and for awk.

#include <vector>

#include "cli/session.hpp"
#include "jobflip/view/alarms.hpp"

namespace jobflip::cli {

/// Lines of the header that are there only because something is not as it should be.
void print_alarms(Session& session, const std::vector<view::Alarm>& alarms);

Table nodes_table(const core::PoolView& pool);
Table queues_table(const core::PoolView& pool);

/// One flat table for awk: a row a node and a row a queue.
Table status_rows(const std::vector<const core::PoolView*>& pools);

}  // namespace jobflip::cli

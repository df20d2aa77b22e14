#pragma once
/// A snapshot on a terminal, and for awk.

#include <vector>

#include "cli/session.hpp"
#include "jobflip/view/alarms.hpp"

namespace jobflip::cli {

/// Lines of the header that appear only if something is wrong.
void print_alarms(Session& session, const std::vector<view::Alarm>& alarms);

Table nodes_table(const core::PoolView& pool);
Table queues_table(const core::PoolView& pool);

/// One flat table for awk: a row for each node and for each queue.
Table status_rows(const std::vector<const core::PoolView*>& pools);

}  // namespace jobflip::cli

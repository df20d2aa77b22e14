#pragma once
/// A snapshot for people, scripts and awk.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/session.hpp"

namespace jobflip::cli {

/// A line of the header that is there only because something is not as it should be.
struct Alarm {
  Style style;
  std::string text;
};
std::vector<Alarm> fleet_alarms(const core::Snapshot& snapshot);
std::vector<Alarm> pool_alarms(const core::PoolView& pool);
void print_alarms(Session& session, const std::vector<Alarm>& alarms);

/// "active on job1 (epoch 4, beat 0.8s ago)" or who had it last.
std::string holder_text(const core::PoolView& pool);

/// "queue email: IDLE for 12s: nothing is due", and whether that was seen long ago.
std::string queue_text(const core::PoolView& pool, const core::QueueView& queue);

/// "the holder ends its workers before its lease does"
std::string when_store_lost_text(const core::PoolSettings& settings);
std::string when_workers_end_text(const core::PoolSettings& settings);

Table nodes_table(const core::PoolView& pool);
Table queues_table(const core::PoolView& pool);

/// One flat table for awk: a row a node and a row a queue.
Table status_rows(const std::vector<const core::PoolView*>& pools);

nlohmann::ordered_json pool_json(const core::PoolView& pool);
nlohmann::ordered_json fleet_json(const core::Snapshot& snapshot,
                                  const std::vector<const core::PoolView*>& pools);

/// "850ms" or "-" where there is none.
std::string age_text(const std::optional<Millis>& age);

}  // namespace jobflip::cli

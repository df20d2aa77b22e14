#pragma once
/// The queue that a person names: QUEUE, or POOL/QUEUE if several pools have one of that name.

#include <string>
#include <vector>

#include "cli/session.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::cli {

struct ChosenQueue {
  PoolName pool;
  core::QueueSettings settings;
  WallTime store_time;  // if it was read from the store
};

/// The error lists the queues that there are.
Result<ChosenQueue> choose_queue(const std::vector<core::PoolSettings>& pools,
                                 const std::string& word);
Result<ChosenQueue> choose_queue_of_store(Session& session, const std::string& word);

}  // namespace jobflip::cli

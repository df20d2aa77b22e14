#pragma once
/// Every queue of a pool file, read once before the file is applied: several databases at a time,
/// each by one connection, and not for longer than a person waits.

#include <functional>
#include <vector>

#include "cli/session.hpp"
#include "jobflip/core/settings.hpp"
#include "jobflip/ports/queue_probe.hpp"

namespace jobflip::cli {

struct QueueTrial {
  PoolName pool;
  core::QueueSettings queue;
  Result<core::QueueSample> sample;
  Millis took{0};
};

struct TrialLimits {
  std::size_t databases{8};  // that are read at the same time
  Millis whole{30'000};      // what is not read by then is an error
};

/// In the order of the file. Returns soon after the limit, or after `interrupted`: readings in
/// progress are cancelled.
std::vector<QueueTrial> try_queues(ports::QueueProbe& probe,
                                   const std::vector<core::PoolSettings>& pools,
                                   const TrialLimits& limits,
                                   const std::function<bool()>& interrupted);

/// For people a row for each queue that could be read; for everybody an error with its hint for
/// each other one.
void show_trials(Session& session, const std::vector<QueueTrial>& trials);
nlohmann::ordered_json json_of(const std::vector<QueueTrial>& trials);

}  // namespace jobflip::cli

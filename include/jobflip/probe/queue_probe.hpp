#pragma once
/// Reads queues with SQL in the databases that their jobs are in. A reading never changes anything:
/// it runs in a read-only transaction that is rolled back.

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "jobflip/pg/connect_pace.hpp"
#include "jobflip/ports/queue_probe.hpp"

namespace jobflip::probe {

/// `databases`: the libpq connection string for each name that a queue's `database` may have.
/// `call_deadline`: time limit of one reading. A database that is away is not tried at every
/// reading: `seed` spreads the attempts over time, and `pace` limits new connections over all
/// databases.
std::unique_ptr<ports::QueueProbe> open_queue_probe(
    const std::map<std::string, std::string>& databases, Millis call_deadline = Millis{5000},
    const std::shared_ptr<pg::ConnectPace>& pace = {}, std::uint64_t seed = 0);

}  // namespace jobflip::probe

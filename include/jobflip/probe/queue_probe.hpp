#pragma once
/// Reads queues by SQL, from the PostgreSQL that their jobs are in.

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "jobflip/pg/connect_pace.hpp"
#include "jobflip/ports/queue_probe.hpp"

namespace jobflip::probe {

/// `databases`: what a queue's `database` means here, by libpq's connection strings. A source has
/// `call_deadline` for one reading. One that is away is not tried at every reading: `seed` spreads
/// the tries, and `pace` keeps the sources from being connected to in a burst.
std::unique_ptr<ports::QueueProbe> open_queue_probe(
    const std::map<std::string, std::string>& databases, Millis call_deadline = Millis{5000},
    const std::shared_ptr<pg::ConnectPace>& pace = {}, std::uint64_t seed = 0);

}  // namespace jobflip::probe

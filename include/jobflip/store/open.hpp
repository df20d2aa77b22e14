#pragma once
/// The ports of the store, on PostgreSQL. Opening connects to nothing: the first call does, and a
/// store that is down is that call's error, so a daemon can start before its database.

#include <map>
#include <memory>
#include <string>

#include "jobflip/ports/agent_store.hpp"
#include "jobflip/ports/doctor.hpp"
#include "jobflip/ports/operator_store.hpp"
#include "jobflip/ports/queue_probe.hpp"
#include "jobflip/ports/reader_store.hpp"
#include "jobflip/ports/schema_admin.hpp"
#include "jobflip/ports/supervisor_store.hpp"
#include "jobflip/ports/wake_signal.hpp"
#include "jobflip/store/settings.hpp"

namespace jobflip::store {

std::unique_ptr<ports::AgentStore> open_agent_store(StoreSettings settings);
std::unique_ptr<ports::SupervisorStore> open_supervisor_store(StoreSettings settings);
std::unique_ptr<ports::OperatorStore> open_operator_store(StoreSettings settings);
std::unique_ptr<ports::ReaderStore> open_reader_store(StoreSettings settings);
std::unique_ptr<ports::DoctorStore> open_doctor_store(StoreSettings settings);

/// Where a connection string leads; what it leaves to libpq's files and variables stays "".
Result<setup::StoreRoute> route_of(const std::string& conninfo);

/// For the owner of the database, or a superuser. Its calls may take a minute.
std::unique_ptr<ports::SchemaAdmin> open_schema_admin(StoreSettings settings);

/// `databases`: what a queue's `database` means here, by libpq's connection strings. A probe has
/// `call_deadline` for one reading. A database that is away is not tried at every reading: `seed`
/// spreads the tries, and `pace` keeps the databases from being connected to in a burst.
std::unique_ptr<ports::QueueProbe> open_queue_probe(std::map<std::string, std::string> databases,
                                                    Millis call_deadline = Millis{5000},
                                                    std::shared_ptr<ConnectPace> pace = {},
                                                    std::uint64_t seed = 0);

/// Listens on a connection of its own.
std::unique_ptr<ports::WakeSignal> open_wake_signal(StoreSettings settings);

}  // namespace jobflip::store

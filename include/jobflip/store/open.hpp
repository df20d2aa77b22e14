#pragma once
/// The ports of the store, on PostgreSQL. Opening connects to nothing: the first call does, and a
/// store that is down is that call's error, so a daemon can start before its database.

#include <memory>
#include <string>

#include "jobflip/ports/agent_store.hpp"
#include "jobflip/ports/doctor.hpp"
#include "jobflip/ports/login_admin.hpp"
#include "jobflip/ports/operator_store.hpp"
#include "jobflip/ports/reader_store.hpp"
#include "jobflip/ports/sample_store.hpp"
#include "jobflip/ports/schema_admin.hpp"
#include "jobflip/ports/service_store.hpp"
#include "jobflip/ports/supervisor_store.hpp"
#include "jobflip/ports/wake_signal.hpp"
#include "jobflip/store/settings.hpp"

namespace jobflip::store {

std::unique_ptr<ports::AgentStore> open_agent_store(const StoreSettings& settings);
std::unique_ptr<ports::SupervisorStore> open_supervisor_store(const StoreSettings& settings);
std::unique_ptr<ports::SampleStore> open_sample_store(const StoreSettings& settings);
std::unique_ptr<ports::ServiceStore> open_service_store(const StoreSettings& settings);
std::unique_ptr<ports::OperatorStore> open_operator_store(const StoreSettings& settings);
std::unique_ptr<ports::ReaderStore> open_reader_store(const StoreSettings& settings);
std::unique_ptr<ports::DoctorStore> open_doctor_store(const StoreSettings& settings);

/// Where a connection string leads; what it leaves to libpq's files and variables stays "".
Result<setup::StoreRoute> route_of(const std::string& conninfo);

/// For the owner of the database, or a superuser. Its calls may take a minute.
std::unique_ptr<ports::SchemaAdmin> open_schema_admin(StoreSettings settings);
std::unique_ptr<ports::LoginAdmin> open_login_admin(StoreSettings settings);

/// Listens on a connection of its own.
std::unique_ptr<ports::WakeSignal> open_wake_signal(const StoreSettings& settings);

}  // namespace jobflip::store

#pragma once
/// How the commands open a store.
///
/// Invariants: every function is set (`run` checks it), and none throws; it returns a store that is
/// connected, or the Error; one thread uses the opened store.

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "jobflip/base/result.hpp"
#include "jobflip/ports/audit_pruner.hpp"
#include "jobflip/ports/doctor.hpp"
#include "jobflip/ports/login_admin.hpp"
#include "jobflip/ports/operator_store.hpp"
#include "jobflip/ports/preset_tables.hpp"
#include "jobflip/ports/queue_probe.hpp"
#include "jobflip/ports/reader_store.hpp"
#include "jobflip/ports/schema_admin.hpp"
#include "jobflip/ports/service_checker.hpp"

namespace jobflip::cli {

struct StoreAccess {
  std::function<Result<std::unique_ptr<ports::ReaderStore>>(const std::string& conninfo)>
      open_reader;
  /// The same for a shell that completes a word: all in all it takes a second at most.
  std::function<Result<std::unique_ptr<ports::ReaderStore>>(const std::string& conninfo)>
      open_quick_reader;
  std::function<Result<std::unique_ptr<ports::OperatorStore>>(const std::string& conninfo)>
      open_operator;
  std::function<Result<std::unique_ptr<ports::SchemaAdmin>>(const std::string& conninfo)>
      open_schema;
  std::function<Result<std::unique_ptr<ports::LoginAdmin>>(const std::string& conninfo)>
      open_logins;
  std::function<Result<std::unique_ptr<ports::AuditPruner>>(const std::string& conninfo)>
      open_pruner;
  std::function<Result<std::unique_ptr<ports::DoctorStore>>(const std::string& conninfo)>
      open_doctor;
  /// The databases that queues are in, by name; it connects when a queue is read.
  std::function<std::unique_ptr<ports::QueueProbe>(
      const std::map<std::string, std::string>& databases)>
      open_probe;
  /// Checks services from here; `commands` are argv by name.
  std::function<std::unique_ptr<ports::ServiceChecker>(
      const std::map<std::string, std::vector<std::string>>& commands)>
      open_checker;
  /// Requires: the queue has a preset that this program knows.
  std::function<ports::PresetTables(const core::QueueSettings& queue)> preset_tables;
  std::function<Result<setup::StoreRoute>(const std::string& conninfo)> route_of;
};

}  // namespace jobflip::cli

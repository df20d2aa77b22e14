#pragma once
/// The ways of the commands into a store.
///
/// Invariants: every function is given (`run` checks it), and none throws; a store is opened
/// connected, or answers the Error; the opened store is used from one thread.

#include <functional>
#include <memory>
#include <string>

#include "jobflip/base/result.hpp"
#include "jobflip/ports/doctor.hpp"
#include "jobflip/ports/operator_store.hpp"
#include "jobflip/ports/reader_store.hpp"
#include "jobflip/ports/schema_admin.hpp"

namespace jobflip::cli {

struct StoreAccess {
  std::function<Result<std::unique_ptr<ports::ReaderStore>>(const std::string& conninfo)>
      open_reader;
  std::function<Result<std::unique_ptr<ports::OperatorStore>>(const std::string& conninfo)>
      open_operator;
  std::function<Result<std::unique_ptr<ports::SchemaAdmin>>(const std::string& conninfo)>
      open_schema;
  std::function<Result<std::unique_ptr<ports::DoctorStore>>(const std::string& conninfo)>
      open_doctor;
  std::function<Result<setup::StoreRoute>(const std::string& conninfo)> route_of;
};

}  // namespace jobflip::cli

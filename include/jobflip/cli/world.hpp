#pragma once
/// Everything that the commands want of the world, so that a test can be the world. `app` fills it
/// with the real things.
///
/// Invariants: every function is given (`run` checks it), and none throws; a store is opened
/// connected, or answers the Error; the opened store is used from one thread.

#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/history.hpp"
#include "jobflip/ports/doctor.hpp"
#include "jobflip/ports/operator_store.hpp"
#include "jobflip/ports/reader_store.hpp"
#include "jobflip/ports/schema_admin.hpp"
#include "jobflip/ports/unit_files.hpp"

namespace jobflip::cli {

struct DemoOptions {
  std::string keep_dir;  // "": everything is removed at the end
  int mails{300};
};

/// The programs behind `agent`, `supervisor`, `guard` and `demo`; each answers the exit code.
struct Hooks {
  std::function<int(const std::string& config_path)> run_agent;
  std::function<int(const std::string& config_path)> run_supervisor;
  std::function<int(const std::vector<std::string>& arguments)> exec_guard;  // all after "guard"
  std::function<int(const DemoOptions& options)> run_demo;
};

struct World {
  std::function<Result<std::unique_ptr<ports::ReaderStore>>(const std::string& conninfo)>
      open_reader;
  std::function<Result<std::unique_ptr<ports::OperatorStore>>(const std::string& conninfo)>
      open_operator;
  std::function<Result<std::unique_ptr<ports::SchemaAdmin>>(const std::string& conninfo)>
      open_schema;

  std::function<Result<std::unique_ptr<ports::DoctorStore>>(const std::string& conninfo)>
      open_doctor;
  std::function<Result<core::StoreRoute>(const std::string& conninfo)> route_of;

  std::function<std::unique_ptr<ports::HostInspector>()> open_host_inspector;
  std::function<std::unique_ptr<ports::UnitFiles>()> open_unit_files;
  std::function<Result<std::string>()> find_guard;  // the guard's program

  std::istream* in{};
  std::ostream* out{};
  std::ostream* err{};
  bool in_is_terminal{false};
  bool out_is_terminal{false};
  bool err_is_terminal{false};
  std::function<std::size_t()> out_columns;  // as the terminal reports them; 0: unknown

  std::function<Instant()> now;       // the boot clock
  std::function<WallTime()> wall;     // what people read: for comparing it with the store's
  std::function<void(Millis)> wait;   // returns early when interrupted
  std::function<bool()> interrupted;  // SIGINT or SIGTERM came
  std::function<std::optional<std::string>(const std::string& name)> environment;
  std::string login_name;  // of the session's user; "" where unknown
  std::string version;     // "0.1.0"

  Hooks hooks;
};

}  // namespace jobflip::cli

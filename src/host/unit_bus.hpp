#pragma once
/// What the systemd driver needs from the service manager. The real one is make_system_units();
/// tests have a fake.

#include <memory>
#include <string>
#include <vector>

#include "jobflip/base/result.hpp"

namespace jobflip::host {

/// One ExecStart line.
struct UnitCommand {
  std::string path;
  std::vector<std::string> argv;
  std::vector<std::string> flags{};  // of ExecStartEx: "no-setuid" for "!", "privileged" for "+"
};

/// Properties by systemd's names.
struct UnitFacts {
  std::string load_state;    // "loaded", "not-found", "masked", ...
  std::string active_state;  // "inactive", "active", "deactivating", "failed", ...
  std::string type;
  std::string user;  // "": root
  std::string kill_mode;
  bool send_sigkill{false};
  bool delegate{false};
  std::string status_text;    // the last STATUS= of its main process
  std::string control_group;  // "" while it does not run
  std::vector<UnitCommand> exec_start;
};

class UnitBus {
 public:
  virtual ~UnitBus() = default;
  virtual Result<UnitFacts> read(const std::string& unit) = 0;
  /// Whether we may start and stop this unit, which must be idle: asks for its stop, which changes
  /// nothing. That also wakes polkit, so that a start under a lease need not wait for it.
  virtual Result<void> try_control(const std::string& unit) = 0;
  /// Both queue a job and do not wait for it.
  virtual Result<void> start(const std::string& unit) = 0;
  virtual Result<void> stop(const std::string& unit) = 0;
};

/// Uses sd-bus on the system bus; connects at the first use, and again after a loss. For one
/// thread.
std::unique_ptr<UnitBus> make_system_units();

}  // namespace jobflip::host

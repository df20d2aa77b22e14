#pragma once
/// The systemd units of this host as files, and the service manager that reads them.

#include <string>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/setup/unit_text.hpp"

namespace jobflip::ports {

/// A unit that holds the workers of a pool.
struct WorkerUnit {
  std::string unit;
  PoolName pool;
  NodeName node;
  std::string page;        // that its guard must be told of
  std::string agent_user;  // who runs the agent
};

class UnitFiles {
 public:
  virtual ~UnitFiles() = default;
  /// Looks where systemd looks; no such unit is an answer, not an error.
  virtual Result<setup::UnitSource> read(const std::string& unit) = 0;
  /// "" where there is no such file.
  virtual Result<std::string> text_of(const std::string& path) = 0;
  /// All of it or nothing; makes its folder.
  virtual Result<void> write(const std::string& path, const std::string& text) = 0;
  /// And its folder, where that is empty then.
  virtual Result<void> remove(const std::string& path) = 0;
  /// daemon-reload.
  virtual Result<void> reload() = 0;
  /// Whether the unit, as the service manager has it, is what an agent takes.
  virtual Result<void> check(const WorkerUnit& unit) = 0;
};

}  // namespace jobflip::ports

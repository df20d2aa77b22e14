#pragma once
/// The unit files of this host, and the service manager that reads them.

#include <string>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/setup/unit_text.hpp"

namespace jobflip::ports {

/// A unit that runs the workers of a pool.
struct WorkerUnit {
  std::string unit;
  PoolName pool;
  NodeName node;
  std::string page;        // the path of the lease page that its guard reads
  std::string agent_user;  // the user that runs the agent
};

class UnitFiles {
 public:
  virtual ~UnitFiles() = default;
  /// Searches the same folders as systemd. A missing unit is a result, not an error.
  virtual Result<setup::UnitSource> read(const std::string& unit) = 0;
  /// "" if the file does not exist.
  virtual Result<std::string> text_of(const std::string& path) = 0;
  /// Writes the whole file or nothing. Creates its folder.
  virtual Result<void> write(const std::string& path, const std::string& text) = 0;
  /// Also removes the folder if it is empty afterwards.
  virtual Result<void> remove(const std::string& path) = 0;
  /// Makes the service manager read the files again (daemon-reload).
  virtual Result<void> reload() = 0;
  /// Fails if an agent would not accept the unit as the service manager has loaded it.
  virtual Result<void> check(const WorkerUnit& unit) = 0;
};

}  // namespace jobflip::ports

#pragma once
/// What `jobflip doctor` asks of the store and of this host. Nothing here changes anything.

#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/setup/doctor.hpp"

namespace jobflip::ports {

/// For an operator's login.
class DoctorStore {
 public:
  virtual ~DoctorStore() = default;
  virtual Result<std::vector<setup::StoreFact>> facts() = 0;
  virtual Result<WallTime> clock() = 0;
};

class HostInspector {
 public:
  virtual ~HostInspector() = default;
  /// Of a service, by the bus; "LoadState" and "ControlGroup" too.
  virtual Result<setup::UnitProperties> unit(const std::string& name) = 0;
  /// Every process with a guard's mark that this user may look at.
  virtual Result<std::vector<setup::MarkedProcess>> processes() = 0;
  /// Where the guard of this lease page keeps its command, as /proc/PID/cgroup names it; "" where
  /// it has no cgroup of its own, or there is no such page of this boot.
  virtual std::string guard_cgroup(const std::string& page) = 0;
  /// The kind of the file system; "" where there is no such folder.
  virtual std::string filesystem_of(const std::string& path) = 0;
};

}  // namespace jobflip::ports

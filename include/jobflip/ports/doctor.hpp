#pragma once
/// The facts that `jobflip doctor` reads from the store and from this host. Read-only.

#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/setup/doctor.hpp"

namespace jobflip::ports {

/// Requires: an operator's login.
class DoctorStore {
 public:
  virtual ~DoctorStore() = default;
  virtual Result<std::vector<setup::StoreFact>> facts() = 0;
  virtual Result<WallTime> clock() = 0;
};

/// What a worker's settings name of this host.
enum class Named { program, user, file_to_read, file_to_append_to };

class HostInspector {
 public:
  virtual ~HostInspector() = default;
  /// The properties of a service, read over D-Bus, with "LoadState" and "ControlGroup".
  virtual Result<setup::UnitProperties> unit(const std::string& name) = 0;
  /// Every process with a guard's mark that this user may inspect.
  virtual Result<std::vector<setup::MarkedProcess>> processes() = 0;
  /// The cgroup in which the guard of this lease page runs its command, as /proc/PID/cgroup names
  /// it; "" if it has no cgroup of its own, or this boot has no such page.
  virtual std::string guard_cgroup(const std::string& page) = 0;
  /// The type of the file system; "" if the folder does not exist.
  virtual std::string filesystem_of(const std::string& path) = 0;
  /// Why this host can't serve with what is named: "there is no such file"; "" if it can, or if
  /// this user may not look.
  virtual std::string why_not(Named what, const std::string& name) = 0;
};

}  // namespace jobflip::ports

#pragma once
/// Reads the facts of this host that `jobflip doctor` judges: a unit's properties, the processes
/// with a guard's mark, the kind of a file system. Root sees all of them, another user some.

#include <memory>

#include "jobflip/ports/doctor.hpp"

namespace jobflip::host {

std::unique_ptr<ports::HostInspector> open_host_inspector();

}  // namespace jobflip::host

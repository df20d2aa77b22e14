#pragma once
/// Reads a unit's own file and its drop-ins as systemd does: the first folder that has it wins, a
/// drop-in of one name replaces those of lower folders, and all of them are read in the order of
/// their names. Reading needs no bus.

#include <memory>
#include <string>

#include "jobflip/ports/unit_files.hpp"

namespace jobflip::host {

/// `root`: put before every path, for tests.
std::unique_ptr<ports::UnitFiles> open_unit_files(std::string root = "");

}  // namespace jobflip::host

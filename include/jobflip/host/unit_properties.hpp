#pragma once
/// Reads the properties of a service over the bus: each one that is a word or a number, and for
/// each list of commands whether it is empty.

#include <string>

#include "jobflip/base/result.hpp"
#include "jobflip/setup/doctor.hpp"

namespace jobflip::host {

Result<setup::UnitProperties> read_unit_properties(const std::string& unit);

}  // namespace jobflip::host

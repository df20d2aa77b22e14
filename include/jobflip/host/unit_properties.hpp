#pragma once
/// All properties of a service that are one word or one number, and for a list of commands whether
/// it has any, by the bus.

#include <string>

#include "jobflip/base/result.hpp"
#include "jobflip/setup/doctor.hpp"

namespace jobflip::host {

Result<setup::UnitProperties> read_unit_properties(const std::string& unit);

}  // namespace jobflip::host

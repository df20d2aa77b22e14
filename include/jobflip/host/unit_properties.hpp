#pragma once
/// Reads over the bus all properties of a service that are one word or one number, and whether a
/// list of commands has any.

#include <string>

#include "jobflip/base/result.hpp"
#include "jobflip/setup/doctor.hpp"

namespace jobflip::host {

Result<setup::UnitProperties> read_unit_properties(const std::string& unit);

}  // namespace jobflip::host

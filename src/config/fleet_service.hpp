#pragma once
/// The [[service]] tables of a fleet file.

#include "config/reader.hpp"
#include "jobflip/core/service_settings.hpp"

namespace jobflip::config {

std::vector<core::ServiceSettings> read_services(Reader& root, Faults& faults);

}  // namespace jobflip::config

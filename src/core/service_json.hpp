#pragma once
/// A service within the document of its fleet.

#include "core/field_json.hpp"
#include "jobflip/core/service_settings.hpp"

namespace jobflip::core {

/// Without its name.
Json service_json(const ServiceSettings& service);

}  // namespace jobflip::core

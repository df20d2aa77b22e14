#pragma once
/// The settings of a service as a JSON document, as settings_document.hpp has those of a pool.
/// Windows of its calendar are objects by CalendarWindow::key(), so that the store compares old and
/// new ones.

#include <string>
#include <string_view>

#include "jobflip/base/result.hpp"
#include "jobflip/core/service_settings.hpp"

namespace jobflip::core {

/// With its name.
std::string service_document(const ServiceSettings& service);
/// An error names the value that can't be read.
Result<ServiceSettings> parse_service_document(std::string_view json);

}  // namespace jobflip::core

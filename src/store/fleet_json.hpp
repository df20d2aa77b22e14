#pragma once
/// A fleet as the JSON text that jobflip.apply() is given: objects by name, so that the store's
/// differences of old and new are by name too.

#include <string>
#include <string_view>

#include "jobflip/base/result.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::store {

/// An error where two things have one name: an object could hold only one of them.
Result<std::string> fleet_json(const core::Fleet& fleet);

/// With its quotes; invalid UTF-8 is the store's to refuse.
std::string json_string(std::string_view text);

}  // namespace jobflip::store

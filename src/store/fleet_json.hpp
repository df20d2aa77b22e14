#pragma once
/// A fleet as the document that jobflip.apply() is given (core/settings_document.hpp).

#include <string>

#include "jobflip/base/result.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::store {

/// An error where two things have one name: an object could hold only one of them.
Result<std::string> fleet_json(const core::Fleet& fleet);

}  // namespace jobflip::store

#pragma once
/// A question before something that can't be taken back.

#include <string_view>

#include "cli/session.hpp"

namespace jobflip::cli {

/// Asks on `err` and reads one line; true if it is exactly `wanted`.
bool confirm(Session& session, std::string_view wanted, std::string_view question);

}  // namespace jobflip::cli

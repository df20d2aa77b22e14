#pragma once
/// What libpq itself says of a connection string, and would say of its values at the first connect.

#include <string>

namespace jobflip::config {

/// "" if libpq accepts it. Requires: no zero byte.
std::string why_not_by_libpq(const std::string& conninfo);

}  // namespace jobflip::config

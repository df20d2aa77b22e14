#pragma once
/// The errors of libpq itself about a connection string, including those of a first connect.

#include <string>

namespace jobflip::config {

/// "" if libpq accepts it. Requires: no zero byte.
std::string why_not_by_libpq(const std::string& conninfo);

}  // namespace jobflip::config

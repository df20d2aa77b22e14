#pragma once
/// Checks a libpq connection string without connecting: that libpq can parse it, that libpq accepts
/// its values, and that it holds no password. Passwords belong in libpq's own password or service
/// file.

#include <string>
#include <string_view>

namespace jobflip::config {

inline constexpr std::string_view kHoldsPassword =
    "it holds a password, which everyone who reads the file or the process list would see";

/// "" if the string can be used, kHoldsPassword, or what else is wrong with it. Quotes names and
/// the values of settings that are not secret, never the string: it may hold a password.
std::string why_not_conninfo(std::string_view conninfo);

}  // namespace jobflip::config

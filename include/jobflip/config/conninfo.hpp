#pragma once
/// The few things that are said of a libpq connection string without libpq: that it reads as one,
/// and that it holds no password. Passwords belong in libpq's own password or service file.

#include <string_view>

namespace jobflip::config {

/// "" if the string can be used, else what is wrong with it. Never quotes the string: it may hold a
/// password.
std::string_view why_not_conninfo(std::string_view conninfo) noexcept;

}  // namespace jobflip::config

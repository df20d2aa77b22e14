#pragma once
/// Reads a file of the kernel (/proc, /sys), up to a limit.

#include <string>

#include "jobflip/base/result.hpp"

namespace jobflip::os {

/// The error's text is the system's: "Permission denied".
Result<std::string> read_bounded(const std::string& path, std::size_t most);

}  // namespace jobflip::os

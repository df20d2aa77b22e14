#pragma once
/// Pages as they were read by a person and kept.

#include <string>

#include "jobflip/report/html.hpp"

namespace jobflip::report {

/// Compares with tests/golden/report/NAME. With $JOBFLIP_GOLDEN=write it writes the file instead.
void expect_golden(const std::string& name, const std::string& text);

/// The library differs between releases of Debian: goldens have a word in its place.
Assets without_library();

}  // namespace jobflip::report

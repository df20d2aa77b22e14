#pragma once
/// Files of tests/golden.

#include <string>

namespace jobflip::test {

/// The file has this text. With $JOBFLIP_GOLDEN=write it writes the file instead.
void expect_same_file(const std::string& path, const std::string& text);

}  // namespace jobflip::test

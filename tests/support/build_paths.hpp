#pragma once
/// The paths of this checkout and its build folder. Only one file contains them, so that the
/// tests' objects are the same in every checkout and a compiler cache can serve them all.

#include <string>
#include <string_view>

namespace jobflip::test {

/// source_path("docs/cli.md"): a file of this checkout.
std::string source_path(std::string_view relative);
/// build_path("jobflip"): a file of its build folder.
std::string build_path(std::string_view relative);

}  // namespace jobflip::test

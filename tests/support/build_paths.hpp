#pragma once
/// Where this checkout and its build folder are. One file knows, so that the tests' objects are the
/// same in every checkout, and a compiler cache serves them all.

#include <string>
#include <string_view>

namespace jobflip::test {

/// source_path("docs/cli.md"): a file of this checkout.
std::string source_path(std::string_view relative);
/// build_path("jobflip"): a file of its build folder.
std::string build_path(std::string_view relative);

}  // namespace jobflip::test

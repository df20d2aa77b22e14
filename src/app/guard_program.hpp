#pragma once
/// `jobflip guard ARGUMENTS`: becomes jobflip-guard, the small program that is the workers' parent.

#include <string>
#include <vector>

namespace jobflip::app {

/// Returns an exit code only if it could not become the guard.
int exec_guard(const std::vector<std::string>& arguments);

}  // namespace jobflip::app

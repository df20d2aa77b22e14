#pragma once
/// `jobflip guard ARGUMENTS`: becomes jobflip-guard, the small program that is the workers' parent.

#include <string>
#include <vector>

namespace jobflip::app {

/// Answers an exit code only where it could not become the guard.
int exec_guard(const std::vector<std::string>& arguments);

}  // namespace jobflip::app

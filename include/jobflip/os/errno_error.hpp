#pragma once
/// Makes an Error from errno: "cannot open /run/x: Permission denied".

#include <cerrno>
#include <string>
#include <system_error>

#include "jobflip/base/escape.hpp"
#include "jobflip/base/result.hpp"

namespace jobflip::os {

inline Error errno_error(const std::string& what, int number, std::string hint = "") {
  return Error{ErrorCode::host_failed,
               printable(what) + ": " + std::generic_category().message(number), std::move(hint)};
}

}  // namespace jobflip::os

#pragma once
/// The SHA-256 of a file, as `sha256sum` prints it.

#include <iosfwd>
#include <optional>
#include <string>

namespace jobflip::audit {

/// In hex; empty if the stream failed before its end.
std::optional<std::string> sha256_of(std::istream& in);

}  // namespace jobflip::audit

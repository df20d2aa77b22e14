#pragma once
/// Bytes as lower-case hexadecimal digits, two per byte: the text form of hashes.

#include <optional>
#include <string>
#include <string_view>

namespace jobflip {

std::string hex_of_bytes(std::string_view bytes);

/// Empty if it is not an even number of such digits.
std::optional<std::string> bytes_of_hex(std::string_view hex);

}  // namespace jobflip

#pragma once
/// Bytes as lower-case hexadecimal digits, two per byte: the text form of hashes.

#include <string>
#include <string_view>

namespace jobflip {

std::string hex_of_bytes(std::string_view bytes);

}  // namespace jobflip

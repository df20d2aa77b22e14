#pragma once
/// Bytes as hexadecimal digits, in lower case: how hashes are written down.

#include <string>
#include <string_view>

namespace jobflip {

std::string hex_of_bytes(std::string_view bytes);

}  // namespace jobflip

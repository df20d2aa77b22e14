#pragma once
/// Is it text? PostgreSQL takes nothing else.

#include <string_view>

namespace jobflip {

/// Well-formed UTF-8: no overlong form, no surrogate, nothing behind U+10FFFF.
bool is_utf8(std::string_view text) noexcept;

}  // namespace jobflip

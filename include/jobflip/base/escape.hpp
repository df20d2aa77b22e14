#pragma once
/// Text from outside (a reason, an error of the database, a worker's name) is shown escaped:
/// control characters, ESC, bidirectional overrides, line breaks and invalid UTF-8 become visible
/// \x.. or \u.... sequences, so nothing that a stranger typed moves a cursor or forges a log line.

#include <cstddef>
#include <string>
#include <string_view>

namespace jobflip {

/// `text` made harmless, cut after `max_bytes` of input with "..." behind it.
std::string printable(std::string_view text, std::size_t max_bytes = 4096);

/// A JSON document that means the same, with what printable() would escape escaped as JSON does it.
/// Requires: UTF-8, and no control character below 0x20 within a string (JSON allows none).
std::string json_printable(std::string_view json);

/// How many columns `text` takes on a terminal (one a code point; combining marks are not handled).
std::size_t columns(std::string_view text) noexcept;

}  // namespace jobflip

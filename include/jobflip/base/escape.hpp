#pragma once
/// Escapes text from outside (a reason, a database error, a worker's name) before people see it.
/// Control characters, ESC, bidirectional overrides, line breaks, characters that are drawn as
/// nothing, more than four marks on one letter, and invalid UTF-8 become visible \x.. or \u....
/// sequences, so that no such text can move a cursor, forge a log line or pass for another.

#include <cstddef>
#include <string>
#include <string_view>

namespace jobflip {

/// `text`, escaped. Input beyond `max_bytes` is cut off and replaced by "...".
std::string printable(std::string_view text, std::size_t max_bytes = 4096);

/// An equivalent JSON document in which the characters that printable() escapes are JSON escapes.
/// Requires: UTF-8, and no control character below 0x20 within a string (JSON allows none).
std::string json_printable(std::string_view json);

/// The width of `text` in terminal columns: one per code point (combining marks are not handled).
std::size_t columns(std::string_view text) noexcept;

}  // namespace jobflip

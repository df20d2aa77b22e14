#pragma once
/// Cuts JSON of any size into its values, without building it as a whole. What is cut is parsed by
/// others, so these functions need not refuse every text that is not JSON: the parser of the value
/// does.

#include <optional>
#include <string>
#include <string_view>

#include "audit/byte_window.hpp"

namespace jobflip::audit {

/// The next byte that is not white space; it stays in the window. -1 at the end.
int peek_past_space(ByteWindow& in);

/// Takes that byte if it is `wanted`.
bool take_past_space(ByteWindow& in, char wanted);

/// Where the value at the start of the window ends: the view has all of it then. Empty if the
/// stream ends before, or if it is longer than `most`. Requires: the first byte belongs to it.
std::optional<std::size_t> end_of_value(ByteWindow& in, std::size_t most);

/// Takes a string and the colon behind it; empty if that is not what comes.
std::optional<std::string> take_key(ByteWindow& in);

}  // namespace jobflip::audit

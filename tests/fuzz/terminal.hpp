#pragma once
/// What may reach a terminal, checked without the code under test: valid UTF-8, no control
/// character except the line break (and the tab of TSV), nothing that changes the writing
/// direction, and nothing invisible.

#include <string>
#include <string_view>

namespace jobflip::fuzz {

enum class Tabs { no, yes };

/// "" if `text` may be shown, else the offending part.
std::string why_not_shown(std::string_view text, Tabs tabs = Tabs::no);

/// `text` without the colours that the program adds.
std::string without_colours(std::string_view text);

/// Code points of the longest line.
std::size_t widest_line(std::string_view text);

}  // namespace jobflip::fuzz

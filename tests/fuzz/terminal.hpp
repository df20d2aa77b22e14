#pragma once
/// What may reach a terminal, judged without the code that is tested: whole UTF-8, no control
/// character but the line break (and the tab of TSV), nothing that turns the direction of writing
/// and nothing that cannot be seen.

#include <string>
#include <string_view>

namespace jobflip::fuzz {

enum class Tabs { no, yes };

/// "" where `text` may be shown, else what may not.
std::string why_not_shown(std::string_view text, Tabs tabs = Tabs::no);

/// `text` without the colours that the program itself paints.
std::string without_colours(std::string_view text);

/// Code points of the longest line.
std::size_t widest_line(std::string_view text);

}  // namespace jobflip::fuzz

#pragma once
/// "Did you mean": the word that a person most likely wanted to type.

#include <string>
#include <string_view>
#include <vector>

namespace jobflip::config {

/// The nearest of `words` by edits (insert, remove, replace, swap neighbours), else the shortest
/// that begins with what was typed; "" if none is near enough to suggest.
std::string nearest_word(std::string_view typed, const std::vector<std::string>& words);

}  // namespace jobflip::config

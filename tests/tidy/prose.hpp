#pragma once
/// Plain English in comments, messages and pages: phrases that were coined or translated, each with
/// what to write instead.
///
/// A phrase is found regardless of case, as whole words, and across the lines of a comment or the
/// pieces of a string.

#include <string_view>
#include <vector>

#include "tree.hpp"

namespace jobflip::tidy {

/// Every such phrase in the file, with the line on which it begins.
std::vector<Finding> check_phrases(const SourceFile& file);

/// Whether the rule covers a file: not its own list, released files or kept inputs.
bool is_prose(std::string_view path);

}  // namespace jobflip::tidy

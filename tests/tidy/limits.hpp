#pragma once
/// How long a file, a function and a line may be, and which words they must not contain.

#include <string>
#include <vector>

#include "tree.hpp"

namespace jobflip::tidy {

inline constexpr int kSourceLines = 300;
inline constexpr int kHeaderLines = 150;
inline constexpr int kFunctionLines = 60;
inline constexpr int kColumns = 100;

std::vector<Finding> check_file_length(const SourceFile& file);
std::vector<Finding> check_line_length(const SourceFile& file);
std::vector<Finding> check_function_length(const SourceFile& file);

/// A public header begins with its idea: `#pragma once`, then a `///` comment.
std::vector<Finding> check_opening(const SourceFile& file);

/// GCC 12 destroys a temporary aggregate or capturing lambda inside co_await twice: name it first.
std::vector<Finding> check_awaited_temporaries(const SourceFile& file);

/// A test's name is a sentence: it has at least three words.
std::vector<Finding> check_test_names(const SourceFile& file);

/// Unfinished work, waiting without a condition, and whatever concerns only the author.
std::vector<Finding> check_banned_words(const SourceFile& file);

}  // namespace jobflip::tidy

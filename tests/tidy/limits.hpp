#pragma once
/// How long a file, a function and a line may be, and what may not stand in one.

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

/// A public header opens with the idea: `#pragma once`, then a `///` comment.
std::vector<Finding> check_opening(const SourceFile& file);

/// GCC 12 destroys a temporary aggregate or capturing lambda inside co_await twice: name it first.
std::vector<Finding> check_awaited_temporaries(const SourceFile& file);

/// The name of a test is a sentence: at least three words.
std::vector<Finding> check_test_names(const SourceFile& file);

/// Unfinished work, waiting without a condition, and what is nobody's business but the author's.
std::vector<Finding> check_banned_words(const SourceFile& file);

}  // namespace jobflip::tidy

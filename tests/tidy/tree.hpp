#pragma once
/// The sources as the rules see them: a path in the project and its text. A rule is a function
/// from one file to its findings, so that each can be tested on a bad sample.

#include <string>
#include <string_view>
#include <vector>

namespace jobflip::tidy {

struct SourceFile {
  std::string path;  // such as "src/core/agent.cpp"
  std::string text;
};

/// One violation of a rule; `line` counts from 1, and 0 means the whole file.
struct Finding {
  std::string path;
  int line{};
  std::string text;

  bool operator==(const Finding&) const = default;
};

std::string print(const std::vector<Finding>& findings);

/// Every file in the folders whose name ends with one of `endings`, and each entry that is itself
/// a file; sorted by path.
std::vector<SourceFile> read_tree(const std::vector<std::string>& folders,
                                  const std::vector<std::string>& endings);
bool exists_in_tree(const std::string& path);

std::vector<std::string> split_lines(std::string_view text);

/// The text of a C++ file with comments, strings and character literals blanked out. Line numbers
/// stay the same.
std::string code_only(std::string_view text);

bool is_header(const SourceFile& file);

}  // namespace jobflip::tidy

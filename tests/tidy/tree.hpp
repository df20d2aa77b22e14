#pragma once
/// The sources as the rules of the house see them: a path below the project's folder and its text.
/// A rule is a function from one file to its findings, so that each can be tried on a bad sample.

#include <string>
#include <string_view>
#include <vector>

namespace jobflip::tidy {

struct SourceFile {
  std::string path;  // such as "src/core/agent.cpp"
  std::string text;
};

/// One place where a rule is broken; `line` counts from 1, 0 is the whole file.
struct Finding {
  std::string path;
  int line{};
  std::string text;

  bool operator==(const Finding&) const = default;
};

std::string print(const std::vector<Finding>& findings);

/// Every file below the folders whose name ends with one of `endings`, and each entry that is a
/// file itself; sorted by path.
std::vector<SourceFile> read_tree(const std::vector<std::string>& folders,
                                  const std::vector<std::string>& endings);
bool exists_in_tree(const std::string& path);

std::vector<std::string> split_lines(std::string_view text);

/// The text of a C++ file with comments, string and character literals blanked out, lines kept.
std::string code_only(std::string_view text);

bool is_header(const SourceFile& file);

}  // namespace jobflip::tidy

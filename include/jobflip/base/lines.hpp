#pragma once
/// Texts, one a line: a list in one cell of an answer.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace jobflip {

/// A line break at the end begins no other line.
inline std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace jobflip

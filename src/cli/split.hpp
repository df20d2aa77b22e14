#pragma once
/// The parts of a text between separators: one more than there are separators, and some may be
/// empty.

#include <string>
#include <string_view>
#include <vector>

namespace jobflip::cli {

inline std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace jobflip::cli

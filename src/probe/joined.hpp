#pragma once
/// Words as one text, for the sentences about what a query or a preset lacks.

#include <string>
#include <string_view>
#include <vector>

namespace jobflip::probe {

inline std::string joined(const std::vector<std::string>& words, std::string_view between = ", ") {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : std::string{between}) + word;
  return out;
}

}  // namespace jobflip::probe

#pragma once
/// How deep a TOML text is nested, before the parser sees it: the parser recurses, and a key of
/// 50,000 dotted parts overflows its stack.

#include <optional>
#include <string>
#include <string_view>

namespace jobflip::config {

inline constexpr int kKeyPartsMax = 16;  // a.b.c has three
inline constexpr int kNestingMax = 16;   // of [ and {

struct TooDeep {
  int line;
  std::string text;
};

/// The first place that is too deep. The parser refuses text that is not TOML.
std::optional<TooDeep> find_too_deep(std::string_view text);

}  // namespace jobflip::config

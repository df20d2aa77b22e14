#include "config/nesting.hpp"

#include <algorithm>

namespace jobflip::config {
namespace {

/// The end of the quoted text that begins at `at`; a one-line text ends with its line.
std::size_t end_of_quoted(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const std::string three(3, quote);
  const bool escapes = quote == '"';
  const bool long_form = text.substr(at).starts_with(three);
  at += long_form ? 3 : 1;
  for (; at < text.size(); ++at) {
    if (escapes && text[at] == '\\' && at + 1 < text.size() && text[at + 1] != '\n') {
      ++at;
    } else if (long_form ? text.substr(at).starts_with(three) : text[at] == quote) {
      return at + (long_form ? 3 : 1);
    } else if (!long_form && text[at] == '\n') {
      return at;
    }
  }
  return text.size();
}

bool ends_key(char c) {
  return std::string_view{"=,[]{}\n"}.find(c) != std::string_view::npos;
}

}  // namespace

std::optional<TooDeep> find_too_deep(std::string_view text) {
  int line = 1;
  int depth = 0;
  int parts = 1;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      const auto end = end_of_quoted(text, at);
      line += static_cast<int>(std::ranges::count(text.substr(at, end - at), '\n'));
      at = end - 1;
      continue;
    }
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size()) - 1;
      continue;
    }
    if (ends_key(c)) parts = 1;
    if (c == '\n') ++line;
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (c == '.') ++parts;
    if (parts > kKeyPartsMax)
      return TooDeep{line, "a key has more than " + std::to_string(kKeyPartsMax) + " parts"};
    if (depth > kNestingMax)
      return TooDeep{line,
                     "it is nested more than " + std::to_string(kNestingMax) + " levels deep"};
  }
  return std::nullopt;
}

}  // namespace jobflip::config

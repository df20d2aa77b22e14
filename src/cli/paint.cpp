#include "cli/paint.hpp"

namespace jobflip::cli {
namespace {

std::string_view code_of(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::bold:
      return "\x1b[1m";
    case Style::dim:
      return "\x1b[2m";
    case Style::good:
      return "\x1b[32m";
    case Style::warn:
      return "\x1b[33m";
    case Style::bad:
      return "\x1b[31m";
  }
  return "";
}

}  // namespace

std::string Paint::operator()(Style style, std::string_view text) const {
  const auto code = code_of(style);
  if (!on_ || code.empty() || text.empty()) return std::string{text};
  return std::string{code} + std::string{text} + "\x1b[0m";
}

}  // namespace jobflip::cli

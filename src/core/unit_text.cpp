#include "jobflip/core/unit_text.hpp"

#include <algorithm>
#include <array>

namespace jobflip::core {
namespace {

constexpr std::string_view kSpace = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

std::string_view next_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

bool is_comment(std::string_view line) {
  return line.starts_with('#') || line.starts_with(';');
}

/// A line and all that continue it; a comment between them is no part of it.
std::string logical_line(std::string_view& text) {
  std::string whole{trimmed(next_line(text))};
  if (is_comment(whole)) return "";
  while (whole.ends_with('\\') && !text.empty()) {
    const auto more = trimmed(next_line(text));
    if (is_comment(more)) continue;
    whole.back() = ' ';
    whole += more;
  }
  return whole;
}

/// The end of the word that begins at `at`: quotes hold it together, a backslash holds one byte.
std::size_t end_of_word(std::string_view text, std::size_t at) {
  char quote = '\0';
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\' && at + 1 < text.size()) {
      ++at;
    } else if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (kSpace.find(c) != std::string_view::npos) {
      break;
    }
  }
  return at;
}

bool has_second_command(std::string_view rest) {
  for (std::size_t at = 0; (at = rest.find_first_not_of(kSpace, at)) != rest.npos;) {
    const auto end = end_of_word(rest, at);
    if (rest.substr(at, end - at) == ";") return true;
    at = end;
  }
  return false;
}

}  // namespace

std::vector<UnitAssignment> parse_unit_text(std::string_view text, const std::string& file) {
  std::vector<UnitAssignment> out;
  std::string section;
  while (!text.empty()) {
    const auto line = logical_line(text);
    if (line.starts_with('[') && line.ends_with(']')) {
      section = line.substr(1, line.size() - 2);
      continue;
    }
    const auto equals = line.find('=');
    if (line.empty() || equals == std::string::npos) continue;
    out.push_back({section, std::string{trimmed(std::string_view{line}.substr(0, equals))},
                   std::string{trimmed(std::string_view{line}.substr(equals + 1))}, file});
  }
  return out;
}

std::vector<std::string> values_of(const UnitSource& unit, std::string_view section,
                                   std::string_view key) {
  std::vector<std::string> out;
  for (const auto& one : unit.assignments) {
    if (one.section != section || one.key != key) continue;
    if (one.value.empty()) {
      out.clear();
    } else {
      out.push_back(one.value);
    }
  }
  return out;
}

std::string value_of(const UnitSource& unit, std::string_view section, std::string_view key) {
  const auto values = values_of(unit, section, key);
  return values.empty() ? "" : values.back();
}

bool is_yes(std::string_view text) {
  constexpr std::array<std::string_view, 5> kYes{"1", "yes", "true", "on", "y"};
  std::string lower{text};
  for (auto& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return std::ranges::find(kYes, lower) != kYes.end() || lower == "t";
}

ExecLine cut_exec_line(std::string_view text) {
  text = trimmed(text);
  ExecLine line;
  const auto from = std::min(text.find_first_not_of("-@:+!"), text.size());
  line.prefixes = text.substr(0, from);
  text.remove_prefix(from);
  const auto end = end_of_word(text, 0);
  line.program = text.substr(0, end);
  line.rest = trimmed(text.substr(end));
  line.one_command = !has_second_command(line.rest);
  return line;
}

std::string bare_program(const ExecLine& line) {
  std::string_view text = line.program;
  const bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
                      text.back() == text.front();
  return std::string{quoted ? text.substr(1, text.size() - 2) : text};
}

}  // namespace jobflip::core

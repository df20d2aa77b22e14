#include "jobflip/setup/unit_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace jobflip::setup {
namespace {

constexpr std::string_view kSpace = " \t\r";

struct TimeUnit {
  std::string_view name;
  double micros;
};
constexpr double kSecond = 1e6;
constexpr std::array kTimeUnits{
    TimeUnit{"", kSecond},
    TimeUnit{"us", 1},
    TimeUnit{"usec", 1},
    TimeUnit{"ms", 1e3},
    TimeUnit{"msec", 1e3},
    TimeUnit{"s", kSecond},
    TimeUnit{"sec", kSecond},
    TimeUnit{"second", kSecond},
    TimeUnit{"seconds", kSecond},
    TimeUnit{"m", 60 * kSecond},
    TimeUnit{"min", 60 * kSecond},
    TimeUnit{"minute", 60 * kSecond},
    TimeUnit{"minutes", 60 * kSecond},
    TimeUnit{"h", 3600 * kSecond},
    TimeUnit{"hr", 3600 * kSecond},
    TimeUnit{"hour", 3600 * kSecond},
    TimeUnit{"hours", 3600 * kSecond},
    TimeUnit{"d", 86'400 * kSecond},
    TimeUnit{"day", 86'400 * kSecond},
    TimeUnit{"days", 86'400 * kSecond},
};

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

/// A line with all lines that continue it; a comment between them does not belong to it.
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

/// The end of the word that begins at `at`: quotes hold it together, a backslash escapes one byte.
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

std::optional<std::uint64_t> time_span_us(std::string_view text) {
  constexpr std::uint64_t kInfinity = std::numeric_limits<std::uint64_t>::max();
  text = trimmed(text);
  if (text == "infinity") return kInfinity;
  double sum = 0;
  bool any = false;
  for (; !text.empty(); any = true) {
    double number = 0;
    const auto read =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (read.ec != std::errc{} || !(number >= 0)) return std::nullopt;
    text = trimmed(text.substr(static_cast<std::size_t>(read.ptr - text.data())));
    const auto end = std::min(text.find_first_of(" \t0123456789."), text.size());
    const auto* unit = std::ranges::find(kTimeUnits, text.substr(0, end), &TimeUnit::name);
    if (unit == kTimeUnits.end()) return std::nullopt;
    sum += number * unit->micros;
    text = trimmed(text.substr(end));
  }
  if (!any) return std::nullopt;
  return sum < 1e18 ? static_cast<std::uint64_t>(sum) : kInfinity;
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

}  // namespace jobflip::setup

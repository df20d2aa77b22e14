#include "limits.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <regex>

namespace jobflip::tidy {
namespace {

int columns_of(const std::string& line) {
  const auto starts_point = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return static_cast<int>(std::ranges::count_if(line, starts_point));
}

int line_at(std::string_view text, std::size_t at) {
  return 1 + static_cast<int>(std::ranges::count(text.substr(0, at), '\n'));
}

/// What a brace opens, judging by the words before it.
enum class Block { scope, function, other };

Block kind_of(const std::string& head) {
  static const std::regex scope{R"(\b(namespace|class|struct|union|enum|extern)\b)"};
  static const std::regex value{R"(=\s*$|=\s*\w+(<.*>)?\s*$)"};
  if (std::regex_search(head, value)) return Block::other;
  if (head.find('(') != std::string::npos) return Block::function;
  return std::regex_search(head, scope) ? Block::scope : Block::other;
}

struct OpenBlock {
  Block kind;
  std::size_t begin;  // of its head
};

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// True if it is a whole word.
bool has_word(std::string_view line, std::string_view word) {
  for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    const auto end = at + word.size();
    const bool begins =
        !is_word_character(word.front()) || at == 0 || !is_word_character(line[at - 1]);
    const bool ends =
        !is_word_character(word.back()) || end == line.size() || !is_word_character(line[end]);
    if (begins && ends) return true;
  }
  return false;
}

std::size_t skip_space(std::string_view code, std::size_t at) {
  while (at < code.size() && std::isspace(static_cast<unsigned char>(code[at])) != 0) ++at;
  return at;
}

}  // namespace

std::vector<Finding> check_file_length(const SourceFile& file) {
  const int limit = is_header(file) ? kHeaderLines : kSourceLines;
  const auto lines = static_cast<int>(split_lines(file.text).size());
  if (lines < limit) return {};
  return {{file.path, 0,
           std::to_string(lines) + " lines, fewer than " + std::to_string(limit) +
               " wanted: it holds two ideas"}};
}

std::vector<Finding> check_line_length(const SourceFile& file) {
  std::vector<Finding> findings;
  int number = 0;
  for (const auto& line : split_lines(file.text)) {
    ++number;
    if (const int columns = columns_of(line); columns > kColumns) {
      findings.push_back({file.path, number, std::to_string(columns) + " columns"});
    }
  }
  return findings;
}

std::vector<Finding> check_function_length(const SourceFile& file) {
  const auto code = code_only(file.text);
  std::vector<Finding> findings;
  std::vector<OpenBlock> open;
  std::size_t head = 0;
  for (std::size_t at = 0; at < code.size(); ++at) {
    const char c = code[at];
    const bool outside = open.empty() || open.back().kind == Block::scope;
    if (c == '{') {
      const auto kind = outside ? kind_of(code.substr(head, at - head)) : Block::other;
      open.push_back({kind, skip_space(code, head)});
    } else if (c == '}' && !open.empty()) {
      const auto block = open.back();
      open.pop_back();
      const int first = line_at(code, block.begin);
      const int length = line_at(code, at) - first + 1;
      if (block.kind == Block::function && length > kFunctionLines) {
        findings.push_back(
            {file.path, first, "a function of " + std::to_string(length) + " lines"});
      }
    }
    if (c == '{' || c == '}' || c == ';') head = at + 1;
  }
  return findings;
}

std::vector<Finding> check_opening(const SourceFile& file) {
  const auto lines = split_lines(file.text);
  const bool opens = lines.size() > 1 && lines[0] == "#pragma once" && lines[1].starts_with("///");
  if (opens) return {};
  return {{file.path, 1, "a public header opens with #pragma once and a /// comment: the idea"}};
}

std::vector<Finding> check_awaited_temporaries(const SourceFile& file) {
  static const std::regex captureless{R"(\[\]\s*(\([^)]*\))?\s*\{[^}]*(\}|$))"};
  static const std::regex temporary{R"(\(.*(\{|\[[^\]]+\]\s*[({]))"};
  const auto code = code_only(file.text);
  std::vector<Finding> findings;
  for (auto at = code.find("co_await"); at != std::string::npos;
       at = code.find("co_await", at + 1)) {
    auto statement = code.substr(at, std::min(code.find(';', at), code.size()) - at);
    std::ranges::replace(statement, '\n', ' ');
    statement = std::regex_replace(statement, captureless, "captureless");
    if (std::regex_search(statement, temporary)) {
      findings.push_back({file.path, line_at(code, at), "name what is passed in a co_await first"});
    }
  }
  return findings;
}

std::vector<Finding> check_test_names(const SourceFile& file) {
  static const std::regex test{
      R"(\bT(EST|EST_F|EST_P|YPED_TEST|YPED_TEST_P)\(\s*\w+\s*,\s*(\w+)\s*\))"};
  const auto code = code_only(file.text);
  std::vector<Finding> findings;
  for (std::sregex_iterator it{code.begin(), code.end(), test}, end; it != end; ++it) {
    const auto name = (*it)[2].str();
    const auto is_capital = [](char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; };
    if (std::ranges::count_if(name, is_capital) >= 3) continue;
    const auto line = line_at(code, static_cast<std::size_t>(it->position()));
    findings.push_back({file.path, line, name + " is no sentence"});
  }
  return findings;
}

std::vector<Finding> check_banned_words(const SourceFile& file) {
  // In two halves each, so that this file follows its own rule.
  static constexpr std::array kEverywhere{
      "TO"
      "DO",
      "FIX"
      "ME",
      "X"
      "XX",
      "/wo"
      "rk/",
      ".lib"
      "rary/",
      "hel"
      "per",
      "hel"
      "pers",
      "issues sh"
      "ow",
      "sty"
      "le.md",
      "des"
      "ign.md",
      "que"
      "ues.md"};
  static constexpr std::array kInTests{
      "sleep"
      "_for",
      "sleep"
      "_until",
      "sle"
      "ep(",
      "usle"
      "ep("};
  const bool is_test = file.path.starts_with("tests/") && !file.path.starts_with("tests/support/");
  std::vector<Finding> findings;
  int number = 0;
  for (const auto& line : split_lines(file.text)) {
    ++number;
    const auto stands_in = [&](std::string_view word) { return has_word(line, word); };
    auto found = std::ranges::find_if(kEverywhere, stands_in);
    if (found != kEverywhere.end()) {
      findings.push_back({file.path, number, std::string{*found} + " does not belong here"});
    }
    const auto wait = std::ranges::find_if(kInTests, stands_in);
    if (is_test && wait != kInTests.end()) {
      findings.push_back({file.path, number, std::string{*wait} + ": wait for a condition"});
    }
  }
  return findings;
}

}  // namespace jobflip::tidy

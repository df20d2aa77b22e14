#include "attacks.hpp"

#include <regex>

#include "pages.hpp"

namespace jobflip::tidy {
namespace {

std::set<std::string> all_matches(const std::string& text, const std::regex& wanted,
                                  const std::string& format) {
  std::set<std::string> found;
  for (std::sregex_iterator it{text.begin(), text.end(), wanted}, end; it != end; ++it)
    found.insert(it->format(format));
  return found;
}

bool is_known(const std::string& name, const TestNames& known) {
  const auto colon = name.find(':');
  const auto kind = known.find(colon == std::string::npos ? "" : name.substr(0, colon));
  return kind != known.end() &&
         kind->second.contains(colon == std::string::npos ? name : name.substr(colon + 1));
}

}  // namespace

std::set<std::string> gtest_names(const SourceFile& file) {
  static const std::regex test{R"(\bTEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\))"};
  return all_matches(file.text, test, "$1.$2");
}

std::set<std::string> quoted_words(const SourceFile& file) {
  static const std::regex word{R"re("([\w-]+)")re"};
  return all_matches(file.text, word, "$1");
}

std::vector<Finding> check_attacks(const SourceFile& page, const TestNames& known) {
  static const std::regex code{"`([^`]+)`"};
  std::vector<Finding> findings;
  int number = 0;
  for (const auto& line : split_lines(page.text)) {
    ++number;
    const auto rows = table_rows(line);
    if (rows.empty() || rows[0].size() != 3 || rows[0][0] == "attack" ||
        rows[0][0].starts_with("--"))
      continue;
    if (rows[0][2].starts_with("none:")) continue;
    const auto names = all_matches(rows[0][2], code, "$1");
    if (names.empty())
      findings.push_back({page.path, number, "neither a test nor \"none:\" and why"});
    for (const auto& name : names)
      if (!is_known(name, known))
        findings.push_back({page.path, number, "there is no test " + name});
  }
  return findings;
}

}  // namespace jobflip::tidy

#include "pages.hpp"

#include <filesystem>
#include <regex>

namespace jobflip::tidy {
namespace {

std::string trim(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

std::vector<Link> links_of(const SourceFile& page) {
  static const std::regex link{R"(\]\(([^)\s#]+)(#[^)]*)?\))"};
  static const std::regex code{"`[^`]*`"};
  const std::filesystem::path folder = std::filesystem::path{page.path}.parent_path();
  std::vector<Link> links;
  bool in_block = false;
  int number = 0;
  for (const auto& raw : split_lines(page.text)) {
    ++number;
    if (raw.starts_with("```")) in_block = !in_block;
    if (in_block) continue;
    const auto line = std::regex_replace(raw, code, "");
    for (std::sregex_iterator it{line.begin(), line.end(), link}, end; it != end; ++it) {
      const auto target = (*it)[1].str();
      if (target.find("://") != std::string::npos || target.starts_with("mailto:")) continue;
      links.push_back({number, (folder / target).lexically_normal().string()});
    }
  }
  return links;
}

std::vector<std::vector<std::string>> table_rows(std::string_view page) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& line : split_lines(page)) {
    if (!line.starts_with("|")) continue;
    std::vector<std::string> row;
    std::size_t from = 1;
    for (auto bar = line.find('|', from); bar != std::string::npos; bar = line.find('|', from)) {
      row.push_back(trim(line.substr(from, bar - from)));
      from = bar + 1;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace jobflip::tidy

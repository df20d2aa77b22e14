#include "sql.hpp"

#include <algorithm>
#include <cctype>
#include <regex>

namespace jobflip::tidy {
namespace {

std::string without_comments(std::string text) {
  for (auto at = text.find("--"); at != std::string::npos; at = text.find("--", at)) {
    const auto end = std::min(text.find('\n', at), text.size());
    std::fill(text.begin() + static_cast<std::ptrdiff_t>(at),
              text.begin() + static_cast<std::ptrdiff_t>(end), ' ');
  }
  return text;
}

std::string plain(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isspace(byte) == 0) {
      out += static_cast<char>(std::tolower(byte));
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

int line_at(const std::string& text, std::size_t at) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(at);
  return 1 + static_cast<int>(std::count(text.begin(), end, '\n'));
}

}  // namespace

std::vector<SqlFunction> sql_functions(const SourceFile& file) {
  static const std::regex begin{
      R"(\bcreate\s+(or\s+replace\s+)?(function|procedure)\s+([a-z_0-9.]+)\s*\()",
      std::regex::icase};
  static const std::regex quote{R"(\$[a-z_]*\$)", std::regex::icase};
  const auto text = without_comments(file.text);
  std::vector<SqlFunction> functions;
  for (std::sregex_iterator it{text.begin(), text.end(), begin}, end; it != end; ++it) {
    const auto from = static_cast<std::size_t>(it->position());
    const auto rest = text.substr(from);
    std::smatch open;
    if (!std::regex_search(rest, open, quote)) continue;
    const auto body = static_cast<std::size_t>(open.position() + open.length());
    const auto close = std::min(rest.find(open[0].str(), body), rest.size());
    const auto tail = std::min(close + static_cast<std::size_t>(open.length()), rest.size());
    const auto stop = std::min(rest.find(';', tail), rest.size());
    functions.push_back({.name = (*it)[3].str(),
                         .line = line_at(text, from),
                         .head = plain(rest.substr(0, body) + " " + rest.substr(tail, stop - tail)),
                         .body = rest.substr(body, close - body)});
  }
  return functions;
}

std::vector<Finding> check_sql_rights(const SourceFile& file) {
  static const std::regex path{R"(set search_path (=|to) pg_catalog, jobflip, pg_temp\b)"};
  std::vector<Finding> findings;
  for (const auto& function : sql_functions(file)) {
    if (!std::regex_search(function.head, path)) {
      findings.push_back(
          {file.path, function.line,
           function.name + " has no set search_path = pg_catalog, jobflip, pg_temp"});
    }
    if (function.head.find("security definer") == std::string::npos) {
      findings.push_back({file.path, function.line, function.name + " is not security definer"});
    }
  }
  return findings;
}

std::vector<Finding> check_sql_clock(const SourceFile& file) {
  static const std::regex start_of_transaction{
      R"(\b(now\s*\(\s*\)|(current_|local|transaction_)timestamp\b|pg_sleep\b))",
      std::regex::icase};
  std::vector<Finding> findings;
  int number = 0;
  for (const auto& line : split_lines(without_comments(file.text))) {
    ++number;
    std::smatch match;
    if (std::regex_search(line, match, start_of_transaction)) {
      findings.push_back({file.path, number, match[0].str() + ": use clock_timestamp()"});
    }
  }
  return findings;
}

}  // namespace jobflip::tidy

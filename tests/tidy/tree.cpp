#include "tree.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace jobflip::tidy {
namespace {

namespace fs = std::filesystem;

bool ends_with_one_of(const std::string& path, const std::vector<std::string>& endings) {
  return std::ranges::any_of(endings, [&](const auto& ending) { return path.ends_with(ending); });
}

std::string read_text(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// The end of the literal or comment that begins at `at`; `at` itself if none begins there.
std::size_t end_of_blank(std::string_view text, std::size_t at) {
  const auto behind = [&](std::string_view mark, std::size_t from) {
    const auto found = text.find(mark, from);
    return found == std::string_view::npos ? text.size() : found + mark.size();
  };
  const auto rest = text.substr(at);
  if (rest.starts_with("//")) return std::min(text.find('\n', at), text.size());
  if (rest.starts_with("/*")) return behind("*/", at + 2);
  if (rest.starts_with("R\"")) {
    const auto open = rest.find('(');
    if (open == std::string_view::npos) return at;
    return behind(")" + std::string{rest.substr(2, open - 2)} + "\"", at + open);
  }
  const char quote = text[at];
  const bool digit_mark = quote == '\'' && at > 0 && std::isalnum(text[at - 1]) != 0;
  if ((quote != '"' && quote != '\'') || digit_mark) return at;
  auto end = at + 1;
  while (end < text.size() && text[end] != quote && text[end] != '\n') {
    end += text[end] == '\\' ? 2 : 1;
  }
  return std::min(end + 1, text.size());
}

}  // namespace

std::string print(const std::vector<Finding>& findings) {
  std::string out;
  for (const auto& f : findings) {
    out += f.path + ":" + std::to_string(f.line) + ": " + f.text + "\n";
  }
  return out;
}

std::vector<SourceFile> read_tree(const std::vector<std::string>& folders,
                                  const std::vector<std::string>& endings) {
  const fs::path root{JOBFLIP_SOURCE_DIR};
  std::vector<SourceFile> files;
  for (const auto& folder : folders) {
    if (fs::is_regular_file(root / folder)) files.push_back({folder, read_text(root / folder)});
    if (!fs::is_directory(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator{root / folder}) {
      const auto path = fs::relative(entry.path(), root).string();
      if (entry.is_regular_file() && ends_with_one_of(path, endings)) {
        files.push_back({path, read_text(entry.path())});
      }
    }
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

bool exists_in_tree(const std::string& path) {
  return fs::exists(fs::path{JOBFLIP_SOURCE_DIR} / path);
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string code_only(std::string_view text) {
  std::string code{text};
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = end_of_blank(text, at);
    for (auto i = at; i < end; ++i) {
      if (code[i] != '\n') code[i] = ' ';
    }
    at = std::max(end, at + 1);
  }
  return code;
}

bool is_header(const SourceFile& file) {
  return file.path.ends_with(".hpp") || file.path.ends_with(".h");
}

}  // namespace jobflip::tidy

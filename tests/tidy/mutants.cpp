#include "mutants.hpp"

#include <algorithm>
#include <sstream>

namespace jobflip::tidy {
namespace {

constexpr std::string_view kMistake = "Mistake: ";
constexpr std::string_view kCaughtBy = "Caught by: ";

struct Hunk {
  std::string file;
  int line{};          // of the patch
  std::string before;  // the text that it must find
};

std::vector<Hunk> hunks_of(const SourceFile& patch) {
  std::vector<Hunk> hunks;
  std::string file;
  bool inside = false;
  int number = 0;
  for (const auto& line : split_lines(patch.text)) {
    ++number;
    if (line.starts_with("--- a/")) {
      file = line.substr(6);
      inside = false;
    } else if (line.starts_with("@@ ")) {
      hunks.push_back({file, number, ""});
      inside = true;
    } else if (inside && (line.starts_with(' ') || line.starts_with('-'))) {
      hunks.back().before += line.substr(1) + "\n";
    }
  }
  return hunks;
}

int count_of(const std::string& text, const std::string& part) {
  int count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    if (at == 0 || text[at - 1] == '\n') ++count;
  return count;
}

std::string head_line(const SourceFile& patch, std::string_view key) {
  for (const auto& line : split_lines(patch.text)) {
    if (line.starts_with("--- ")) break;
    if (line.starts_with(key)) return line.substr(key.size());
  }
  return "";
}

}  // namespace

CaughtBy caught_by(const SourceFile& patch) {
  std::istringstream words{head_line(patch, kCaughtBy)};
  CaughtBy named;
  words >> named.program;
  for (std::string word; words >> word;) named.tests.push_back(word);
  return named;
}

std::vector<Finding> check_mutant(const SourceFile& patch,
                                  const std::map<std::string, std::string>& sources,
                                  const TestNames& known) {
  std::vector<Finding> findings;
  const auto find = [&](int line, std::string text) {
    findings.push_back({patch.path, line, std::move(text)});
  };
  if (head_line(patch, kMistake).empty()) find(0, "does not say its mistake");
  const auto named = caught_by(patch);
  if (named.tests.empty()) find(0, "does not say what catches it");
  const auto& tests = known.at(named.program == "sim" ? "sim" : "");
  for (const auto& test : named.tests) {
    const bool is_option =
        test.starts_with("--") || test.find_first_not_of("0123456789") == std::string::npos;
    if (!(named.program == "sim" && is_option) && !tests.contains(test))
      find(0, "there is no test " + test);
  }
  const auto hunks = hunks_of(patch);
  if (hunks.empty()) find(0, "changes nothing");
  for (const auto& hunk : hunks) {
    const auto source = sources.find(hunk.file);
    if (source == sources.end()) {
      find(hunk.line, "there is no " + hunk.file);
    } else if (const int places = count_of(source->second, hunk.before); places != 1) {
      find(hunk.line, "applies to " + std::to_string(places) + " places of " + hunk.file);
    }
  }
  return findings;
}

}  // namespace jobflip::tidy

// README shows what scripts/demo prints. Figures, names and paths differ from run to run; the words
// around them must be those of src/demo.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "tree.hpp"

namespace jobflip::tidy {
namespace {

/// The sentences of the story, with folded lines joined: "  1.2 s  a private PostgreSQL runs ...".
std::vector<std::string> sentences_of(const std::string& page) {
  std::vector<std::string> out;
  const auto begin = page.find("```", page.find("This is real output of `scripts/demo`"));
  std::istringstream lines{page.substr(std::min(begin, page.size()))};
  const std::regex told{R"( *\d+\.\d s  (.*))"};
  std::smatch found;
  std::string line;
  std::getline(lines, line);  // the fence
  while (std::getline(lines, line) && !line.starts_with("...")) {
    if (std::regex_match(line, found, told))
      out.push_back(found[1]);
    else if (!out.empty())
      out.back() += " " + line.substr(std::min(line.find_first_not_of(' '), line.size()));
  }
  return out;
}

/// The words between what differs: figures, nodes, paths, and what another room says, in quotes.
std::vector<std::string> words_between(const std::string& sentence) {
  static const std::regex kDiffers{
      R"("[^"]*"|[^ ]*/[^ ]*|smtp:[^ ]*|(job|sup)?\d[\d.]*( s\b)?|-> |\(flip|\))"};
  std::vector<std::string> out;
  for (std::sregex_token_iterator at{sentence.begin(), sentence.end(), kDiffers, -1}, end;
       at != end; ++at) {
    std::string words = *at;
    words.erase(0, words.find_first_not_of(' '));
    words.erase(words.find_last_not_of(' ') + 1);
    if (words.size() > 3) out.push_back(words);
  }
  return out;
}

/// The text of a source, with literals that go on in the next line joined.
std::string texts_of(const std::vector<SourceFile>& files) {
  std::string out;
  for (const auto& file : files)
    out += std::regex_replace(file.text, std::regex{R"("\s*\n\s*")"}, "") + "\n";
  return out;
}

TEST(DemoPage, SaysWhatTheDemoSays) {
  const auto readme = read_tree({"README.md"}, {""});
  ASSERT_EQ(readme.size(), 1u);
  const auto told = sentences_of(readme[0].text);
  ASSERT_GT(told.size(), 15u);
  const auto texts = texts_of(read_tree({"src/demo"}, {".cpp"}));
  for (const auto& sentence : told)
    for (const auto& words : words_between(sentence))
      EXPECT_NE(texts.find(words), std::string::npos) << "\"" << words << "\" in: " << sentence;
}

TEST(DemoPage, TheCheckFindsWordsThatAreNotTheDemos) {
  EXPECT_EQ(words_between("mail flows again, 4.0 s after the cut"),
            (std::vector<std::string>{"mail flows again,", "after the cut"}));
  EXPECT_EQ(words_between("runs in /tmp/x, on a unix socket only"),
            (std::vector<std::string>{"runs in", "on a unix socket only"}));
  const auto told = sentences_of(
      "This is real output of `scripts/demo`.\n\n```\n   1.2 s  a b\n  12.5 s  c\n         d "
      "e\n...\n");
  EXPECT_EQ(told, (std::vector<std::string>{"a b", "c d e"}));
}

}  // namespace
}  // namespace jobflip::tidy

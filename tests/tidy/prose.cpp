#include "prose.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace jobflip::tidy {
namespace {

struct Phrase {
  std::string_view words;
  std::string_view instead;
};

constexpr std::array kPhrases{
    Phrase{"what is so", "the current state"},
    Phrase{"it was so already", "already in that state"},
    Phrase{"it was so before", "already in that state"},
    Phrase{"is not so any more", "is out of date"},
    Phrase{"the mend", "the fix"},
    Phrase{"mend it", "fix it"},
    Phrase{"mended", "fixed"},
    Phrase{"whatever of", "regardless of"},
    Phrase{"nothing where", "empty if"},
    Phrase{"\"\" where", "\"\" if"},
    Phrase{"what of an installation", "rule violations in an installation"},
    Phrase{"the begin of", "the start of"},
    Phrase{"by the half", "by half"},
    Phrase{"can be had", "is available"},
    Phrase{"was not had", "timed out, was not available"},
    Phrase{"nobody beats", "no node sends heartbeats"},
    Phrase{"into force", "apply"},
    Phrase{"stands still", "is stalled, has not changed"},
    Phrase{"stand still", "be stalled, not change"},
    Phrase{"stood still", "was stalled, did not change"},
    Phrase{"belongs into", "belongs in"},
    Phrase{"belong into", "belong in"},
    Phrase{"in the night", "at 3 a.m."},
    Phrase{"is draining since", "has been draining for"},
    Phrase{"a hint named", "chosen by flip 6, named as the next holder"},
    Phrase{"remembers everything", "no recent crash to wait out"},
    Phrase{"passed over", "overridden by hand; for events: only counted"},
    Phrase{"passes over", "overrides"},
    Phrase{"pass over", "override"},
    Phrase{"a new watch: no verdict", "just restarted, verdict in"},
    Phrase{"nothing is due", "nothing is waiting, no job is due"},
    Phrase{"look at what all pools share", "automatic flips stop until HH:MM"},
    Phrase{"vouch", "renew"},
    Phrase{"vouches", "renews"},
    Phrase{"vouched", "renewed"},
    Phrase{"vouching", "renewing"},
    Phrase{"anew", "again"},
    Phrase{"for want of", "because there is no"},
    Phrase{"worth a look", "may have changed"},
    Phrase{"worth telling", "a log event"},
    Phrase{"holds the two equal", "compares the two"},
    Phrase{"is nobody's fault", "is no one's fault"},
    Phrase{"given the first word", "goes first"},
    Phrase{"who knows how long", "for an unknown time"},
    Phrase{"poke", "wake-up"},
    Phrase{"poked", "woken up"},
};

/// After "is no" these are plain English: "is no longer", "are no more than".
constexpr std::array kAfterNo{"longer", "more",  "less",   "later",     "earlier", "fewer",
                              "better", "worse", "larger", "different", "one",     "such"};

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// The text in lower case on one line: without line breaks, marks of comments and the quotes
/// between the pieces of a string. `lines` has the line of each character.
struct Flow {
  std::string text;
  std::vector<int> lines;
};

std::string_view without_comment_mark(std::string_view line) {
  const auto trim = [&] {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  };
  trim();
  for (const std::string_view mark : {"///", "//", "--", "#", "*"}) {
    if (!line.starts_with(mark)) continue;
    line.remove_prefix(mark.size());
    trim();
    break;
  }
  return line;
}

Flow flow_of(std::string_view text) {
  Flow flow;
  int number = 0;
  for (const auto& raw : split_lines(text)) {
    ++number;
    auto line = without_comment_mark(raw);
    if (line.starts_with('"') && flow.text.ends_with("\" ")) {
      flow.text.resize(flow.text.size() - 2);
      flow.lines.resize(flow.text.size());
      line.remove_prefix(1);
    }
    for (const char c : line)
      flow.text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (!flow.text.ends_with(' ')) flow.text += ' ';
    flow.lines.resize(flow.text.size(), number);
  }
  return flow;
}

bool stands_alone(std::string_view text, std::size_t begin, std::size_t size) {
  const auto end = begin + size;
  const bool begins =
      begin == 0 || !is_word_character(text[begin]) || !is_word_character(text[begin - 1]);
  return begins && (end == text.size() || !is_word_character(text[end]));
}

std::string_view word_before(std::string_view text, std::size_t at) {
  const auto end = text.find_last_not_of(' ', at == 0 ? 0 : at - 1);
  if (end == std::string_view::npos) return {};
  auto begin = end + 1;
  while (begin > 0 && is_word_character(text[begin - 1])) --begin;
  return text.substr(begin, end + 1 - begin);
}

std::string_view word_after(std::string_view text, std::size_t at) {
  auto end = at;
  while (end < text.size() && is_word_character(text[end])) ++end;
  return text.substr(at, end - at);
}

/// "is no candidate", but not "there is no candidate" or "is no longer one".
bool is_coined_no(std::string_view text, std::size_t at) {
  const auto verb = word_before(text, at);
  if (verb != "is" && verb != "are" && verb != "was" && verb != "were") return false;
  const auto subject = word_before(text, static_cast<std::size_t>(verb.data() - text.data()));
  if (subject.empty() || subject == "there" || subject == "if" || subject == "where") return false;
  const auto next = word_after(text, at + 4);
  return !next.empty() && std::ranges::find(kAfterNo, next) == kAfterNo.end();
}

}  // namespace

std::vector<Finding> check_phrases(const SourceFile& file) {
  std::vector<Finding> findings;
  const Flow flow = flow_of(file.text);
  const std::string_view text = flow.text;
  for (const auto& [words, instead] : kPhrases) {
    for (auto at = text.find(words); at != text.npos; at = text.find(words, at + 1)) {
      if (!stands_alone(text, at, words.size())) continue;
      findings.push_back({file.path, flow.lines[at],
                          "'" + std::string{words} + "': write '" + std::string{instead} + "'"});
    }
  }
  for (auto at = text.find(" no "); at != text.npos; at = text.find(" no ", at + 1)) {
    if (!is_coined_no(text, at)) continue;
    findings.push_back({file.path, flow.lines[at],
                        "'" + std::string{word_before(text, at)} + " no " +
                            std::string{word_after(text, at + 4)} + "': write 'is not a'"});
  }
  return findings;
}

bool is_prose(std::string_view path) {
  return !path.starts_with("tests/tidy/prose") && !path.starts_with("tests/fixtures/") &&
         !path.starts_with("tests/fuzz/corpus/") && !path.starts_with("tests/fuzz/found/");
}

}  // namespace jobflip::tidy

#include "jobflip/report/markdown.hpp"

#include <algorithm>

#include "jobflip/base/escape.hpp"
#include "report/mermaid.hpp"

namespace jobflip::report {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool begins_with_www(std::string_view text) {
  return text.size() >= 4 && lower(text[0]) == 'w' && lower(text[1]) == 'w' &&
         lower(text[2]) == 'w' && text[3] == '.';
}

/// What would begin a heading, a list or a quote as the first thing in a line or an item: how many
/// characters, of which the last one is escaped.
std::size_t end_of_opening(std::string_view text) {
  if (text.empty()) return 0;
  const auto ends_at = [&](std::size_t at) { return at == text.size() || text[at] == ' '; };
  if (text[0] == '#' || text[0] == '=' || text[0] == '>') return 1;
  if (text[0] == '+' || text[0] == '-') return ends_at(1) || text[1] == text[0] ? 1 : 0;
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  const bool is_item = digits > 0 && digits < text.size() &&
                       (text[digits] == '.' || text[digits] == ')') && ends_at(digits + 1);
  return is_item ? digits + 1 : 0;
}

/// A comment within it keeps GitHub from making a mention, an address or an issue of it; it finds
/// those in the text that is left after the backslashes.
constexpr std::string_view kNothing = "<!-- -->";

void add_escaped(std::string_view text, std::size_t at, std::string& out) {
  constexpr std::string_view kMarkup = "\\`*_[]{}<&|~$!^";
  const char c = text[at];
  const auto rest = text.substr(at + 1);
  if (kMarkup.find(c) != std::string_view::npos) out += '\\';
  if (c == ':' && rest.starts_with("//")) out += '\\';
  out += c;
  if (c == '@' || (c == '#' && !rest.empty() && is_digit(rest[0]))) out += kNothing;
}

/// Charts over time are drawn of so many queues; the sentences and tables have the others.
constexpr std::size_t kMostMarkdownCharts = 3;

class MarkdownWriter {
 public:
  explicit MarkdownWriter(const Page& page) : page_{page} {}

  std::string write() {
    line("# " + text(page_.title));
    line(text(page_.subtitle));
    for (const Section& section : page_.sections) {
      line("## " + text(section.title));
      for (const Block& block : section.blocks)
        std::visit([this](const auto& one) { add(one); }, block);
    }
    line("---");
    line(text(page_.footer));
    out_.pop_back();  // one line break ends the file
    return std::move(out_);
  }

 private:
  static std::string text(std::string_view raw) { return markdown_text(raw); }
  void line(const std::string& text) { out_ += text + "\n\n"; }

  static std::string cell(const Cell& one) {
    const auto escaped = text(one.text);
    return one.tone == Tone::bad && !escaped.empty() ? "**" + escaped + "**" : escaped;
  }

  void add(const Paragraph& one) { line(cell({one.text, one.tone})); }
  void add(const Subheading& one) { line("### " + text(one.text)); }
  void add(const Blank& one) { line("_" + text(one.prompt) + "_"); }
  void add(const Plot& one) {
    const Chart& chart = page_.charts.at(one.chart);
    line(text(chart.alternative));
    if (one.chart < kMostMarkdownCharts) out_ += mermaid_of(chart);
  }
  void add(const Bars& one) {
    const BarChart& chart = page_.bars.at(one.chart);
    out_ += mermaid_of(chart);
    if (!chart.alternative.empty()) line(text(chart.alternative));
  }
  void add(const Bullets& one) {
    for (const Cell& item : one.items) out_ += "- " + cell(item) + "\n";
    out_ += "\n";
  }
  /// The table of the impact has the same figures.
  void add(const Tiles&) {}
  void add(const Table& one) {
    line(text(one.caption));
    out_ += "|";
    for (const auto& title : one.header) out_ += " " + text(title) + " |";
    out_ += "\n|";
    for (std::size_t i = 0; i < one.header.size(); ++i) out_ += "---|";
    out_ += "\n";
    for (const auto& row : one.rows) {
      out_ += "|";
      for (const Cell& each : row) out_ += " " + cell(each) + " |";
      out_ += "\n";
    }
    out_ += "\n";
  }

  const Page& page_;
  std::string out_;
};

}  // namespace

std::string markdown_text(std::string_view text, std::size_t max_bytes) {
  auto shown = printable(text, max_bytes);
  // blanks at the ends would keep ** from closing
  const auto begin = std::min(shown.find_first_not_of(' '), shown.size());
  shown = shown.substr(begin, shown.find_last_not_of(' ') + 1 - begin);
  const std::string_view rest = shown;
  std::string out;
  out.reserve(rest.size() + rest.size() / 8);
  const auto opening = end_of_opening(rest);
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (opening > 0 && i + 1 == opening) out += '\\';
    const bool www = begins_with_www(rest.substr(i));
    if (www) {
      out += rest.substr(i, 3);
      out += "\\.";
      i += 3;
      continue;
    }
    add_escaped(rest, i, out);
  }
  return out;
}

std::string markdown_of(const Page& page) {
  return MarkdownWriter{page}.write();
}

}  // namespace jobflip::report

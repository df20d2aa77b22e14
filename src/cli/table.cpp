#include "cli/table.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <ostream>
#include <sstream>

#include "jobflip/base/check.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::cli {
namespace {

/// Escaped once more, whoever made the cell; what shall be short was cut by whoever made it.
std::string whole_text(const Cell& cell) {
  return printable(cell.text, std::string::npos);
}

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeast = 40;      // a narrower terminal gets lines that are too long for it
constexpr std::size_t kLeastLast = 16;  // of the last column, which has the sentences
constexpr std::size_t kTime = 20;       // "2026-11-23 03:00:00Z": a column that has room for a time
constexpr std::size_t kLeastColumn = 8;

std::size_t longest_word(const Table& table, std::size_t column) {
  std::size_t longest = columns(table.header[column]);
  for (const auto& row : table.rows) {
    std::istringstream words{whole_text(row[column])};
    for (std::string word; words >> word;) longest = std::max(longest, columns(word));
  }
  return longest;
}

std::vector<std::size_t> widths_of(const Table& table, std::size_t width) {
  std::vector<std::size_t> widths;
  for (const auto& title : table.header) widths.push_back(columns(title));
  for (const auto& row : table.rows) {
    JF_CHECK(row.size() == widths.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], columns(whole_text(row[i])));
    }
  }
  std::size_t used = kGap * (widths.size() - 1);
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) used += widths[i];
  const auto last = std::min(widths.back(), std::max(kLeastLast, columns(table.header.back())));
  // names shrink to a time's width first, then columns to their longest word, then all of them
  std::vector<std::size_t> words(widths.size() - 1);
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = std::min(longest_word(table, i), kTime);
  for (const auto& least :
       {std::vector(words.size(), kTime), words, std::vector(words.size(), kLeastColumn)}) {
    while (used + last > width) {
      std::size_t widest = widths.size();
      for (std::size_t i = 0; i < least.size(); ++i)
        if (widths[i] > least[i] && (widest == widths.size() || widths[i] > widths[widest]))
          widest = i;
      if (widest == widths.size()) break;
      --widths[widest];
      --used;
    }
  }
  widths.back() = used + last < width ? std::min(widths.back(), width - used) : last;
  return widths;
}

void print_row(std::ostream& out, const std::vector<Cell>& row,
               const std::vector<std::size_t>& widths, const Paint& paint) {
  std::vector<std::vector<std::string>> cells;
  std::size_t height = 1;
  for (std::size_t i = 0; i < row.size(); ++i) {
    cells.push_back(wrap(whole_text(row[i]), widths[i]));
    height = std::max(height, cells.back().size());
  }
  for (std::size_t at = 0; at < height; ++at) {
    std::string line;
    std::size_t gap = 0;  // held back, so that no line ends in spaces
    for (std::size_t i = 0; i < row.size(); ++i) {
      const auto text = at < cells[i].size() ? cells[i][at] : std::string{};
      if (!text.empty()) {
        line.append(gap, ' ');
        gap = 0;
      }
      line += paint(row[i].style, text);
      gap += widths[i] - columns(text) + kGap;
    }
    out << line << '\n';
  }
}

/// How many bytes of `text` fit into `width` columns.
std::size_t bytes_of(std::string_view text, std::size_t width) {
  std::size_t used = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80 && ++used > width) return i;
  return text.size();
}

/// Where to end a line of at most `most` bytes: at its last space outside a command.
std::size_t break_of(std::string_view text, std::size_t most) {
  std::size_t best = 0;
  bool in_command = false;
  for (std::size_t i = 0; i <= most && i < text.size(); ++i) {
    if (text[i] == '`') in_command = !in_command;
    if (text[i] == ' ' && !in_command && i > 0) best = i;
  }
  return best == 0 ? most : best;
}

/// "CAN TAKE OVER" is "can_take_over" to a script.
std::string tsv_title(std::string_view title) {
  std::string out;
  for (const char c : title) {
    out += c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

}  // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t width, std::size_t indent) {
  std::vector<std::string> lines;
  do {
    const auto room = lines.empty() ? width : width - std::min(indent, width - 1);
    auto end = bytes_of(text, room);
    if (end < text.size()) end = break_of(text, end);
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
    if (!text.empty()) text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  } while (!text.empty());
  return lines;
}

void print_wrapped(std::ostream& out, std::string_view text, std::size_t width, std::size_t indent,
                   const Paint& paint, Style style) {
  const auto room = width == kUnlimited ? width : std::max(width, kLeast) - indent;
  bool first = true;
  for (const auto& line : wrap(text, room, 2)) {
    out << std::string(first ? indent : indent + 2, ' ') << paint(style, line) << '\n';
    first = false;
  }
}

std::size_t width_of(bool is_terminal, std::size_t told, const std::string& columns_variable) {
  if (!is_terminal) return kUnlimited;
  if (told > 0) return std::max(told, kLeast);
  std::size_t columns = 0;
  const auto* end = columns_variable.data() + columns_variable.size();
  const auto read = std::from_chars(columns_variable.data(), end, columns);
  const bool is_number = read.ec == std::errc{} && read.ptr == end && columns > 0;
  return std::max(is_number ? columns : 80, kLeast);
}

void print_table(std::ostream& out, const Table& table, const Paint& paint, std::size_t width) {
  const auto widths = widths_of(table, width);
  std::vector<Cell> header;
  for (const auto& title : table.header) header.emplace_back(title, Style::bold);
  print_row(out, header, widths, paint);
  for (const auto& row : table.rows) print_row(out, row, widths, paint);
}

void print_tsv(std::ostream& out, const Table& table) {
  const auto print = [&](const auto& cells, auto text_of) {
    bool first = true;
    for (const auto& cell : cells) {
      out << (first ? "" : "\t") << text_of(cell);
      first = false;
    }
    out << '\n';
  };
  print(table.header, tsv_title);
  // printable() leaves no tab and no line break in a cell
  for (const auto& row : table.rows) {
    print(row, [](const Cell& cell) { return whole_text(cell); });
  }
}

}  // namespace jobflip::cli

#include "cli/table.hpp"

#include <algorithm>
#include <cctype>
#include <ostream>

#include "jobflip/base/check.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kCellMax = 32;  // of every column but the last: a name may have 63 characters

std::vector<std::size_t> widths_of(const Table& table) {
  std::vector<std::size_t> widths;
  for (const auto& title : table.header) widths.push_back(columns(title));
  for (const auto& row : table.rows) {
    JF_CHECK(row.size() == widths.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], columns(printable(row[i].text)));
    }
  }
  std::size_t used = 0;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
    widths[i] = std::min(widths[i], kCellMax);
    used += widths[i] + kGap;
  }
  // several long names in one table: the widest gives way, down to what a title needs
  while (used + columns(table.header.back()) > kColumns) {
    const auto widest = std::max_element(widths.begin(), widths.end() - 1);
    if (*widest <= 8) break;
    --*widest;
    --used;
  }
  if (table.wide) return widths;
  widths.back() = used < kColumns ? std::min(widths.back(), kColumns - used) : 1;
  return widths;
}

void print_row(std::ostream& out, const std::vector<Cell>& row,
               const std::vector<std::size_t>& widths, const Paint& paint) {
  std::string line;
  std::size_t gap = 0;  // held back, so that no line ends in spaces
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto text = fit(printable(row[i].text), widths[i]);
    if (!text.empty()) {
      line.append(gap, ' ');
      gap = 0;
    }
    line += paint(row[i].style, text);
    gap += widths[i] - columns(text) + kGap;
  }
  out << line << '\n';
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

std::string fit(std::string_view text, std::size_t width) {
  if (columns(text) <= width) return std::string{text};
  std::string out;
  std::size_t used = 0;
  for (const char c : text) {
    const bool begins = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (begins && ++used >= width) break;
    out += c;
  }
  return out + "…";
}

void print_table(std::ostream& out, const Table& table, const Paint& paint) {
  const auto widths = widths_of(table);
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
    print(row, [](const Cell& cell) { return printable(cell.text); });
  }
}

}  // namespace jobflip::cli

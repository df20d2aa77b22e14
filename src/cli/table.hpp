#pragma once
/// Rows under a header, for people: aligned, never wider than kColumns (the last column gives way)
/// unless it is told to be wide.
/// The same rows as TSV, for awk.

#include <iosfwd>
#include <string>
#include <vector>

#include "cli/paint.hpp"

namespace jobflip::cli {

inline constexpr std::size_t kColumns = 100;

struct Cell {
  Cell(std::string t, Style s = Style::plain) : text(std::move(t)), style(s) {}  // NOLINT: implicit
  Cell(const char* t) : text(t) {}                                               // NOLINT: implicit
  std::string text;                                                              // printable
  Style style{Style::plain};
};

struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<Cell>> rows;  // each as long as the header
  bool wide{false};                     // the last column is never cut: why something is so
};

void print_table(std::ostream& out, const Table& table, const Paint& paint);
void print_tsv(std::ostream& out, const Table& table);

/// `text` in at most `width` columns; "…" stands for what was cut.
std::string fit(std::string_view text, std::size_t width);

}  // namespace jobflip::cli

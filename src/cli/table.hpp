#pragma once
/// Rows under a header, for people: aligned, and wrapped if the terminal is narrower. The same rows
/// as TSV, for awk.
///
/// Invariant: nothing is cut. A terminal wraps at words; a pipe has each row in one line, for grep.

#include <iosfwd>
#include <limits>
#include <string>
#include <vector>

#include "cli/paint.hpp"

namespace jobflip::cli {

inline constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();  // of a pipe

struct Cell {
  Cell(std::string t, Style s = Style::plain) : text(std::move(t)), style(s) {}  // NOLINT: implicit
  Cell(const char* t) : text(t) {}                                               // NOLINT: implicit
  std::string text;                                                              // printable
  Style style{Style::plain};
};

struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<Cell>> rows;  // each as long as the header
};

void print_table(std::ostream& out, const Table& table, const Paint& paint, std::size_t width);
void print_tsv(std::ostream& out, const Table& table);

/// `text` in lines of at most `width` columns, those after the first of at most `width - indent`,
/// broken at spaces but not within a `command`, which people copy. A word that is longer than a
/// line is broken where the line ends. At least one line.
std::vector<std::string> wrap(std::string_view text, std::size_t width, std::size_t indent = 0);

/// The text in as many lines as it needs, each after the first indented by two more.
void print_wrapped(std::ostream& out, std::string_view text, std::size_t width,
                   std::size_t indent = 0, const Paint& paint = Paint{},
                   Style style = Style::plain);

/// The columns of an output: those that its terminal reports (`told`), else $COLUMNS, else 80, and
/// at least 40. kUnlimited if it is not a terminal.
std::size_t width_of(bool is_terminal, std::size_t told, const std::string& columns_variable);

}  // namespace jobflip::cli

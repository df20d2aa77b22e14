#pragma once
/// The three streams of a command, and which of them are a terminal.
///
/// Invariants: the streams and the functions are set (`run` checks it).

#include <cstddef>
#include <functional>
#include <iosfwd>

namespace jobflip::cli {

struct Terminal {
  std::istream* in{};
  std::ostream* out{};
  std::ostream* err{};
  bool in_is_terminal{false};
  bool out_is_terminal{false};
  bool err_is_terminal{false};
  std::function<std::size_t()> out_columns;  // as the terminal reports them; 0: unknown
  std::function<std::size_t()> out_rows;     // the same
  std::function<bool()> out_is_closed;       // whoever read it has gone, as `head` does
};

}  // namespace jobflip::cli

/// Terminal output made of text from an attacker: printable(), tables, TSV, and JSON. The first
/// byte chooses.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "cli/table.hpp"
#include "fuzz/input.hpp"
#include "fuzz/must.hpp"
#include "fuzz/terminal.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/base/hex.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::fuzz {
namespace {

void try_printable(std::string_view text) {
  const auto shown = printable(text);
  MUST(why_not_shown(shown).empty());
  MUST(printable(shown) == shown || shown.size() > 4096);
  if (why_not_shown(text).empty() && text.find('\n') == text.npos && text.size() <= 4096)
    MUST(shown == text);
  for (const std::size_t most : {0u, 1u, 2u, 3u, 7u, 40u}) {
    const auto cut = printable(text, most);
    MUST(why_not_shown(cut).empty());
    MUST(cut.ends_with("...") || text.size() <= most);
  }
  for (const std::size_t width : {1u, 2u, 3u, 10u, 100u}) {
    for (const auto& line : cli::wrap(shown, width)) {
      MUST(why_not_shown(line).empty());
      MUST(columns(line) <= width);
    }
  }
}

cli::Table read_table(Input& input) {
  cli::Table table;
  const auto width = static_cast<std::size_t>(input.number(1, 10));
  for (std::size_t i = 0; i < width; ++i) table.header.push_back("TITLE " + std::to_string(i));
  while (!input.empty() && table.rows.size() < 50) {
    auto& row = table.rows.emplace_back();
    for (std::size_t i = 0; i < width; ++i) {
      // One after the other, because compilers evaluate arguments in different orders.
      auto text = input.text();
      row.emplace_back(std::move(text), static_cast<cli::Style>(input.byte() % 6));
    }
  }
  return table;
}

void try_table(Input input) {
  const bool colours = input.flag();
  const auto width =
      input.flag() ? cli::kUnlimited : static_cast<std::size_t>(input.number(20, 200));
  const auto table = read_table(input);
  std::ostringstream plain, painted, tsv;
  cli::print_table(plain, table, cli::Paint{false}, width);
  cli::print_table(painted, table, cli::Paint{colours}, width);
  cli::print_tsv(tsv, table);
  MUST(why_not_shown(plain.str()).empty());
  MUST(without_colours(painted.str()) == plain.str());
  const auto text = plain.str();
  const auto printed = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  MUST(width == cli::kUnlimited ? printed == table.rows.size() + 1 : printed > table.rows.size());
  MUST(why_not_shown(tsv.str(), Tabs::yes).empty());
  std::istringstream lines{tsv.str()};
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count)
    MUST(static_cast<std::size_t>(std::count(line.begin(), line.end(), '\t')) + 1 ==
         table.header.size());
  MUST(count == table.rows.size() + 1);
}

void try_json(std::string_view text) {
  const std::string mine{text};
  view::Json document{{"text", mine}, {"embedded", view::parse_json(mine).value_or(view::Json{})}};
  const auto shown = view::json_text(document, 2);
  MUST(why_not_shown(shown).empty());
  const auto again = view::Json::parse(shown, nullptr, false);
  MUST(again.is_object());
  if (view::Json::accept("\"" + hex_of_bytes(mine) + "\"") && again["text"].is_string() &&
      why_not_shown(text).empty())
    MUST(again["text"] == mine);
}

void try_time(Input input) {
  const WallTime at{Micros{input.number()}};
  MUST(why_not_shown(rfc3339(at)).empty());
  MUST(!short_duration(Millis{input.number()}).empty());
}

}  // namespace
}  // namespace jobflip::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jobflip::fuzz;
  Input input{data, size};
  switch (input.byte()) {
    case 'p':
      try_printable(input.rest());
      break;
    case 't':
      try_table(input);
      break;
    case 'j':
      try_json(input.rest());
      break;
    case 'c':
      try_time(input);
      break;
    default:
      break;
  }
  return 0;
}

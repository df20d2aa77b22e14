#pragma once
/// A post-mortem as sections, tables and charts, before it is written as Markdown or as HTML.
///
/// Invariant: every text in it is plain text, and may be anybody's. Only the writers know markup,
/// and they escape all of it.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "jobflip/base/time.hpp"
#include "jobflip/report/series.hpp"

namespace jobflip::report {

enum class Tone { plain, good, bad, muted };

struct Cell {
  std::string text;
  Tone tone{Tone::plain};
};

struct Paragraph {
  std::string text;
  Tone tone{Tone::plain};
};
struct Bullets {
  std::vector<Cell> items;
};
struct Subheading {
  std::string text;
};
struct Table {
  std::string caption;
  std::vector<std::string> header;
  std::vector<std::vector<Cell>> rows;  // each as wide as the header
};
/// A few figures that stand out.
struct Tiles {
  struct Tile {
    std::string value;
    std::string label;
    Tone tone{Tone::plain};
  };
  std::vector<Tile> tiles;
};
/// Left empty for people, with what belongs there.
struct Blank {
  std::string prompt;
};
/// The charts of one queue.
struct Plot {
  std::size_t chart{};  // in Page::charts
};
using Block = std::variant<Paragraph, Bullets, Subheading, Table, Tiles, Blank, Plot>;

struct Section {
  std::string id;  // [a-z-]+
  std::string title;
  std::vector<Block> blocks;
};

/// A moment that every chart marks with a letter.
struct Mark {
  char letter{};
  std::string text;
  WallTime at;
};

/// What the charts of a queue draw: jobs waiting, the age of the oldest, jobs completed.
struct Chart {
  std::string queue;
  std::string alternative;  // the same in sentences
  core::DoneKind done_kind{};
  std::vector<Point> points;
};

struct Page {
  std::string title;
  std::string subtitle;
  std::vector<Section> sections;
  std::vector<Mark> marks;  // by time
  std::vector<Chart> charts;
  WallTime since;
  WallTime until;
  std::string footer;
};

}  // namespace jobflip::report

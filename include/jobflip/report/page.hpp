#pragma once
/// A post-mortem or a report as sections, tables and charts, before it is written as Markdown or as
/// HTML.
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
struct Bars {
  std::size_t chart{};  // in Page::bars
};
using Block = std::variant<Paragraph, Bullets, Subheading, Table, Tiles, Blank, Plot, Bars>;

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

/// Bars over names, such as the days of a month.
struct BarChart {
  struct Series {
    std::string name;
    std::vector<double> values;  // one for each name
  };
  std::string title;        // ours, never a text from outside: Markdown has it as it is
  std::string alternative;  // the same in sentences; "": a table beside it has the same
  std::string unit;         // of the values, ours: "minutes"
  std::vector<std::string> names;
  std::vector<Series> series;
  bool stacked{false};  // else the series stand beside each other
};

struct Page {
  std::string title;
  std::string subtitle;
  std::vector<Section> sections;
  std::vector<Mark> marks;  // by time
  std::vector<Chart> charts;
  std::vector<BarChart> bars;
  WallTime since;
  WallTime until;
  std::string footer;
};

}  // namespace jobflip::report

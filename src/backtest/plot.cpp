#include "jobflip/backtest/plot.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jobflip::backtest {
namespace {

constexpr int kLeft = 60, kWidth = 1000, kTop = 40, kHeight = 260, kBand = 24, kGap = 10;
constexpr int kWhole = kLeft + kWidth + 20;
constexpr int kLegend = kTop + kHeight + kGap + kBand + 40;

struct Column {
  bool used{false};
  core::QueueState verdict{};
  std::int64_t due{};
  std::int64_t running{};
};

std::string_view color_of(core::QueueState state) {
  using enum core::QueueState;
  switch (state) {
    case ok:
    case idle:
      return "#7bb661";
    case busy:
      return "#a9c9e8";
    case lagging:
      return "#e8c35a";
    case stalled:
    case held:
    case starved:
      return "#c0392b";
    case failing:
    case unpromoted:
    case blocked:
    case silent:
      return "#e67e22";
    case blind:
      return "#333333";
    case paused:
    case warmup:
      return "#bbbbbb";
  }
  return "#bbbbbb";
}

std::vector<Column> columns_of(const std::vector<Point>& points, Millis first, Millis length) {
  std::vector<Column> columns(kWidth);
  for (const Point& point : points) {
    const auto place = static_cast<std::size_t>(
        std::min<std::int64_t>(kWidth - 1, (point.at - first).count() * kWidth / length.count()));
    Column& column = columns[place];
    // a short trouble must not vanish between healthy neighbours: a lower verdict is a worse one
    if (!column.used || point.verdict < column.verdict) column.verdict = point.verdict;
    column.used = true;
    if (!point.read) continue;
    column.due = std::max(column.due, point.due);
    column.running = std::max(column.running, point.running);
  }
  for (std::size_t i = 1; i < columns.size(); ++i)
    if (!columns[i].used) columns[i] = columns[i - 1];
  return columns;
}

std::string line_of(const std::vector<Column>& columns, std::int64_t Column::*value,
                    std::int64_t most, std::string_view color) {
  std::string out = "<polyline fill=\"none\" stroke=\"" + std::string{color} + "\" points=\"";
  for (std::size_t x = 0; x < columns.size(); ++x)
    out += fmt::format(
        "{},{:.1f} ", kLeft + static_cast<int>(x),
        kTop + kHeight -
            static_cast<double>(columns[x].*value) * kHeight / static_cast<double>(most));
  return out + "\"/>\n";
}

std::string band_of(const std::vector<Column>& columns) {
  std::string out;
  for (std::size_t begin = 0; begin < columns.size();) {
    std::size_t end = begin + 1;
    while (end < columns.size() && columns[end].verdict == columns[begin].verdict) ++end;
    out += fmt::format(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"><title>{}</title></rect>\n",
        kLeft + static_cast<int>(begin), kTop + kHeight + kGap, end - begin, kBand,
        color_of(columns[begin].verdict), core::name_of(columns[begin].verdict));
    begin = end;
  }
  return out;
}

std::string legend() {
  std::string out;
  int x = kLeft;
  for (std::size_t i = 0; i < core::kQueueStates; ++i) {
    const auto state = static_cast<core::QueueState>(i);
    out += fmt::format(
        "<rect x=\"{}\" y=\"{}\" width=\"10\" height=\"10\" fill=\"{}\"/>"
        "<text x=\"{}\" y=\"{}\">{}</text>\n",
        x, kLegend, color_of(state), x + 13, kLegend + 10, core::name_of(state));
    x += 30 + 7 * static_cast<int>(core::name_of(state).size());
  }
  return out;
}

}  // namespace

std::string plot_svg(const std::vector<Point>& points, const std::vector<WantedFlip>& flips) {
  const Millis first = points.empty() ? Millis{} : points.front().at;
  const Millis last = points.empty() ? Millis{} : points.back().at;
  const Millis length = std::max(last - first, Millis{1});
  const auto columns = columns_of(points, first, length);
  std::int64_t most = 1;
  for (const Column& column : columns) most = std::max({most, column.due, column.running});

  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
      "viewBox=\"0 0 {0} {1}\" font-family=\"sans-serif\" font-size=\"11\">\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
      "<text x=\"{2}\" y=\"20\">due (blue) and running (green) jobs, at most {3}, over {4}; "
      "a flip is wanted at each red line</text>\n",
      kWhole, kLegend + 20, kLeft, most, short_duration(length));
  out += line_of(columns, &Column::due, most, "#2060c0");
  out += line_of(columns, &Column::running, most, "#208040");
  out += band_of(columns);
  for (const WantedFlip& flip : flips) {
    const auto x = kLeft + (flip.at - first).count() * kWidth / length.count();
    out += fmt::format(
        "<line x1=\"{0}\" x2=\"{0}\" y1=\"{1}\" y2=\"{2}\" stroke=\"red\" "
        "stroke-dasharray=\"4\"/>\n",
        x, kTop, kTop + kHeight + kGap + kBand);
  }
  return out + legend() + "</svg>\n";
}

}  // namespace jobflip::backtest

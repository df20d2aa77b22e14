#include "report/mermaid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace jobflip::report {
namespace {

struct Unit {
  const char* name;
  double ms;
};

Unit unit_for(Millis length) {
  constexpr Millis kShort{10 * 60'000}, kLong{10 * 3'600'000};
  if (length <= kShort) return {"seconds", 1000};
  if (length <= kLong) return {"minutes", 60'000};
  return {"hours", 3'600'000};
}

/// Without an exponent: "12", "0.25".
std::string number(double value) {
  auto out = fmt::format("{:.2f}", value);
  out.erase(out.find_last_not_of('0') + 1);
  if (out.back() == '.') out.pop_back();
  return out == "-0" ? "0" : out;
}

std::string numbers(const std::vector<double>& values) {
  std::string out;
  for (const double value : values) out += (out.empty() ? "" : ", ") + number(value);
  return "[" + out + "]";
}

std::string block(const std::string& title, const std::string& x_axis, const std::string& y_title,
                  const std::string& kind, const std::vector<double>& values) {
  const double top = values.empty() ? 0 : *std::ranges::max_element(values);
  return fmt::format(
      "```mermaid\n"
      "%%{{init: {{\"themeVariables\": {{\"xyChart\": {{\"plotColorPalette\": "
      "\"#2b6cb0\"}}}}}}}}%%\n"
      "xychart-beta\n    title \"{}\"\n    x-axis {}\n    y-axis \"{}\" 0 --> {}\n    {} {}\n"
      "```\n\n",
      title, x_axis, y_title, number(top > 0 ? top : 1), kind, numbers(values));
}

bool is_plain(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' ||
           c == '-';
  });
}

/// So many values at equal distances, as the language has no others: each is the highest reading
/// around its moment. Where there is none, the reading before goes on.
template <class Of>
std::vector<double> spread(const std::vector<Point>& points, std::size_t count, Of value_of) {
  const auto begin = points.front().at;
  const auto length = std::max<double>(1, static_cast<double>((points.back().at - begin).count()));
  std::vector<double> out(count, -1);
  for (const Point& point : points) {
    if (!point.read) continue;
    const double place = static_cast<double>((point.at - begin).count()) / length;
    const auto nth = std::llround(place * static_cast<double>(count - 1));
    auto& value = out.at(
        static_cast<std::size_t>(std::clamp<long long>(nth, 0, static_cast<long long>(count) - 1)));
    value = std::max(value, value_of(point));
  }
  double last = 0;
  for (double& value : out) last = value = value < 0 ? last : value;
  return out;
}

}  // namespace

std::string mermaid_of(const Chart& chart) {
  const auto& points = chart.points;
  if (points.size() < 2 || points.back().at <= points.front().at) return "";
  const auto count = std::min(points.size(), kMostMermaidPoints);
  const auto length = std::chrono::duration_cast<Millis>(points.back().at - points.front().at);
  const auto unit = unit_for(length);
  const auto x_axis = fmt::format("\"{} after {} UTC\" 0 --> {}", unit.name,
                                  rfc3339(points.front().at).substr(11, 8),
                                  number(static_cast<double>(length.count()) / unit.ms));
  const auto waiting = spread(points, count, [](const Point& point) {
    return static_cast<double>(std::max<std::int64_t>(0, point.waiting));
  });
  Millis worst{};
  for (const Point& point : points) worst = std::max(worst, point.oldest.value_or(Millis{}));
  const auto age = unit_for(worst);
  const auto oldest = spread(points, count, [&](const Point& point) {
    return static_cast<double>(std::max(Millis{}, point.oldest.value_or(Millis{})).count()) /
           age.ms;
  });
  return block("Jobs waiting", x_axis, "jobs", "line", waiting) +
         block("Age of the oldest waiting job", x_axis, age.name, "line", oldest);
}

std::string mermaid_of(const BarChart& chart) {
  if (chart.series.empty() || (!chart.stacked && chart.series.size() > 1)) return "";
  if (!std::ranges::all_of(chart.names, is_plain) || chart.names.size() > kMostMermaidPoints)
    return "";
  std::vector<double> sums(chart.names.size(), 0);
  for (const auto& one : chart.series)
    for (std::size_t i = 0; i < std::min(sums.size(), one.values.size()); ++i)
      sums[i] += one.values[i];
  std::string names;
  for (const auto& name : chart.names) names += (names.empty() ? "\"" : ", \"") + name + "\"";
  return block(chart.title, "[" + names + "]", chart.unit, "bar", sums);
}

}  // namespace jobflip::report

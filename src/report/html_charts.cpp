#include "report/html_charts.hpp"

#include <fmt/format.h>

#include "jobflip/base/escape.hpp"
#include "jobflip/view/json_text.hpp"
#include "report/sections.hpp"

namespace jobflip::report {
namespace {

using view::Json;

constexpr std::size_t kLongestName = 80;  // in a legend

Millis since(const Page& page, WallTime at) {
  return std::chrono::duration_cast<Millis>(at - page.since);
}

Json chart_json(const Page& page, const Chart& chart) {
  Json out{{"is_window", chart.done_kind == core::DoneKind::window},
           {"at_ms", Json::array()},
           {"waiting", Json::array()},
           {"oldest_ms", Json::array()},
           {"done", Json::array()}};
  for (const Point& point : chart.points) {
    out["at_ms"].push_back(since(page, point.at).count());
    out["waiting"].push_back(point.read ? Json(point.waiting) : Json{});
    // no job waits: none is old
    const auto oldest = point.oldest.value_or(Millis{}).count();
    out["oldest_ms"].push_back(point.read ? Json(oldest) : Json{});
    out["done"].push_back(point.read ? Json(point.done) : Json{});
  }
  return out;
}

Json bars_json(const BarChart& chart) {
  Json out{{"unit", chart.unit},
           {"stacked", chart.stacked},
           {"names", chart.names},
           {"series", Json::array()}};
  for (const auto& one : chart.series)
    out["series"].push_back(
        Json{{"name", printable(one.name, kLongestName)}, {"values", one.values}});
  return out;
}

Json charts_json(const Page& page) {
  const auto epoch = std::chrono::duration_cast<Millis>(page.since.time_since_epoch());
  Json out{{"since_ms", epoch.count()},
           {"length_ms", since(page, page.until).count()},
           {"marks", Json::array()},
           {"charts", Json::array()},
           {"bars", Json::array()}};
  for (const MarkGroup& group : groups_of(page.marks, page.until - page.since))
    out["marks"].push_back(Json{{"first", std::string(1, group.first)},
                                {"last", std::string(1, group.last)},
                                {"at_ms", since(page, group.at).count()}});
  for (const Chart& chart : page.charts) out["charts"].push_back(chart_json(page, chart));
  for (const BarChart& chart : page.bars) out["bars"].push_back(bars_json(chart));
  return out;
}

}  // namespace

std::string charts_data(const Page& page) {
  const auto text = view::json_text(charts_json(page), -1);
  std::string out;
  for (const char c : text) {
    if (c == '<' || c == '>' || c == '&')
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out;
}

}  // namespace jobflip::report

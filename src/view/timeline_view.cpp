#include "jobflip/view/timeline_view.hpp"

#include <fmt/format.h>

#include "jobflip/base/escape.hpp"
#include "jobflip/view/black_box_document.hpp"
#include "jobflip/view/json_view.hpp"
#include "jobflip/view/left_behind_view.hpp"

namespace jobflip::view {
namespace {

Millis since_request(const core::FlipView& flip, WallTime at) {
  return std::chrono::duration_cast<Millis>(at - flip.requested_at);
}

Json black_boxes_json(const core::FlipTimeline& timeline, bool whole) {
  Json out = Json::array();
  for (const auto& record : timeline.black_boxes) {
    const auto offset = since_request(timeline.flip, record.kept_at);
    Json one{{"node", record.node.str()},
             {"kept_at", rfc3339(record.kept_at)},
             {"offset_ms", offset.count()},
             {"sha256", record.sha256},
             {"bytes", record.document.size()}};
    if (whole) {
      // not as Json at once: that looks each key up from the first one on
      auto document = parse_bounded<Document>(record.document);
      one["document"] = document ? Json(*document) : text_json(record.document);
    }
    out.push_back(std::move(one));
  }
  return out;
}

/// Not a take by the node that had it last.
bool is_restart(const core::HistoryEntry& entry) {
  return entry.kind == core::HistoryKind::flip && !entry.to.empty() && entry.from == entry.to;
}

}  // namespace

Json history_json(const std::vector<core::HistoryEntry>& entries) {
  Json out = Json::array();
  for (const auto& e : entries) {
    out.push_back(Json{{"at", rfc3339(e.at)},
                       {"pool", e.pool.str()},
                       {"kind", core::name_of(e.kind)},
                       {"flip", e.flip ? Json(e.flip->value) : Json{}},
                       {"from", text_json(e.from)},
                       {"to", text_json(e.to)},
                       {"restart", is_restart(e)},
                       {"outcome", e.outcome},
                       {"to_active_ms", ms_json(e.to_active)},
                       {"to_end_ms", ms_json(e.to_end)},
                       {"actor", text_json(e.actor)},
                       {"reason", e.reason},
                       {"login", text_json(e.login)}});
  }
  return out;
}

Json timeline_json(const core::FlipTimeline& timeline, bool whole) {
  Json out{{"schema", 1}};
  out.update(flip_json(timeline.flip));
  out["left_behind"] = left_behind_json(timeline);
  out["evidence"] = parse_json(timeline.evidence).value_or(Json{});
  out["steps"] = Json::array();
  for (const auto& step : timeline.steps) {
    const auto offset = since_request(timeline.flip, step.at);
    out["steps"].push_back(Json{{"at", rfc3339(step.at)},
                                {"offset_ms", offset.count()},
                                {"state", step.state},
                                {"node", text_json(step.node)},
                                {"sentence", step.sentence}});
  }
  out["black_boxes"] = black_boxes_json(timeline, whole);
  return out;
}

std::string move_text(const core::HistoryEntry& entry) {
  if (entry.from.empty() && entry.to.empty()) return "-";
  if (is_restart(entry)) return "restart on " + printable(entry.to, 63);
  if (entry.from == entry.to) return printable(entry.to, 63) + " again";
  // what was refused was only asked for, and whoever asks may leave either end open
  const bool asked = entry.kind == core::HistoryKind::refused;
  const std::string none = asked ? "any" : "nobody";
  return printable(entry.from.empty() ? none : entry.from, 63) + " -> " +
         printable(entry.to.empty() ? none : entry.to, 63);
}

std::string offset_text(const core::FlipView& flip, WallTime at) {
  return "+" + short_duration(since_request(flip, at));
}

std::string durations_text(const core::FlipView& flip) {
  std::vector<std::string> parts;
  const auto add = [&](std::string_view what, const std::optional<WallTime>& at) {
    if (!at) return;
    parts.push_back(fmt::format("{} after {}", what, short_duration(since_request(flip, *at))));
  };
  add("drain begun", flip.drained_at);
  add("released", flip.released_at);
  add("taken", flip.taken_at);
  add("active", flip.started_at);
  add("ended", flip.ended_at);
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace jobflip::view

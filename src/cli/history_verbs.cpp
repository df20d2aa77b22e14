/// history and show: what reviewers read.

#include <fmt/format.h>

#include <ostream>

#include "cli/black_box_view.hpp"
#include "cli/json_view.hpp"
#include "cli/status_view.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::cli {
namespace {

constexpr std::size_t kEvidenceLines = 20;

Json history_json(const std::vector<core::HistoryEntry>& entries) {
  Json out = Json::array();
  for (const auto& e : entries) {
    out.push_back(Json{{"at", rfc3339(e.at)},
                       {"pool", e.pool.str()},
                       {"kind", core::name_of(e.kind)},
                       {"flip", e.flip ? Json(e.flip->value) : Json{}},
                       {"from", text_json(e.from)},
                       {"to", text_json(e.to)},
                       {"outcome", e.outcome},
                       {"to_active_ms", ms_json(e.to_active)},
                       {"to_end_ms", ms_json(e.to_end)},
                       {"actor", text_json(e.actor)},
                       {"reason", e.reason}});
  }
  return out;
}

std::string move_text(const core::HistoryEntry& entry) {
  if (entry.from.empty() && entry.to.empty()) return "-";
  return printable(entry.from.empty() ? "nobody" : entry.from, 63) + " -> " +
         printable(entry.to.empty() ? "nobody" : entry.to, 63);
}

Table history_table(const std::vector<core::HistoryEntry>& entries) {
  Table table{{"AT", "POOL", "KIND", "FLIP", "MOVE", "OUTCOME", "ACTIVE", "BY", "REASON"}, {}};
  for (const auto& e : entries) {
    table.rows.push_back({clock_text(e.at), e.pool.str(), std::string{core::name_of(e.kind)},
                          e.flip ? std::to_string(e.flip->value) : "-", move_text(e),
                          printable(e.outcome, 20), age_text(e.to_active), printable(e.actor, 60),
                          printable(e.reason)});
  }
  return table;
}

Table history_rows(const std::vector<core::HistoryEntry>& entries) {
  Table table{{"at", "pool", "kind", "flip", "from", "to", "outcome", "to_active_ms", "to_end_ms",
               "actor", "reason"},
              {}};
  const auto ms = [](const std::optional<Millis>& v) {
    return v ? std::to_string(v->count()) : std::string{};
  };
  for (const auto& e : entries) {
    table.rows.push_back({rfc3339(e.at), e.pool.str(), std::string{core::name_of(e.kind)},
                          e.flip ? std::to_string(e.flip->value) : "", e.from, e.to, e.outcome,
                          ms(e.to_active), ms(e.to_end), printable(e.actor), printable(e.reason)});
  }
  return table;
}

/// "the old node's workers gone after 0.2s; active after 0.4s; ended after 3.1s"
std::string durations_text(const core::FlipView& flip) {
  std::vector<std::string> parts;
  const auto add = [&](std::string_view what, const std::optional<WallTime>& at) {
    if (!at) return;
    parts.push_back(
        fmt::format("{} after {}", what,
                    short_duration(std::chrono::duration_cast<Millis>(*at - flip.requested_at))));
  };
  add("drain begun", flip.drained_at);
  add("released", flip.released_at);
  add("taken", flip.taken_at);
  add("active", flip.started_at);
  add("ended", flip.ended_at);
  return fmt::format("{}", fmt::join(parts, "; "));
}

void print_evidence(Session& session, const std::string& evidence) {
  if (evidence.empty() || evidence == "{}") return;
  auto& out = session.out();
  out << "\nevidence (--format json has all of it):\n";
  const auto parsed = parse_json(evidence);
  if (!parsed || !parsed->is_object()) {
    session.line(printable(evidence), Style::plain, 2);
    return;
  }
  std::size_t lines = 0;
  const auto print = [&](std::string_view name, const Json& value) {
    if (++lines > kEvidenceLines) return;
    const auto text = value.is_string()
                          ? value.get<std::string>()
                          : value.dump(-1, ' ', false, Json::error_handler_t::replace);
    session.line(fmt::format("{}: {}", printable(name, 60), printable(text)), Style::plain, 2);
  };
  for (const auto& [name, value] : parsed->items()) {
    if (value.is_array()) {
      for (const auto& one : value) print(name, one);
    } else {
      print(name, value);
    }
  }
  if (lines > kEvidenceLines) out << fmt::format("  and {} more\n", lines - kEvidenceLines);
}

Json timeline_json(const core::FlipTimeline& timeline, bool whole) {
  Json out{{"schema", 1}};
  out.update(flip_json(timeline.flip));
  out["evidence"] = parse_json(timeline.evidence).value_or(Json{});
  out["steps"] = Json::array();
  for (const auto& step : timeline.steps) {
    const auto offset = std::chrono::duration_cast<Millis>(step.at - timeline.flip.requested_at);
    out["steps"].push_back(Json{{"at", rfc3339(step.at)},
                                {"offset_ms", offset.count()},
                                {"state", step.state},
                                {"node", text_json(step.node)},
                                {"sentence", step.sentence}});
  }
  out["black_boxes"] = black_boxes_json(timeline, whole);
  return out;
}

Table timeline_table(const core::FlipTimeline& timeline) {
  Table table{{"OFFSET", "STATE", "NODE", "WHAT"}, {}};
  for (const auto& step : timeline.steps) {
    table.rows.push_back({offset_text(timeline.flip, step.at), printable(step.state, 40),
                          printable(step.node, 63), printable(step.sentence)});
  }
  return table;
}

Table timeline_rows(const core::FlipTimeline& timeline) {
  Table table{{"at", "offset_ms", "state", "node", "sentence"}, {}};
  for (const auto& step : timeline.steps) {
    const auto offset = std::chrono::duration_cast<Millis>(step.at - timeline.flip.requested_at);
    table.rows.push_back({rfc3339(step.at), std::to_string(offset.count()), step.state, step.node,
                          printable(step.sentence)});
  }
  return table;
}

}  // namespace

ExitCode perform_history(Session& session) {
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  PoolName pool;
  if (!session.options().pool.empty()) {
    const auto snapshot = (*store)->snapshot();
    if (!snapshot) return session.fail(snapshot.error());
    const auto found = find_pool(*snapshot, session.options().pool);
    if (!found) return session.fail(found.error());
    pool = (*found)->settings.name;
  }
  const auto entries = (*store)->history(pool, session.options().limit);
  if (!entries) return session.fail(entries.error());
  if (session.format() == Format::json) {
    session.print(Json{{"schema", 1}, {"history", history_json(*entries)}});
  } else if (session.format() == Format::tsv) {
    session.print(history_rows(*entries));
  } else if (entries->empty()) {
    session.notice("nothing has happened yet");
  } else {
    session.print(history_table(*entries));
  }
  return ExitCode::done;
}

ExitCode perform_show(Session& session) {
  if (session.options().flip == 0) {
    return session.usage("FLIP is missing", "`jobflip history` lists the flips with their numbers");
  }
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  const auto timeline = (*store)->timeline(FlipId{session.options().flip});
  if (!timeline) return session.fail(timeline.error());
  const bool whole = session.options().black_box;
  if (session.format() == Format::json) {
    if (!parse_json(timeline->evidence))
      session.warning("the evidence is no JSON, and null here; the table shows it as it is");
    session.print(timeline_json(*timeline, whole));
    return ExitCode::done;
  }
  if (session.format() == Format::tsv) {
    session.print(whole ? black_box_rows(*timeline) : timeline_rows(*timeline));
    return ExitCode::done;
  }
  if (whole) {
    print_black_boxes(session, *timeline);
    return ExitCode::done;
  }
  const auto& flip = timeline->flip;
  auto& out = session.out();
  session.line(fmt::format("flip {} of {}: {} -> {}, {}", flip.id.value, flip.pool.str(),
                           flip.from.empty() ? "nobody" : flip.from.str(), flip.to.str(),
                           core::name_of(flip.state)));
  session.line(fmt::format("asked for at {} by {}: {}", clock_text(flip.requested_at),
                           printable(flip.actor, 60), printable(flip.reason)));
  if (flip.host_is_off) out << "a person stated that the old host is powered off\n";
  if (const auto text = durations_text(flip); !text.empty()) session.line(text);
  out << '\n';
  session.print(timeline_table(*timeline));
  print_evidence(session, timeline->evidence);
  print_black_box_summaries(session, *timeline);
  return ExitCode::done;
}

}  // namespace jobflip::cli

/// history and show: what reviewers read.

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/black_box_view.hpp"
#include "cli/event_filter.hpp"
#include "cli/incident_words.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/view/evidence_view.hpp"
#include "jobflip/view/incident_view.hpp"
#include "jobflip/view/json_text.hpp"
#include "jobflip/view/left_behind_view.hpp"
#include "jobflip/view/texts.hpp"
#include "jobflip/view/timeline_view.hpp"

namespace jobflip::cli {
namespace {

constexpr std::size_t kWidthOfTable = 110;  // in less, the reasons are columns of single words

Table history_table(const std::vector<core::HistoryEntry>& entries) {
  Table table{{"AT", "POOL", "KIND", "FLIP", "MOVE", "OUTCOME", "ACTIVE", "BY", "REASON"}, {}};
  for (const auto& e : entries) {
    table.rows.push_back({view::clock_text(e.at), e.pool.str(), std::string{core::name_of(e.kind)},
                          e.flip ? std::to_string(e.flip->value) : "-", view::move_text(e),
                          printable(e.outcome, 20), view::age_text(e.to_active),
                          printable(e.actor, 60), printable(e.reason)});
  }
  return table;
}

/// For people who want all of it: no column is left out, and no text is cut.
Table wide_history_table(const std::vector<core::HistoryEntry>& entries) {
  Table table{{"AT", "POOL", "KIND", "FLIP", "FROM", "TO", "OUTCOME", "ACTIVE", "END", "BY",
               "LOGIN", "REASON"},
              {}};
  const auto or_dash = [](const std::string& text) {
    return text.empty() ? std::string{"-"} : printable(text);
  };
  for (const auto& e : entries) {
    table.rows.push_back({view::clock_text(e.at), e.pool.str(), std::string{core::name_of(e.kind)},
                          e.flip ? std::to_string(e.flip->value) : "-", or_dash(e.from),
                          or_dash(e.to), or_dash(e.outcome), view::age_text(e.to_active),
                          view::age_text(e.to_end), or_dash(e.actor), or_dash(e.login),
                          printable(e.reason)});
  }
  return table;
}

/// For a terminal that is too narrow for the table: two lines or more for each.
void print_narrow(Session& session, const std::vector<core::HistoryEntry>& entries) {
  for (const auto& e : entries) {
    const auto flip = e.flip ? fmt::format(" {}", e.flip->value) : std::string{};
    const auto move = view::move_text(e);
    const auto active = e.to_active ? ", active after " + short_duration(*e.to_active) : "";
    session.line(fmt::format("{}  {}  {}{}: {}{}{}", view::clock_text(e.at), e.pool.str(),
                             core::name_of(e.kind), flip, move == "-" ? "" : move + ", ",
                             printable(e.outcome, 20), active),
                 Style::bold);
    const auto by = e.actor.empty() ? "" : fmt::format("by {}: ", printable(e.actor, 60));
    session.line(by + printable(e.reason), Style::plain, 4);
  }
}

Table history_rows(const std::vector<core::HistoryEntry>& entries) {
  Table table{{"at", "pool", "kind", "flip", "from", "to", "outcome", "to_active_ms", "to_end_ms",
               "actor", "reason", "login"},
              {}};
  const auto ms = [](const std::optional<Millis>& v) {
    return v ? std::to_string(v->count()) : std::string{};
  };
  for (const auto& e : entries) {
    table.rows.push_back({rfc3339(e.at), e.pool.str(), std::string{core::name_of(e.kind)},
                          e.flip ? std::to_string(e.flip->value) : "", e.from, e.to, e.outcome,
                          ms(e.to_active), ms(e.to_end), printable(e.actor), printable(e.reason),
                          printable(e.login)});
  }
  return table;
}

void print_evidence(Session& session, const std::string& evidence) {
  if (evidence.empty() || evidence == "{}") return;
  session.out() << "\nwhat the decision saw (--format json has all of it):\n";
  const auto texts = view::evidence_texts(evidence);
  if (texts.empty()) session.line(printable(evidence), Style::plain, 2);
  for (const auto& text : texts) session.line(text, Style::plain, 2);
}

/// When users felt it, and until when: what is known of the incident that the flip is part of.
void print_incident(Session& session, ports::ReaderStore& store, const core::FlipView& flip) {
  if (!flip.incident) return;
  const auto incident = store.incident(*flip.incident);
  if (!incident) return session.warning("its incident is not known: " + incident.error().text);
  session.line("part of " + view::incident_headline(*incident, session.host().wall()));
  const auto durations = view::incident_durations_text(*incident);
  if (!durations.empty()) session.line(durations, Style::plain, 2);
}

Table timeline_table(const core::FlipTimeline& timeline) {
  Table table{{"OFFSET", "STATE", "NODE", "WHAT"}, {}};
  for (const auto& step : timeline.steps) {
    table.rows.push_back({view::offset_text(timeline.flip, step.at), printable(step.state, 40),
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

Result<core::HistoryQuery> typed_history(const Session& session) {
  const auto& o = session.options();
  if (!o.pool.empty() && !o.filter.pool.empty() && o.pool != o.filter.pool)
    return Error{ErrorCode::usage,
                 fmt::format("POOL is \"{}\", and --pool is \"{}\"", printable(o.pool, 60),
                             printable(o.filter.pool, 60)),
                 "name one of them"};
  core::HistoryQuery out;
  const auto& name = o.pool.empty() ? o.filter.pool : o.pool;
  if (!name.empty()) {
    // a name that no pool can have is a pool that is not there
    if (const auto pool = PoolName::parse(name, "pool"); pool)
      out.pool = *pool;
    else
      return find_pool({}, name).error();
  }
  auto filter = typed_filter(session, history_kind_names());
  if (!filter) return filter.error();
  out.filter = std::move(*filter);
  return out;
}

}  // namespace

ExitCode perform_history(Session& session) {
  auto query = typed_history(session);
  if (!query) return session.fail(query.error());
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  const auto limit = typed_limit(session);
  query->limit = with_one_more(limit);
  auto entries = (*store)->history(*query);
  if (!entries) return session.fail(entries.error());
  const bool is_cut = cut_to(limit, *entries);
  if (entries->empty())
    if (const auto known = known_in_log(**store, query->pool); !known)
      return session.fail(known.error());
  if (session.format() == Format::json) {
    session.print(view::Json{{"schema", 1}, {"history", view::history_json(*entries)}});
  } else if (session.format() == Format::tsv) {
    session.print(history_rows(*entries));
  } else if (entries->empty()) {
    session.notice(query->filter == core::EventFilter{} ? "nothing has happened yet"
                                                        : "nothing fits");
  } else if (session.options().wide) {
    print_table(session.out(), wide_history_table(*entries), session.paint(), kUnlimited);
  } else if (session.width() < kWidthOfTable) {
    print_narrow(session, *entries);
  } else {
    session.print(history_table(*entries));
  }
  if (entries->empty()) notice_unknown_node(session, **store, query->filter.node);
  if (is_cut) notice_more(session, limit);
  return ExitCode::done;
}

ExitCode perform_show(Session& session) {
  if (session.options().flip == 0) {
    return session.usage("FLIP is missing", "`jobflip history` lists the flips with their numbers");
  }
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  FlipId wanted{session.options().flip};
  if (wanted.value == kLast) {
    const auto newest = last_flip(**store);
    if (!newest) return session.fail(newest.error());
    wanted = *newest;
  }
  const auto timeline = (*store)->timeline(wanted);
  if (!timeline) return session.fail(timeline.error());
  const bool whole = session.options().black_box;
  if (session.format() == Format::json) {
    // a takeover has none: no rule was weighed
    if (!timeline->evidence.empty() && !view::parse_json(timeline->evidence))
      session.warning("the evidence is not JSON, so it is null here; the table shows its text");
    session.print(view::timeline_json(*timeline, whole));
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
  session.line(fmt::format(
      "{} {} of {}: {}, {}",
      name_of(flip.takeover ? core::HistoryKind::takeover : core::HistoryKind::flip), flip.id.value,
      flip.pool.str(), view::move_text(flip), core::name_of(flip.state)));
  session.line(fmt::format("{} at {} by {}: {}", flip.takeover ? "taken over" : "asked for",
                           view::clock_text(flip.requested_at), printable(flip.actor, 60),
                           printable(flip.reason)));
  if (flip.host_is_off) out << "a person stated that the old host is powered off\n";
  if (const auto text = view::durations_text(flip); !text.empty()) session.line(text);
  for (const auto& text : view::left_behind_texts(*timeline)) session.line(text);
  print_incident(session, **store, flip);
  out << '\n';
  session.print(timeline_table(*timeline));
  print_evidence(session, timeline->evidence);
  print_black_box_summaries(session, *timeline);
  return ExitCode::done;
}

}  // namespace jobflip::cli

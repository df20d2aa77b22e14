/// incident list and incident show: what reviewers read.

#include <fmt/format.h>

#include <ostream>

#include "cli/event_filter.hpp"
#include "cli/incident_words.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/core/incident_rules.hpp"
#include "jobflip/view/incident_view.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::cli {
namespace {

Table incident_table(const std::vector<core::Incident>& incidents, WallTime now) {
  Table table{{"ID", "POOL", "CLASS", "SEVERITY", "OPENED", "LASTED", "NO PROGRESS", "WHAT"}, {}};
  for (const auto& i : incidents) {
    const auto length = core::length_of(i, now);
    table.rows.push_back({std::to_string(i.id.value), view::incident_subject(i),
                          std::string{core::name_of(i.kind)},
                          std::string{core::name_of(i.severity)}, view::clock_text(i.opened_at),
                          (i.closed_at ? "" : "open for ") + short_duration(length),
                          view::age_text(core::standstill(i, now)), printable(i.sentence)});
  }
  return table;
}

Table incident_rows(const std::vector<core::Incident>& incidents) {
  Table table{{"incident", "pool", "class", "severity", "perceptible", "downtime", "opened_at",
               "closed_at", "onset_at", "first_job_at", "recovered_at", "most_waiting",
               "longest_wait_ms", "sentence", "service"},
              {}};
  const auto time = [](const std::optional<WallTime>& at) { return at ? rfc3339(*at) : ""; };
  using enum core::IncidentStage;
  for (const auto& i : incidents)
    table.rows.push_back(
        {std::to_string(i.id.value), i.pool.str(), std::string{core::name_of(i.kind)},
         std::string{core::name_of(i.severity)}, i.perceptible.value ? "true" : "false",
         i.downtime.value ? "true" : "false", rfc3339(i.opened_at), time(i.closed_at),
         time(core::reached(i, onset)), time(core::reached(i, first_job)),
         time(core::reached(i, recovered)), i.most_waiting ? std::to_string(*i.most_waiting) : "",
         i.longest_wait ? std::to_string(i.longest_wait->count()) : "", printable(i.sentence),
         printable(i.service)});
  return table;
}

Table stage_table(const core::Incident& incident) {
  Table table{{"AT", "STAGE", "FLIP", "QUEUE", "WAITING", "OLDEST"}, {}};
  for (const auto& s : incident.stages)
    table.rows.push_back({view::clock_text(s.at), std::string{core::name_of(s.stage)},
                          s.flip ? std::to_string(s.flip->value) : "-",
                          s.queue.empty() ? "-" : printable(s.queue, 63),
                          s.waiting ? std::to_string(*s.waiting) : "-", view::age_text(s.oldest)});
  return table;
}

Table stage_rows(const core::Incident& incident) {
  Table table{{"at", "stage", "flip", "queue", "waiting", "oldest_ms"}, {}};
  for (const auto& s : incident.stages)
    table.rows.push_back({rfc3339(s.at), std::string{core::name_of(s.stage)},
                          s.flip ? std::to_string(s.flip->value) : "", printable(s.queue),
                          s.waiting ? std::to_string(*s.waiting) : "",
                          s.oldest ? std::to_string(s.oldest->count()) : ""});
  return table;
}

Result<core::IncidentQuery> typed_query(const Session& session) {
  const auto& o = session.options();
  core::IncidentQuery query;
  if (!o.pool.empty()) {
    const auto pool = PoolName::parse(o.pool, "pool name");
    if (!pool) return pool.error();
    query.pool = *pool;
  }
  if (!o.incident_class.empty()) {
    const auto kind = typed_class(o.incident_class);
    if (!kind) return kind.error();
    query.kind = *kind;
  }
  const auto filter = typed_filter(session, {});
  if (!filter) return filter.error();
  query.since = filter->since;
  query.until = filter->until;
  query.open_only = o.open_only;
  return query;
}

}  // namespace

ExitCode perform_incident_list(Session& session) {
  auto query = typed_query(session);
  if (!query) return session.fail(query.error());
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  const auto limit = typed_limit(session);
  query->limit = with_one_more(limit);
  auto incidents = (*store)->incidents(*query);
  if (!incidents) return session.fail(incidents.error());
  const bool is_cut = cut_to(limit, *incidents);
  if (incidents->empty())
    if (const auto known = known_in_log(**store, query->pool); !known)
      return session.fail(known.error());
  if (session.format() == Format::json) {
    auto list = view::Json::array();
    for (const auto& one : *incidents) list.push_back(view::incident_json(one, false));
    session.print(view::Json{{"schema", 1}, {"incidents", std::move(list)}});
  } else if (session.format() == Format::tsv) {
    session.print(incident_rows(*incidents));
  } else if (incidents->empty()) {
    session.notice("no incident");
  } else {
    session.print(incident_table(*incidents, session.host().wall()));
  }
  if (is_cut) notice_more(session, limit);
  return ExitCode::done;
}

ExitCode perform_incident_show(Session& session) {
  if (session.options().incident == 0)
    return session.usage("INCIDENT is missing", std::string{kListIncidents});
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  const auto incident = read_incident(**store, session.options().incident);
  if (!incident) return session.fail(incident.error());
  if (session.format() == Format::json) {
    auto out = view::Json{{"schema", 1}};
    out.update(view::incident_json(*incident, true));
    session.print(out);
    return ExitCode::done;
  }
  if (session.format() == Format::tsv) {
    session.print(stage_rows(*incident));
    return ExitCode::done;
  }
  const auto now = session.host().wall();
  session.line(view::incident_headline(*incident, now), Style::bold);
  for (const auto& text : view::incident_texts(*incident, now)) session.line(text);
  if (const auto text = view::incident_durations_text(*incident); !text.empty()) session.line(text);
  if (!incident->stages.empty()) {
    session.out() << '\n';
    session.print(stage_table(*incident));
  }
  if (!incident->notes.empty()) session.out() << "\nnotes:\n";
  for (const auto& note : incident->notes)
    session.line(fmt::format("{} {}: {}", view::clock_text(note.at), printable(note.actor, 60),
                             printable(note.text)),
                 Style::plain, 2);
  if (!incident->service.empty())
    session.hint(
        fmt::format("`jobflip service show {}` has its states", printable(incident->service, 63)));
  if (!incident->flips.empty())
    session.hint(fmt::format("`jobflip show {}` has the timeline of its last flip",
                             incident->flips.back().value));
  return ExitCode::done;
}

}  // namespace jobflip::cli

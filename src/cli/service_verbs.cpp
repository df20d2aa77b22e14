/// service list and service show: what is watched, and how it was.

#include <fmt/format.h>

#include <ostream>

#include "cli/event_filter.hpp"
#include "cli/service_lines.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::cli {
namespace {

constexpr Millis kUsualSpan = std::chrono::days{30};

std::optional<double> uptime_of(const std::optional<core::ServiceMinutes>& minutes) {
  return minutes ? minutes->uptime() : std::nullopt;
}

Table service_table(const std::vector<view::ServiceLine>& lines) {
  Table table{{"SERVICE", "STATE", "FOR", "LATENCY", "24H", "30D", "TARGET", "WHAT"}, {}};
  for (const auto& line : lines) {
    const auto& s = line.status;
    const auto month = uptime_of(line.month);
    const bool is_short = month && *month * 100 < s.settings.target_percent;
    table.rows.push_back(
        {s.settings.name.str(), Cell{view::service_state_text(s), style_of(view::level_of(s))},
         s.state ? short_duration(s.since_ago) : "-", view::age_text(s.latency),
         view::uptime_text(uptime_of(line.day)),
         Cell{view::uptime_text(month), is_short ? Style::warn : Style::plain},
         view::uptime_text(s.settings.target_percent / 100), printable(s.sentence, 200)});
  }
  return table;
}

Table service_rows(const std::vector<view::ServiceLine>& lines) {
  Table table{{"service", "state", "maintenance", "since_ms", "latency_ms", "uptime_24h",
               "uptime_30d", "target_percent", "sentence"},
              {}};
  const auto share = [](const std::optional<double>& of) {
    return of ? fmt::format("{:.6f}", *of) : std::string{};
  };
  for (const auto& line : lines) {
    const auto& s = line.status;
    table.rows.push_back(
        {s.settings.name.str(), s.state ? std::string{core::name_of(*s.state)} : "",
         s.maintenance_until ? "true" : "false", s.state ? std::to_string(s.since_ago.count()) : "",
         s.latency ? std::to_string(s.latency->count()) : "", share(uptime_of(line.day)),
         share(uptime_of(line.month)), fmt::format("{}", s.settings.target_percent),
         printable(s.sentence)});
  }
  return table;
}

/// What is shown of one service.
struct Shown {
  view::ServiceLine line;
  WallTime since;
  WallTime until;
  core::ServiceMinutes minutes;
  std::vector<core::ServiceSpell> spells;
  std::vector<core::Maintenance> maintenance;
  bool is_cut{false};
};

Result<Shown> read_shown(Session& session, ports::ReaderStore& store) {
  auto line = find_service(store, session.options().service);
  if (!line) return line.error();
  const auto filter = typed_filter(session, {});
  if (!filter) return filter.error();
  Shown out;
  out.line = std::move(*line);
  out.until = filter->until.value_or(session.host().wall());
  out.since = filter->since.value_or(out.until - kUsualSpan);
  core::ServiceQuery query;
  query.service = out.line.status.settings.name.str();
  query.since = out.since;
  query.until = out.until;
  auto spells = store.service_spells(query);
  if (!spells) return spells.error();
  auto maintenance = store.maintenance(query);
  if (!maintenance) return maintenance.error();
  out.minutes = core::service_minutes(*spells, *maintenance, out.since, out.until);
  out.spells = std::move(*spells);
  out.maintenance = std::move(*maintenance);
  out.is_cut = cut_to(typed_limit(session), out.spells);
  return out;
}

Table spell_table(const Shown& shown) {
  Table table{{"FROM", "STATE", "LASTED", "WHAT"}, {}};
  for (const auto& s : shown.spells) {
    const auto lasted = std::chrono::duration_cast<Millis>(s.to - s.from);
    table.rows.push_back({view::clock_text(s.from), std::string{core::name_of(s.state)},
                          (s.open ? "open for " : "") + short_duration(lasted),
                          printable(s.sentence)});
  }
  return table;
}

Table spell_rows(const Shown& shown) {
  Table table{{"from_at", "to_at", "state", "open", "sentence"}, {}};
  for (const auto& s : shown.spells)
    table.rows.push_back({rfc3339(s.from), rfc3339(s.to), std::string{core::name_of(s.state)},
                          s.open ? "true" : "false", printable(s.sentence)});
  return table;
}

void print_json(Session& session, const Shown& shown) {
  auto out = view::Json{{"schema", 1}};
  out.update(view::service_json(shown.line));
  out["since"] = rfc3339(shown.since);
  out["until"] = rfc3339(shown.until);
  out["minutes"] = view::service_minutes_json(shown.minutes);
  out["spells"] = view::Json::array();
  for (const auto& one : shown.spells) out["spells"].push_back(view::service_spell_json(one));
  out["maintenance"] = view::Json::array();
  for (const auto& one : shown.maintenance)
    out["maintenance"].push_back(view::maintenance_json(one));
  session.print(out);
}

void print_text(Session& session, const Shown& shown) {
  const auto& status = shown.line.status;
  const auto& m = shown.minutes;
  session.line(view::service_text(status), Style::bold);
  session.line(view::service_check_text(status.settings));
  if (status.maintenance_until)
    session.line("in maintenance until " + view::clock_text(*status.maintenance_until));
  if (status.incident)
    session.line(fmt::format("incident {} is open: `jobflip incident show {}`",
                             status.incident->value, status.incident->value));
  session.line(fmt::format(
      "from {} to {}: uptime {}, target {}; up {}, slow {}, down {}, maintenance {}, unwatched {}",
      view::clock_text(shown.since), view::clock_text(shown.until), view::uptime_text(m.uptime()),
      view::uptime_text(status.settings.target_percent / 100), short_duration(m.up),
      short_duration(m.slow), short_duration(m.down), short_duration(m.maintenance),
      short_duration(m.unwatched)));
  if (shown.spells.empty()) return;
  session.out() << '\n';
  session.print(spell_table(shown));
}

}  // namespace

ExitCode perform_service_list(Session& session) {
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  auto services = services_of(**store);
  if (!services) return session.fail(services.error());
  auto& lines = *services;
  if (const auto added = add_uptimes(**store, session.host().wall(), lines); !added)
    return session.fail(added.error());
  if (session.format() == Format::json) {
    auto list = view::Json::array();
    for (const auto& line : lines) list.push_back(view::service_json(line));
    session.print(view::Json{{"schema", 1}, {"services", std::move(list)}});
  } else if (session.format() == Format::tsv) {
    session.print(service_rows(lines));
  } else if (lines.empty()) {
    session.notice("no service is watched: add a [[service]] to the pool file");
  } else {
    session.print(service_table(lines));
  }
  return ExitCode::done;
}

ExitCode perform_service_show(Session& session) {
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  const auto shown = read_shown(session, **store);
  if (!shown) return session.fail(shown.error());
  if (session.format() == Format::json)
    print_json(session, *shown);
  else if (session.format() == Format::tsv)
    session.print(spell_rows(*shown));
  else
    print_text(session, *shown);
  if (shown->is_cut) notice_more(session, typed_limit(session));
  return ExitCode::done;
}

}  // namespace jobflip::cli

/// service maintenance: plans it, removes it, or lists what is planned.

#include <fmt/format.h>

#include "cli/answer_view.hpp"
#include "cli/service_lines.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/moment.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::cli {
namespace {

constexpr Millis kListedBack = std::chrono::days{30};
constexpr Millis kListedAhead = std::chrono::days{60};
constexpr std::string_view kLook = "look with `jobflip service maintenance`";

Result<WallTime> typed_time(const Session& session, std::string_view option,
                            const std::string& text) {
  if (text.empty())
    return Error{ErrorCode::usage, fmt::format("{} is missing", option),
                 "a time such as 2026-11-27T02:00:00Z"};
  const auto at = config::parse_moment(text, session.host().wall());
  if (!at)
    return Error{ErrorCode::usage, fmt::format("{}: {}", option, at.error().text), at.error().hint};
  return *at;
}

ExitCode remove(Session& session) {
  const auto by = session.person();
  if (!by) return session.fail(by.error());
  auto store = session.reached_operator_store();
  if (!store) return session.fail(store.error());
  const auto number = session.options().maintenance;
  return show_answer(session, (*store)->remove_maintenance(number, *by),
                     fmt::format("maintenance {} is removed", number), "",
                     nlohmann::ordered_json::object(), kLook);
}

ExitCode plan(Session& session) {
  const auto& o = session.options();
  if (o.service.empty() != o.all)
    return session.usage(o.all ? "both SERVICE and --all are given" : "SERVICE is missing",
                         "name a service, or --all");
  const auto from = typed_time(session, "--from", o.from);
  if (!from) return session.fail(from.error());
  const auto until = typed_time(session, "--until", o.filter.until);
  if (!until) return session.fail(until.error());
  if (*until <= *from)
    return session.usage(fmt::format("--until {} is not after --from {}", view::clock_text(*until),
                                     view::clock_text(*from)),
                         "times are in UTC; a length such as 2h is that long ago");
  const auto by = session.person();
  if (!by) return session.fail(by.error());
  auto reader = session.reader();
  if (!reader) return session.fail(reader.error());
  if (!o.all)
    if (const auto known = find_service(**reader, o.service); !known)
      return session.fail(known.error());
  auto store = session.operator_store();
  if (!store) return session.fail(store.error());
  const auto answer = (*store)->plan_maintenance({o.service, *from, *until}, *by);
  return show_answer(session, answer, answer ? answer->sentence : "", "",
                     nlohmann::ordered_json::object(), kLook);
}

Table window_table(const std::vector<core::Maintenance>& windows) {
  Table table{{"NUMBER", "SERVICE", "FROM", "UNTIL", "BY", "REASON"}, {}};
  for (const auto& w : windows)
    table.rows.push_back({w.id == 0 ? "-" : std::to_string(w.id),
                          w.service.empty() ? "all" : printable(w.service, 63),
                          view::clock_text(w.from), view::clock_text(w.to), printable(w.actor, 60),
                          printable(w.reason)});
  return table;
}

Table window_rows(const std::vector<core::Maintenance>& windows) {
  Table table{{"maintenance", "service", "from_at", "until_at", "actor", "reason"}, {}};
  for (const auto& w : windows)
    table.rows.push_back({w.id == 0 ? "" : std::to_string(w.id), printable(w.service),
                          rfc3339(w.from), rfc3339(w.to), printable(w.actor), printable(w.reason)});
  return table;
}

ExitCode list(Session& session) {
  const auto& o = session.options();
  core::ServiceQuery query;
  query.service = o.service;
  const WallTime now = session.host().wall();
  query.since = now - kListedBack;
  query.until = now + kListedAhead;
  if (!o.filter.since.empty()) {
    const auto since = typed_time(session, "--since", o.filter.since);
    if (!since) return session.fail(since.error());
    query.since = *since;
  }
  if (!o.filter.until.empty()) {
    const auto until = typed_time(session, "--until", o.filter.until);
    if (!until) return session.fail(until.error());
    query.until = *until;
  }
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  if (!o.service.empty())
    if (const auto known = find_service(**store, o.service); !known)
      return session.fail(known.error());
  const auto windows = (*store)->maintenance(query);
  if (!windows) return session.fail(windows.error());
  if (session.format() == Format::json) {
    auto all = view::Json::array();
    for (const auto& one : *windows) all.push_back(view::maintenance_json(one));
    session.print(view::Json{{"schema", 1}, {"maintenance", std::move(all)}});
  } else if (session.format() == Format::tsv) {
    session.print(window_rows(*windows));
  } else if (windows->empty()) {
    session.notice("no maintenance is planned");
  } else {
    session.print(window_table(*windows));
  }
  return ExitCode::done;
}

}  // namespace

ExitCode perform_service_maintenance(Session& session) {
  const auto& o = session.options();
  if (o.maintenance != 0) return remove(session);
  if (!o.from.empty() || !o.reason.empty() || o.all) return plan(session);
  return list(session);
}

}  // namespace jobflip::cli

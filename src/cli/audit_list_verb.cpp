/// audit list.

#include <fmt/format.h>

#include "cli/audit_chains.hpp"
#include "cli/event_filter.hpp"
#include "cli/verbs.hpp"
#include "jobflip/audit/export.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/view/event_text.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::cli {
namespace {

constexpr std::size_t kPayloadMax = std::size_t{1} << 20;  // more than the store keeps, escaped

/// Columns that most people do without: the sentence has what matters of them.
struct MoreColumns {
  bool reason{false};
  bool payload{false};
};

Table events_table(const std::vector<core::AuditEvent>& events, const MoreColumns& more) {
  Table table{{"CHAIN", "SEQ", "AT", "KIND", "NODE", "FLIP", "EPOCH", "BY", "WHAT"}, {}};
  if (more.reason) table.header.insert(table.header.end() - 1, "REASON");
  if (more.payload) table.header.emplace_back("PAYLOAD");
  const auto number = [](const auto& value) { return value ? std::to_string(*value) : "-"; };
  for (const auto& e : events) {
    const auto by = e.actor && !e.actor->empty() && *e.actor != e.session_user
                        ? *e.actor + " (" + e.session_user + ")"
                        : e.session_user;
    std::vector<Cell> row{printable(e.chain, 63),
                          std::to_string(e.seq),
                          view::clock_text(e.at),
                          printable(e.kind, 40),
                          printable(e.node.value_or("-"), 63),
                          number(e.flip),
                          number(e.epoch),
                          printable(by, 100)};
    if (more.reason) row.emplace_back(printable(e.reason));
    row.emplace_back(view::event_text(e));
    if (more.payload) row.emplace_back(printable(e.payload, kPayloadMax));
    table.rows.push_back(std::move(row));
  }
  return table;
}

void print_events(Session& session, const std::vector<core::AuditEvent>& events) {
  if (session.format() == Format::tsv)
    return session.print(events_table(events, {.reason = true, .payload = session.options().wide}));
  if (session.format() == Format::table && session.options().wide)
    return print_table(session.out(), events_table(events, {.reason = true, .payload = true}),
                       session.paint(), kUnlimited);
  if (session.format() == Format::table) return session.print(events_table(events, {}));
  auto list = view::Json::array();
  for (const auto& event : events) {
    list.push_back(audit::event_json(event));
    list.back()["sentence"] = view::event_text(event);
  }
  session.print(view::Json{{"schema", 1}, {"events", std::move(list)}});
}

}  // namespace

ExitCode perform_audit_list(Session& session) {
  const auto& o = session.options();
  if (const auto code = check_chain_name(session); code != ExitCode::done) return code;
  const auto filter = typed_filter(session, audit_kind_names());
  if (!filter) return session.fail(filter.error());
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  const auto limit = typed_limit(session);
  auto events = (*store)->audit({o.pool, 0, with_one_more(limit), true, *filter});
  if (!events) return session.fail(events.error());
  const bool is_cut = cut_to(limit, *events);
  if (events->empty() && !o.pool.empty())
    if (const auto code = no_such_chain(session, **store); code != ExitCode::done) return code;
  if (events->empty() && session.format() == Format::table)
    session.notice("nothing fits");
  else
    print_events(session, *events);
  if (events->empty()) notice_unknown_node(session, **store, filter->node);
  if (is_cut) notice_more(session, limit);
  return ExitCode::done;
}

}  // namespace jobflip::cli

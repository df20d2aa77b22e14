/// audit list, audit export, audit verify.

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/audit_access.hpp"
#include "cli/event_filter.hpp"
#include "cli/output_file.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/suggest.hpp"
#include "jobflip/view/event_text.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::cli {
namespace {

void show_table(Session& session, const std::vector<audit::ChainCheck>& checks) {
  Table table{{"CHAIN", "EVENTS", "RESULT"}, {}};
  for (const auto& [head, flaw] : checks) {
    const auto text =
        flaw ? fmt::format("BROKEN at {}: {}", flaw->seq, printable(flaw->why)) : "intact";
    table.rows.push_back({printable(head.chain, 63), std::to_string(head.seq),
                          Cell{text, flaw ? Style::bad : Style::good}});
  }
  session.print(table);
}

ExitCode show_checks(Session& session, const std::vector<audit::ChainCheck>& checks) {
  if (session.format() == Format::json)
    session.print(audit::checks_json(checks));
  else
    show_table(session, checks);
  const auto broken =
      std::ranges::find_if(checks, [](const auto& check) { return check.flaw.has_value(); });
  if (broken != checks.end())
    return session.error(ExitCode::audit_broken,
                         fmt::format("the audit log is broken: chain {}, event {}",
                                     broken->flaw->chain, broken->flaw->seq),
                         broken->flaw->why,
                         fmt::format("an older export has the event as it was: jq '.events[] | "
                                     "select(.chain == \"{}\" and .seq == {})' FILE",
                                     broken->flaw->chain, broken->flaw->seq));
  if (session.format() != Format::table) return ExitCode::done;
  std::int64_t events = 0;
  for (const auto& check : checks) events += check.head.seq;
  session.out() << fmt::format("the audit log is intact: {} event{} in {} chain{}\n", events,
                               events == 1 ? "" : "s", checks.size(),
                               checks.size() == 1 ? "" : "s");
  return ExitCode::done;
}

/// `done` if the chain is there: then it has an event, which the filter leaves out.
ExitCode no_such_chain(Session& session, ports::ReaderStore& store) {
  const auto heads = store.audit_heads();
  if (!heads) return session.fail(heads.error());
  const auto& wanted = session.options().pool;
  std::vector<std::string> names;
  for (const auto& head : *heads) {
    if (head.chain == wanted) return ExitCode::done;
    names.push_back(printable(head.chain, 63));
  }
  const auto near = config::nearest_word(wanted, names);
  const auto meant = near.empty() ? "" : fmt::format("did you mean \"{}\"? ", near);
  return session.error(
      ExitCode::usage, fmt::format("there is no chain \"{}\"", printable(wanted, 63)), "",
      names.empty() ? "" : fmt::format("{}chains are: {}", meant, fmt::join(names, ", ")));
}

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

Result<void> write_export(ports::ReaderStore& store, std::ostream& out) {
  const auto heads = store.audit_heads();
  if (!heads) return heads.error();
  audit::ExportWriter writer{out, *heads};
  for (const auto& head : *heads) {
    const auto read = each_page(store, head, [&](const auto& events) {
      writer.add(events);
      return static_cast<bool>(out);
    });
    if (!read) return read.error();
  }
  writer.finish();
  if (!out)
    return Error{ErrorCode::host_failed, "the export could not be written", "is the disk full?"};
  return {};
}

}  // namespace

ExitCode perform_audit_list(Session& session) {
  const auto& o = session.options();
  if (const auto why = why_not_a_name(o.pool); !o.pool.empty() && !why.empty()) {
    return session.usage(
        fmt::format("--pool \"{}\" can't be used: {}", printable(o.pool, 60), why));
  }
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

ExitCode perform_audit_export(Session& session) {
  if (session.format() == Format::tsv)
    return session.usage("an export is JSON, and has no tsv form",
                         "leave --format out; `jobflip audit list --format tsv` prints events");
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  const auto& path = session.options().output;
  const auto written =
      path.empty() ? write_export(**store, session.out())
                   : write_file(path, "name a file, or leave --output out and write to a pipe",
                                [&](std::ostream& out) { return write_export(**store, out); });
  if (!written) return session.fail(written.error());
  if (!path.empty()) session.notice(fmt::format("{} is written", path));
  return ExitCode::done;
}

ExitCode perform_audit_verify(Session& session) {
  const auto& anchors_path = session.options().anchors;
  Result<std::vector<core::ChainHead>> anchors{std::vector<core::ChainHead>{}};
  if (!anchors_path.empty()) anchors = read_anchors(anchors_path, *session.terminal().in);
  if (!anchors) return session.fail(anchors.error());
  if (!session.options().path.empty()) {
    const auto file = read_export(session.options().path);
    if (!file) return session.fail(file.error());
    auto checks = audit::check_chains(file->events, file->heads);
    audit::add_flaws(audit::flaws_of_anchors(*anchors, file->events), checks);
    return show_checks(session, checks);
  }
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  auto checks = check_store(**store);
  if (!checks) return session.fail(checks.error());
  if (!anchors->empty()) {
    const auto flaws = flaws_of_anchors(**store, *anchors);
    if (!flaws) return session.fail(flaws.error());
    audit::add_flaws(*flaws, *checks);
  }
  return show_checks(session, *checks);
}

}  // namespace jobflip::cli

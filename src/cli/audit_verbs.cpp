/// audit list, audit export, audit verify.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <ostream>

#include "cli/anchors.hpp"
#include "cli/audit_file.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/base/hex.hpp"

namespace jobflip::cli {
namespace {

constexpr std::int64_t kPage = 1000;

/// Gives every event up to the head to `take`, page by page, until it answers false. It begins
/// below the first number that an event may have: what was put there is to be found. Of a chain
/// without a head it gives whatever there is.
Result<void> each_page(ports::ReaderStore& store, const core::ChainHead& head,
                       const std::function<bool(std::vector<core::AuditEvent>)>& take) {
  constexpr auto kLowest = std::numeric_limits<std::int64_t>::min();
  const auto last = head.seq > 0 ? head.seq : std::numeric_limits<std::int64_t>::max();
  core::AuditQuery query{head.chain, kLowest, kPage, false};
  while (query.after_seq < last) {
    auto page = store.audit(query);
    if (!page) return page.error();
    std::erase_if(*page, [&](const auto& event) { return event.seq > last; });
    if (page->empty() || page->back().seq <= query.after_seq) break;
    query.after_seq = page->back().seq;
    if (!take(std::move(*page))) break;
  }
  return {};
}

/// What was verified of one chain.
struct ChainCheck {
  core::ChainHead head;     // as the store or the file says
  core::ChainHead reached;  // as recomputed
  std::optional<AuditFlaw> flaw;
};

void check_page(const World& world, ChainCheck& check,
                const std::vector<core::AuditEvent>& events) {
  if (check.flaw || events.empty()) return;
  check.flaw = world.verify_events(check.reached, events);
  check.reached = core::ChainHead{check.head.chain, events.back().seq, events.back().hash};
}

void check_head(ChainCheck& check) {
  if (check.flaw) return;
  const auto& [chain, seq, hash] = check.reached;
  if (check.head.seq == 0 && seq == 0) return;  // a chain that has no event yet
  if (check.head.seq == 0) {
    check.flaw = AuditFlaw{chain, seq, "the chain has events and no head"};
  } else if (seq != check.head.seq) {
    check.flaw =
        AuditFlaw{chain, seq + 1,
                  fmt::format("the chain ends at {}, and its head says {}", seq, check.head.seq)};
  } else if (hash != check.head.hash) {
    check.flaw = AuditFlaw{chain, seq, "the chain's head has another hash than its last event"};
  }
}

Result<std::vector<ChainCheck>> verify_store(Session& session, ports::ReaderStore& store) {
  const auto heads = store.audit_heads();  // first: what is added meanwhile is not looked at
  if (!heads) return heads.error();
  std::vector<ChainCheck> out;
  for (const auto& head : *heads) {
    ChainCheck check{head, {head.chain, 0, ""}, std::nullopt};
    const auto read = each_page(store, head, [&](const auto& events) {
      check_page(session.world(), check, events);
      return !check.flaw;
    });
    if (!read) return read.error();
    check_head(check);
    out.push_back(std::move(check));
  }
  return out;
}

std::vector<ChainCheck> verify_export(const World& world, const AuditExport& file) {
  std::map<std::string, std::vector<core::AuditEvent>> chains;
  for (const auto& event : file.events) chains[event.chain].push_back(event);
  std::vector<ChainCheck> out;
  for (const auto& head : file.heads) {
    ChainCheck check{head, {head.chain, 0, ""}, std::nullopt};
    check_page(world, check, chains[head.chain]);
    check_head(check);
    chains.erase(head.chain);
    out.push_back(std::move(check));
  }
  for (const auto& [chain, events] : chains) {
    out.push_back({{chain, 0, ""}, {}, AuditFlaw{chain, 1, "the chain has no head"}});
  }
  return out;
}

ExitCode show_checks(Session& session, const std::vector<ChainCheck>& checks) {
  const AuditFlaw* first = nullptr;
  std::int64_t events = 0;
  Table table{{"CHAIN", "EVENTS", "RESULT"}, {}};
  Json chains = Json::array();
  for (const auto& check : checks) {
    const auto& flaw = check.flaw;
    if (flaw && first == nullptr) first = &*flaw;
    events += check.head.seq;
    const auto text =
        flaw ? fmt::format("BROKEN at {}: {}", flaw->seq, printable(flaw->why)) : "holds";
    table.rows.push_back({printable(check.head.chain, 63), std::to_string(check.head.seq),
                          Cell{text, flaw ? Style::bad : Style::good}});
    chains.push_back(Json{{"chain", check.head.chain},
                          {"events", check.head.seq},
                          {"head_hash", hex_of_bytes(check.head.hash)},
                          {"sound", !flaw},
                          {"broken_seq", flaw ? Json(flaw->seq) : Json{}},
                          {"why", flaw ? Json(flaw->why) : Json{}}});
  }
  if (session.format() == Format::json) {
    session.print(Json{{"schema", 1}, {"sound", first == nullptr}, {"chains", std::move(chains)}});
  } else {
    session.print(table);
  }
  if (first == nullptr) {
    if (session.format() == Format::table) {
      session.out() << fmt::format("the audit log holds: {} event{} in {} chain{}\n", events,
                                   events == 1 ? "" : "s", checks.size(),
                                   checks.size() == 1 ? "" : "s");
    }
    return ExitCode::done;
  }
  return session.error(
      ExitCode::audit_broken,
      fmt::format("the audit log does not hold: chain {}, event {}", first->chain, first->seq),
      first->why, "compare with an older export: `jobflip audit verify --file FILE`");
}

/// Heads that were kept elsewhere: a flaw for each chain that does not go through them.
Result<void> hold_to_anchors(ports::ReaderStore& store, const std::vector<core::ChainHead>& anchors,
                             std::vector<ChainCheck>& checks) {
  const auto flaws = flaws_of_anchors(store, anchors);
  if (!flaws) return flaws.error();
  for (const auto& flaw : *flaws) {
    const auto found =
        std::ranges::find(checks, flaw.chain, [](const ChainCheck& one) { return one.head.chain; });
    if (found == checks.end()) {
      const core::ChainHead none{flaw.chain, 0, ""};
      checks.push_back(ChainCheck{none, none, flaw});
    } else if (!found->flaw) {
      found->flaw = flaw;
    }
  }
  return {};
}

Result<void> write_export(ports::ReaderStore& store, std::ostream& out) {
  const auto heads = store.audit_heads();
  if (!heads) return heads.error();
  out << "{\n\"schema\": 1,\n\"heads\": [";
  std::string_view comma = "\n";
  for (const auto& head : *heads) {
    out << comma << json_text(head_json(head), -1);
    comma = ",\n";
  }
  out << "\n],\n\"events\": [";
  comma = "\n";
  for (const auto& head : *heads) {
    const auto read = each_page(store, head, [&](const auto& events) {
      for (const auto& event : events) {
        out << comma << json_text(event_json(event), -1);
        comma = ",\n";
      }
      return static_cast<bool>(out);
    });
    if (!read) return read.error();
  }
  out << "\n]\n}\n" << std::flush;
  if (!out)
    return Error{ErrorCode::host_failed, "the export could not be written", "is the disk full?"};
  return {};
}

/// Under another name until it is whole.
Result<void> write_export_file(ports::ReaderStore& store, const std::string& path) {
  std::error_code unknown;
  const auto there = std::filesystem::status(path, unknown);
  if (std::filesystem::exists(there) && !std::filesystem::is_regular_file(there)) {
    return Error{ErrorCode::host_failed, fmt::format("{} is not a regular file", printable(path)),
                 "name a file, or leave --output out and write to a pipe"};
  }
  const auto partial = path + ".partial";
  std::ofstream file{partial, std::ios::binary | std::ios::trunc};
  if (!file) {
    return Error{ErrorCode::host_failed, fmt::format("{} can't be written", printable(partial)),
                 "check the folder and its rights"};
  }
  auto written = write_export(store, file);
  file.close();
  if (written && std::rename(partial.c_str(), path.c_str()) != 0) {
    written =
        Error{ErrorCode::host_failed, fmt::format("{} can't be written", printable(path)), ""};
  }
  if (!written) std::remove(partial.c_str());
  return written;
}

}  // namespace

ExitCode perform_audit_list(Session& session) {
  const auto& o = session.options();
  if (const auto why = why_not_a_name(o.pool); !o.pool.empty() && !why.empty()) {
    return session.usage(
        fmt::format("--pool \"{}\" can't be used: {}", printable(o.pool, 60), why));
  }
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  const auto events = (*store)->audit(core::AuditQuery{o.pool, 0, o.limit, true});
  if (!events) return session.fail(events.error());
  if (session.format() == Format::json) {
    Json list = Json::array();
    for (const auto& event : *events) list.push_back(event_json(event));
    session.print(Json{{"schema", 1}, {"events", std::move(list)}});
    return ExitCode::done;
  }
  const auto number = [](const auto& value) { return value ? std::to_string(*value) : "-"; };
  Table table{{"CHAIN", "SEQ", "AT", "KIND", "NODE", "FLIP", "EPOCH", "BY", "REASON"}, {}};
  for (const auto& e : *events) {
    const auto by = e.actor && !e.actor->empty() && *e.actor != e.session_user
                        ? *e.actor + " (" + e.session_user + ")"
                        : e.session_user;
    table.rows.push_back({printable(e.chain, 63), std::to_string(e.seq), clock_text(e.at),
                          printable(e.kind, 40), printable(e.node.value_or("-"), 63),
                          number(e.flip), number(e.epoch), printable(by, 100),
                          printable(e.reason)});
  }
  session.print(table);
  return ExitCode::done;
}

ExitCode perform_audit_export(Session& session) {
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  const auto& path = session.options().output;
  const auto written =
      path.empty() ? write_export(**store, session.out()) : write_export_file(**store, path);
  if (!written) return session.fail(written.error());
  if (!path.empty()) session.notice(fmt::format("{} is written", path));
  return ExitCode::done;
}

ExitCode perform_audit_verify(Session& session) {
  const auto& anchors_path = session.options().anchors;
  if (!session.options().path.empty() && !anchors_path.empty())
    return session.usage("--anchors is for the store, and --file for an export");
  if (!session.options().path.empty()) {
    const auto file = read_audit_export(session.options().path);
    if (!file) return session.fail(file.error());
    return show_checks(session, verify_export(session.world(), *file));
  }
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  auto checks = verify_store(session, **store);
  if (!checks) return session.fail(checks.error());
  if (!anchors_path.empty()) {
    const auto anchors = read_anchors(anchors_path, *session.world().in);
    if (!anchors) return session.fail(anchors.error());
    if (auto held = hold_to_anchors(**store, *anchors, *checks); !held)
      return session.fail(held.error());
  }
  return show_checks(session, *checks);
}

}  // namespace jobflip::cli

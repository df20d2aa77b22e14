// `doctor`: gathers the facts of the store and of this host, which setup/doctor.hpp judges.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/audit_access.hpp"
#include "cli/doctor_visit.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/setup/doctor.hpp"
#include "jobflip/view/alarms.hpp"

namespace jobflip::cli {
namespace {

using Json = nlohmann::ordered_json;
using setup::Finding;
using setup::Severity;

bool is_schema(ErrorCode code) {
  return code == ErrorCode::schema_missing || code == ErrorCode::schema_old ||
         code == ErrorCode::schema_new;
}

bool is_an_error(core::AlarmKind kind) {
  return core::level_of(kind) == core::AlarmLevel::critical || kind == core::AlarmKind::queue_blind;
}

/// What would be wrong in an emergency is of no use without what is wrong now. Damaged rows are
/// findings of their own.
setup::Findings alarms_now(const core::Snapshot& snapshot) {
  setup::Findings out;
  const auto add = [&](const std::string& where, const std::vector<view::Alarm>& alarms) {
    for (const auto& one : alarms)
      if (is_an_error(one.fact.kind) && one.fact.kind != core::AlarmKind::damaged)
        out.push_back({"alarm", Severity::error, where, one.text, one.command});
  };
  add("the store", view::fleet_alarms(snapshot));
  for (const auto& pool : snapshot.pools)
    add("pool " + pool.settings.name.str(), view::pool_alarms(snapshot, pool));
  return out;
}

/// False if nothing more can be asked of the store.
bool look_at_pools(Session& session, Visit& visit, ports::ReaderStore& store) {
  auto snapshot = store.snapshot();
  if (!snapshot && is_schema(snapshot.error().code)) {
    visit.store_reached = true;
    visit.add(
        {{"schema", Severity::error, "the store", snapshot.error().text, snapshot.error().hint}});
    return false;
  }
  if (!snapshot) {
    visit.could_not("the store", snapshot.error());
    return false;
  }
  visit.store_reached = true;
  visit.snapshot = std::move(*snapshot);
  visit.add(setup::judge_pools(*visit.snapshot, session.version()));
  visit.add(alarms_now(*visit.snapshot));
  visit.checked.insert(visit.checked.end(), {"schema", "pools", "versions"});
  return true;
}

void look_at_audit(Visit& visit, ports::ReaderStore& store) {
  const auto heads = store.audit_heads();
  if (!heads) return visit.could_not("audit", heads.error());
  std::vector<std::string> anchored;
  if (visit.anchors) {
    const auto flaws = flaws_of_anchors(store, *visit.anchors);
    if (!flaws) return visit.could_not("audit", flaws.error());
    for (const auto& anchor : *visit.anchors) anchored.push_back(anchor.chain);
    for (const auto& flaw : *flaws)
      visit.add({{"audit-broken", Severity::error, printable(flaw.chain, 63),
                  fmt::format("event {}: {}", flaw.seq, flaw.why), "jobflip audit verify"}});
  }
  visit.add(setup::judge_anchors(*heads, anchored));
  visit.checked.emplace_back("audit");
}

/// The quickest of three answers: the store read its clock in the middle of the round trip, give or
/// take half of it.
Result<setup::Findings> look_at_clock(const HostAccess& host, ports::DoctorStore& store) {
  std::optional<Micros> quickest;
  Micros ahead{0};
  for (int i = 0; i < 3; ++i) {
    const auto before = host.wall();
    const auto at = store.clock();
    const auto after = host.wall();
    if (!at) return at.error();
    const auto trip = after - before;
    if (quickest && trip >= *quickest) continue;
    quickest = trip;
    ahead = before + trip / 2 - *at;
  }
  return setup::judge_clock(ahead, *quickest / 2);
}

void look_at_roles(Session& session, Visit& visit) {
  auto store = session.doctor_store();
  if (!store) return visit.could_not("roles", store.error());
  const auto facts = (*store)->facts();
  if (facts) {
    visit.add(setup::judge_store(*facts));
    visit.checked.emplace_back("roles");
  } else {
    visit.could_not("roles", facts.error());
  }
  auto clock = look_at_clock(session.host(), **store);
  if (!clock) return visit.could_not("clock", clock.error());
  visit.add(std::move(*clock));
  visit.checked.emplace_back("clock");
}

void look_at_store(Session& session, Visit& visit) {
  auto reader = session.reader();
  if (!reader) return visit.could_not("the store", reader.error());
  if (!look_at_pools(session, visit, **reader)) return;
  look_at_audit(visit, **reader);
  look_at_roles(session, visit);
}

/// A command or a statement, and not a sentence.
bool is_typed(std::string_view fix) {
  constexpr std::array<std::string_view, 7> kWords{
      "jobflip ", "journalctl ", "systemctl ", "alter ", "revoke ", "grant ", "create role "};
  return std::ranges::any_of(kWords, [&](auto word) { return fix.starts_with(word); });
}

std::string_view word_of(Severity severity) {
  return severity == Severity::error ? "error" : "warning";
}

void show_json(Session& session, const Visit& visit) {
  Json list = Json::array();
  for (const auto& one : visit.findings)
    list.push_back(Json{{"name", one.name},
                        {"severity", word_of(one.severity)},
                        {"where", one.where},
                        {"found", one.found},
                        {"fix", one.fix}});
  session.print(Json{{"schema", 1},
                     {"store_reached", visit.store_reached},
                     {"findings", std::move(list)},
                     {"checked", visit.checked},
                     {"not_checked", visit.left}});
}

void show(Session& session, const Visit& visit) {
  if (session.format() == Format::json) return show_json(session, visit);
  if (session.format() == Format::tsv) {
    Table table{{"severity", "name", "where", "found", "fix"}, {}};
    for (const auto& one : visit.findings)
      table.rows.push_back({std::string{word_of(one.severity)}, one.name, printable(one.where),
                            printable(one.found), printable(one.fix)});
    session.print(table);
    return;
  }
  for (const auto& one : visit.findings) {
    const auto style = one.severity == Severity::error ? Style::bad : Style::warn;
    session.line(fmt::format("{} {}: {}: {}", word_of(one.severity), one.name, printable(one.where),
                             printable(one.found)),
                 style);
    if (!one.fix.empty())
      session.out() << (is_typed(one.fix) ? "  type: " : "  do: ") << printable(one.fix) << '\n';
  }
  if (visit.checked.empty()) {
    session.line("NOTHING was checked: neither the store nor this host could be looked at",
                 Style::bad);
  } else {
    session.out() << fmt::format("checked: {}\n", fmt::join(visit.checked, ", "));
  }
}

}  // namespace

ExitCode perform_doctor(Session& session) {
  Visit visit;
  if (!session.options().anchors.empty()) {
    auto anchors = read_anchors(session.options().anchors, *session.terminal().in);
    if (!anchors) return session.fail(anchors.error());
    visit.anchors = std::move(*anchors);
  }
  look_at_store(session, visit);
  if (const auto wrong = look_at_host(session, visit)) return *wrong;
  std::ranges::stable_sort(visit.findings, std::ranges::greater{}, &Finding::severity);
  show(session, visit);
  for (const auto& one : visit.left) session.warning("not checked: " + printable(one));
  const auto errors = std::ranges::count(visit.findings, Severity::error, &Finding::severity);
  const auto warnings = static_cast<std::ptrdiff_t>(visit.findings.size()) - errors;
  session.notice(fmt::format("{} error{}, {} warning{}", errors, errors == 1 ? "" : "s", warnings,
                             warnings == 1 ? "" : "s"));
  if (!visit.store_reached) return ExitCode::store_unreachable;
  return errors > 0 ? ExitCode::failed : ExitCode::done;
}

}  // namespace jobflip::cli

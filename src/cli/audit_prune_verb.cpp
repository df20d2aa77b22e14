/// audit prune.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/audit_access.hpp"
#include "cli/audit_prune.hpp"
#include "cli/confirm.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::cli {
namespace {

/// A gap that a seal covers could never be explained again.
ExitCode check_before_prune(Session& session, ports::ReaderStore& store) {
  const auto checks = check_store(store, {});
  if (!checks) return session.fail(checks.error());
  const auto broken =
      std::ranges::find_if(*checks, [](const auto& check) { return check.flaw.has_value(); });
  if (broken == checks->end()) return ExitCode::done;
  return session.error(
      ExitCode::audit_broken,
      fmt::format("the audit log is broken: chain {}, event {}: {}", broken->flaw->chain,
                  broken->flaw->seq, name_of(broken->flaw->finding)),
      broken->flaw->why, "nothing is removed from a log that does not verify");
}

std::int64_t events_of(const PrunePlan& plan) {
  std::int64_t events = 0;
  for (const auto& seal : plan.seals) events += seal.events;
  return events;
}

/// What was asked for, with its names made.
struct PruneOrder {
  WallTime before;
  std::string path;  // of the export
};

Result<PruneOrder> order_of(const Session& session) {
  const auto& o = session.options();
  const auto now = session.host().wall();
  if (o.keep_months > 0 && !o.folder.empty() && o.before.empty() && o.output.empty()) {
    const auto before = begin_of_kept_months(o.keep_months, now);
    auto path = new_export_in(o.folder, before);
    if (!path) return path.error();
    return PruneOrder{before, std::move(*path)};
  }
  if (o.before.empty() || o.output.empty() || o.keep_months > 0 || !o.folder.empty())
    return Error{ErrorCode::usage,
                 "audit prune needs --before MONTH and --export FILE, or --keep-months N and "
                 "--folder DIR",
                 "--dry-run shows what would be removed"};
  const auto before = parse_month(o.before, now);
  if (!before) return before.error();
  return PruneOrder{*before, o.output};
}

void show_prune(Session& session, const PruneOrder& order, const PrunePlan& plan,
                const std::string& sha256) {
  if (session.format() == Format::json) {
    auto chains = nlohmann::ordered_json::array();
    for (const auto& seal : plan.seals)
      chains.push_back({{"chain", seal.chain}, {"events", seal.events}, {"up_to", seal.up_to}});
    nlohmann::ordered_json out{
        {"schema", 1}, {"before", month_of(order.before)}, {"chains", std::move(chains)}};
    out["sha256"] = sha256.empty() ? nlohmann::ordered_json{} : nlohmann::ordered_json(sha256);
    return session.print(out);
  }
  Table table{{"CHAIN", "EVENTS", "UP TO"}, {}};
  for (const auto& seal : plan.seals)
    table.rows.push_back(
        {printable(seal.chain, 63), std::to_string(seal.events), std::to_string(seal.up_to)});
  session.print(table);
}

ExitCode remove_events(Session& session, const PruneOrder& order, const PrunePlan& plan,
                       const std::string& sha256, const core::OperatorContext& who) {
  const auto path = printable(order.path, 200);
  auto pruner = session.audit_pruner();
  if (!pruner) return session.fail(pruner.error());
  for (std::size_t done = 0; done < plan.seals.size(); ++done) {
    auto seal = plan.seals[done];
    seal.sha256 = sha256;
    seal.actor = who.claimed_name;
    seal.reason = who.reason;
    if (const auto sealed = (*pruner)->seal(seal); !sealed) {
      session.warning(fmt::format("the events of {} of {} chains were removed: keep {}", done,
                                  plan.seals.size(), path));
      return session.fail_change(sealed.error(), "look with `jobflip audit verify`");
    }
  }
  show_prune(session, order, plan, sha256);
  session.notice(
      fmt::format("{} events were removed: {} has them, and nothing else; its SHA-256 is {}",
                  events_of(plan), path, sha256));
  return ExitCode::done;
}

}  // namespace

ExitCode perform_audit_prune(Session& session) {
  const auto& o = session.options();
  const auto order = order_of(session);
  if (!order) return session.fail(order.error());
  const auto who = session.person_or("events before " + month_of(order->before) + " were exported");
  if (!who) return session.fail(who.error());
  if (!o.dry_run)
    if (const auto can = can_confirm(session, "--dry-run"); !can) return session.fail(can.error());
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  if (const auto code = check_before_prune(session, **store); code != ExitCode::done) return code;
  const auto plan = plan_prune(**store, order->before);
  if (!plan) return session.fail(plan.error());
  if (plan->seals.empty() || o.dry_run) {
    show_prune(session, *order, *plan, "");
    session.notice(plan->seals.empty() ? "nothing in the log is as old"
                                       : "nothing was removed: --dry-run");
    return ExitCode::done;
  }
  if (!o.yes) {
    show_prune(session, *order, *plan, "");
    session.out() << fmt::format("{} events will be in {} only.\n", events_of(*plan),
                                 printable(order->path, 200));
    if (!confirm(session, "yes", "Type yes to go on: "))
      return session.error(ExitCode::failed, "nothing was changed");
  }
  const auto sha256 = export_for_good(**store, *plan, order->path);
  if (!sha256) return session.fail(sha256.error());
  return remove_events(session, *order, *plan, *sha256, *who);
}

}  // namespace jobflip::cli

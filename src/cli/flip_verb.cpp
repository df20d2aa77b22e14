#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "cli/ask_again.hpp"
#include "cli/confirm.hpp"
#include "cli/deploy_words.hpp"
#include "cli/flip_follow.hpp"
#include "cli/flip_refusal.hpp"
#include "cli/plan_tables.hpp"
#include "cli/status_view.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/duration.hpp"
#include "jobflip/config/suggest.hpp"
#include "jobflip/core/evidence.hpp"
#include "jobflip/core/freshness.hpp"
#include "jobflip/core/plan_now.hpp"
#include "jobflip/view/deployment_view.hpp"
#include "jobflip/view/plan_view.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kNotSaidYet = "at a terminal, before a reason was given";

/// What the person asks for, before the store is read.
struct WantedFlip {
  core::FlipIntent intent;
  std::optional<Millis> timeout;
  core::OperatorContext by;
  bool planned{false};         // of the pool's running deployment
  std::int64_t deployment{0};  // then, once the store has been read
};

Result<NodeName> node_option(std::string_view option, const std::string& text) {
  if (text.empty()) return NodeName{};
  return NodeName::parse(text, std::string{option} + ": node name");
}

/// All errors in the words are reported before the store is asked.
Result<WantedFlip> read_wanted(Session& session, bool planned) {
  const auto& o = session.options();
  WantedFlip out;
  out.planned = planned;
  if (planned)
    if (const auto typed = typed_mark(session, core::DeploymentMark::What::done); !typed)
      return typed.error();
  out.intent.manual = true;
  out.intent.host_is_off = o.host_is_off;
  if (o.pool.empty() && !may_ask(session))
    return Error{ErrorCode::usage, "POOL is missing", "name the pool to flip"};
  const auto from = node_option("--from", o.from);
  if (!from) return from.error();
  out.intent.from = *from;
  const auto to = node_option("--to", o.to);
  if (!to) return to.error();
  out.intent.to = *to;
  if (o.host_is_off && o.from.empty()) {
    return Error{ErrorCode::usage, "--host-is-off needs --from",
                 "name the node whose host you know to be powered off"};
  }
  if (!o.timeout.empty()) {
    const auto timeout = config::parse_duration(o.timeout);
    if (!timeout) {
      return Error{ErrorCode::usage, "--timeout: " + timeout.error().text, timeout.error().hint};
    }
    out.timeout = *timeout;
  }
  const bool asks = o.reason.empty() && may_ask(session) && !planned;
  const auto by = o.dry_run ? session.person_or("dry run")
                  : asks    ? session.person_or(kNotSaidYet)
                  : planned ? session.person_or("deployment")
                            : session.person();
  if (!by) return by.error();
  out.by = *by;
  if (const auto can = can_confirm(session, "--dry-run"); !o.dry_run && !can) return can.error();
  return out;
}

void show_plan(Session& session, const core::Snapshot& snapshot, const core::PoolView& pool,
               const core::FlipPlan& plan) {
  auto& out = session.out();
  session.line(fmt::format("{}: {}", pool.settings.name.str(), view::holder_text(pool)));
  print_alarms(session, view::fleet_alarms(snapshot));
  print_alarms(session, view::pool_alarms(snapshot, pool));
  for (const auto& queue : pool.queues) session.line(view::queue_text(pool, queue));
  out << '\n';
  session.print(gates_table(plan));
  out << '\n';
  session.print(candidates_table(plan));
  out << '\n';
  if (plan.allowed()) {
    const auto from =
        pool.owner.state == core::OwnerState::held ? pool.owner.holder.str() : "nobody";
    session.line(fmt::format("plan: {} -> {}", from, plan.target->str()));
  }
}

ExitCode show_dry_run(Session& session, const core::Snapshot& snapshot, const core::PoolView& pool,
                      const core::FlipPlan& plan, const core::FlipIntent& intent) {
  const auto code = plan.allowed() ? ExitCode::done : ExitCode::refused;
  if (session.format() == Format::json) {
    Json out{{"schema", 1}, {"dry_run", true}, {"pool", pool.settings.name.str()}};
    out.update(view::plan_json(plan, pool));
    session.print(out);
  } else if (session.format() == Format::tsv) {
    session.print(gates_table(plan));
  } else {
    show_plan(session, snapshot, pool, plan);
  }
  if (plan.allowed()) {
    session.notice("the flip is allowed; nothing was done: --dry-run");
    return code;
  }
  const auto* block = plan.first_block();
  return session.error(code, fmt::format("it would be refused: {}", core::name_of(block->rule)),
                       block->text, hint_for(block->rule, pool, intent));
}

core::FlipRequest request_of(const WantedFlip& wanted, const core::PoolView& pool,
                             const core::FlipPlan& plan) {
  core::FlipRequest out;
  out.request = random_uuid();
  out.pool = pool.settings.name;
  const bool held = pool.owner.state == core::OwnerState::held;
  out.from = held ? pool.owner.holder : wanted.intent.from;
  out.to = plan.target.value_or(NodeName{});
  out.expected_epoch = pool.owner.epoch;
  out.by.claimed_name = wanted.by.claimed_name;
  out.reason = wanted.by.reason;
  out.stalled = core::stalled_for(pool).has_value();
  out.host_is_off = wanted.intent.host_is_off;
  out.deployment = wanted.deployment;
  out.evidence = core::evidence_json(core::evidence_of(pool, wanted.intent, plan));
  return out;
}

Result<core::FlipAnswer> ask(Session& session, ports::OperatorStore& store,
                             const core::FlipRequest& request) {
  return ask_again(session, [&] { return store.request_flip(request); });
}

/// The request as it was typed, not as planned: the record has to show the person's own words.
core::FlipRequest refused_request(const WantedFlip& wanted, const core::PoolView& pool,
                                  const core::FlipPlan& plan) {
  auto request = request_of(wanted, pool, plan);
  request.from = wanted.intent.from;
  request.to = wanted.intent.to;
  request.expected_epoch.reset();
  request.refuse_only = true;
  return request;
}

/// A refusal belongs in the audit log, and only the store writes there. The store checks the rules
/// itself, so the terminal and the log name the same one.
ExitCode refuse(Session& session, const WantedFlip& wanted, const core::PoolView& pool,
                const core::FlipPlan& plan) {
  auto store = session.operator_store();
  const auto recorded = store ? ask(session, **store, refused_request(wanted, pool, plan))
                              : Result<core::FlipAnswer>{store.error()};
  if (!recorded) session.warning("the refusal is not in the audit log: " + recorded.error().text);
  const auto* block = plan.first_block();
  const auto refused = [&](std::string_view rule, const std::string& why, const std::string& hint) {
    return refused_by(
        session, rule,
        fmt::format("pool \"{}\" can't be flipped: {}", pool.settings.name.str(), rule), why, hint);
  };
  const auto rule = core::name_of(block->rule);
  if (recorded && recorded->rule.empty())
    return refused(rule, block->text, "nothing forbids it any more: type it again");
  if (recorded && recorded->rule != rule)
    return refused(recorded->rule, recorded->sentence,
                   fmt::format("`jobflip explain {}` has every rule", pool.settings.name.str()));
  return refused(rule, block->text, hint_for(block->rule, pool, wanted.intent));
}

ExitCode go(Session& session, std::unique_ptr<ports::ReaderStore> reader, const WantedFlip& wanted,
            const core::PoolView& pool, const core::FlipPlan& plan) {
  // Nobody follows the flip: end the session before it begins, so that this takes none of its time.
  if (session.options().no_wait) reader.reset();
  auto store = session.operator_store();
  if (!store) return session.fail(store.error());
  const auto answer = ask(session, **store, request_of(wanted, pool, plan));
  if (!answer) return session.fail_change(answer.error(), "look with `jobflip status`");
  if (!answer->accepted) {
    return refused_by(session, answer->rule, fmt::format("the store refused: {}", answer->rule),
                      answer->sentence,
                      fmt::format("`jobflip explain {}` has every rule", pool.settings.name.str()));
  }
  const auto id = answer->flip;
  if (session.options().no_wait) {
    if (session.format() == Format::json) {
      session.print(Json{
          {"schema", 1}, {"flip", id.value}, {"state", core::name_of(core::FlipState::requested)}});
    } else {
      session.out() << fmt::format("flip {} is requested; follow it with `jobflip show {}`\n",
                                   id.value, id.value);
    }
    return ExitCode::done;
  }
  if (session.format() == Format::table) session.out() << fmt::format("flip {}:\n", id.value);
  return follow_flip(session, *reader,
                     FlipToFollow{id, pool.settings.name, !pool.settings.queues.empty(),
                                  wanted.timeout.value_or(core::longest_flip(pool.settings)),
                                  pool.settings.verify_timeout, wanted.deployment});
}

std::string name_of_pool(Session& session, const core::Snapshot& snapshot) {
  if (!session.options().pool.empty() || snapshot.pools.empty()) return session.options().pool;
  if (snapshot.pools.size() == 1) return snapshot.pools.front().settings.name.str();
  session.print(summary_table(view::pool_lines(snapshot, *chosen_pools(snapshot, ""))));
  return ask_for(session, "Which pool? ");
}

/// Shows what would happen, and asks why and whether. An exit code if nothing shall be done.
std::optional<ExitCode> ask_person(Session& session, const core::Snapshot& snapshot,
                                   const core::PoolView& pool, const core::FlipPlan& plan,
                                   WantedFlip& wanted) {
  show_plan(session, snapshot, pool, plan);
  if (wanted.intent.host_is_off)
    session.warning(
        fmt::format("you state that the host of {} is powered off: if it is not, two nodes may "
                    "work at once",
                    wanted.intent.from.str()));
  if (session.options().reason.empty() && !wanted.planned) {
    const auto by = session.person_because(ask_for(session, "Why? It is kept in the audit log: "));
    if (!by) return session.fail(by.error());
    wanted.by = *by;
  }
  const auto name = pool.settings.name.str();
  if (!confirm(session, name, fmt::format("Type the pool's name to flip it ({}): ", name)))
    return session.error(ExitCode::failed, "not confirmed: nothing was done");
  return std::nullopt;
}

/// The planned flip of a deployment names it, unless the person gave another reason.
Result<void> tie_to_deployment(Session& session, const core::PoolView& pool, WantedFlip& wanted) {
  const auto running = running_deployment(session, pool);
  if (!running) return running.error();
  wanted.deployment = running->id;
  if (session.options().reason.empty())
    wanted.by.reason = view::deployment_name(running->id, running->version);
  return {};
}

ExitCode flip(Session& session, bool planned) {
  auto wanted = read_wanted(session, planned);
  if (!wanted) return session.fail(wanted.error());
  auto reader = session.reader();
  if (!reader) return session.fail(reader.error());
  const auto snapshot = (*reader)->snapshot();
  if (!snapshot) return session.fail(snapshot.error());
  const auto found = find_pool(*snapshot, name_of_pool(session, *snapshot));
  if (!found) return session.fail(found.error());
  const auto& pool = **found;
  if (planned)
    if (const auto tied = tie_to_deployment(session, pool, *wanted); !tied)
      return session.fail(tied.error());
  const auto plan = core::plan_by_hand(*snapshot, pool, wanted->intent);
  if (session.options().dry_run)
    return show_dry_run(session, *snapshot, pool, plan, wanted->intent);
  if (!plan.allowed()) return refuse(session, *wanted, pool, plan);
  if (!session.options().yes)
    if (const auto ends = ask_person(session, *snapshot, pool, plan, *wanted)) return *ends;
  return go(session, std::move(*reader), *wanted, pool, plan);
}

}  // namespace

ExitCode perform_flip(Session& session) {
  return flip(session, false);
}

ExitCode perform_deploy_flip(Session& session) {
  return flip(session, true);
}

}  // namespace jobflip::cli

/// deploy rollback: one call marks the deployment and asks for the flip back, if there is one.

#include <fmt/format.h>

#include <ostream>

#include "cli/confirm.hpp"
#include "cli/deploy_words.hpp"
#include "cli/flip_follow.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/duration.hpp"
#include "jobflip/core/evidence.hpp"
#include "jobflip/core/flip.hpp"
#include "jobflip/core/freshness.hpp"
#include "jobflip/core/plan_now.hpp"
#include "jobflip/view/deployment_view.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Rollback {
  core::DeploymentMark mark;
  core::OperatorContext by;
  std::optional<Millis> timeout;
};

Result<Rollback> typed_rollback(Session& session) {
  const auto& o = session.options();
  Rollback out;
  const auto mark = typed_mark(session, core::DeploymentMark::What::rollback);
  if (!mark) return mark.error();
  out.mark = *mark;
  out.mark.flip_back = !o.no_flip;
  out.mark.request = random_uuid();
  const auto by = session.person();
  if (!by) return by.error();
  out.by = *by;
  if (!o.timeout.empty()) {
    const auto timeout = config::parse_duration(o.timeout);
    if (!timeout)
      return Error{ErrorCode::usage, "--timeout: " + timeout.error().text, timeout.error().hint};
    out.timeout = *timeout;
  }
  if (!o.no_flip)
    if (const auto can = can_confirm(session, "--no-flip"); !can) return can.error();
  return out;
}

/// The flip that a rollback would flip back now; empty if there is none to flip back.
Result<std::optional<core::FlipView>> flip_to_undo(ports::ReaderStore& store,
                                                   const core::Deployment& newest) {
  if (!newest.flip) return std::optional<core::FlipView>{};
  if (newest.flip_back) {
    const auto back = store.timeline(*newest.flip_back);
    if (!back) return back.error();
    const auto state = back->flip.state;
    if (state != core::FlipState::failed && state != core::FlipState::aborted)
      return std::optional<core::FlipView>{};
  }
  auto timeline = store.timeline(*newest.flip);
  if (!timeline) return timeline.error();
  return std::optional{std::move(timeline->flip)};
}

/// What the flip back is decided on, for the record.
std::string evidence_of(const core::Snapshot& snapshot, const core::PoolView& pool,
                        const core::FlipView& undone) {
  core::FlipIntent intent;
  intent.manual = true;
  intent.from = undone.to;
  intent.to = undone.from;
  const auto plan = core::plan_by_hand(snapshot, pool, intent);
  return core::evidence_json(core::evidence_of(pool, intent, plan));
}

/// Asks before the pool is flipped. An exit code if nothing shall be done.
std::optional<ExitCode> ask_person(Session& session, const core::Deployment& newest,
                                   const core::FlipView& undone) {
  if (session.options().yes) return std::nullopt;
  const auto name = newest.pool.str();
  session.line(fmt::format("{}: {}", name, view::deployment_name(newest.id, newest.version)));
  session.line(fmt::format("flip {} moved the pool from {} to {}: it is flipped back to {}",
                           undone.id.value, undone.from.str(), undone.to.str(), undone.from.str()));
  if (confirm(session, name, fmt::format("Type the pool's name to roll back ({}): ", name)))
    return std::nullopt;
  return session.error(ExitCode::failed, "not confirmed: nothing was done");
}

void print_answer(Session& session, const Rollback& rollback,
                  const core::DeploymentAnswer& answer) {
  Json out{{"schema", 1},
           {"accepted", answer.accepted},
           {"changed", answer.changed},
           {"rule", answer.rule},
           {"sentence", answer.sentence}};
  out.update(deployment_keys(rollback.mark, answer));
  session.print(out);
}

ExitCode refused(Session& session, const Rollback& rollback, const core::DeploymentAnswer& answer) {
  if (session.format() == Format::json) print_answer(session, rollback, answer);
  return session.error(ExitCode::refused, fmt::format("nothing is rolled back: {}", answer.rule),
                       answer.sentence,
                       "`jobflip deploy list` has the deployments with their versions");
}

ExitCode show_marked(Session& session, const Rollback& rollback,
                     const core::DeploymentAnswer& answer) {
  const auto& name = rollback.mark.pool.str();
  const bool follows = answer.flip_back && !session.options().no_wait;
  if (session.format() == Format::json && !follows) print_answer(session, rollback, answer);
  if (session.format() != Format::json) {
    if (answer.changed)
      session.out() << printable(answer.sentence) << '\n';
    else
      session.notice(answer.sentence);
  }
  if (!answer.flip_rule.empty())
    return session.error(
        ExitCode::incomplete, fmt::format("the pool is not flipped back: {}", answer.flip_rule),
        answer.flip_sentence,
        fmt::format("the rollback is recorded; `jobflip explain {0}` has every rule; then type it "
                    "again, or flip by hand: `jobflip flip {0} --reason TEXT`",
                    name));
  if (!answer.flip_back && !answer.flip_sentence.empty()) session.notice(answer.flip_sentence);
  if (answer.flip_back && !follows)
    session.hint(fmt::format("`jobflip show {}` has the flip back", answer.flip_back->value));
  return ExitCode::done;
}

/// The flip back that an earlier call asked for, and who holds the pool since.
ExitCode show_earlier(Session& session, const core::PoolView& pool, const core::FlipView& back) {
  const auto& name = pool.settings.name.str();
  session.notice(fmt::format("flip {} flipped it back to {}, and ended at {}: {}", back.id.value,
                             back.to.str(), view::clock_text(*back.ended_at),
                             core::name_of(back.state)));
  const bool is_back = pool.owner.state == core::OwnerState::held && pool.owner.holder == back.to;
  if (is_back) return ExitCode::done;
  return session.error(
      ExitCode::incomplete, fmt::format("{} does not hold {} now", back.to.str(), name),
      view::holder_text(pool),
      fmt::format("flip by hand: `jobflip flip {} --to {} --reason TEXT`", name, back.to.str()));
}

}  // namespace

ExitCode perform_deploy_rollback(Session& session) {
  auto rollback = typed_rollback(session);
  if (!rollback) return session.fail(rollback.error());
  auto reader = session.reader();
  if (!reader) return session.fail(reader.error());
  const auto snapshot = (*reader)->snapshot();
  if (!snapshot) return session.fail(snapshot.error());
  const auto pool = find_pool(*snapshot, session.options().pool);
  if (!pool) return session.fail(pool.error());
  const auto all = (*reader)->deployments({.pool = rollback->mark.pool, .limit = 1});
  if (!all) return session.fail(all.error());
  if (rollback->mark.flip_back && !all->empty()) {
    const auto undone = flip_to_undo(**reader, all->front());
    if (!undone) return session.fail(undone.error());
    if (*undone) {
      if (const auto ends = ask_person(session, all->front(), **undone)) return *ends;
      rollback->mark.stalled = core::stalled_for(**pool).has_value();
      rollback->mark.evidence = evidence_of(*snapshot, **pool, **undone);
    }
  }
  const auto store = session.operator_store();
  if (!store) return session.fail(store.error());
  const auto answer = mark_pool(session, **store, rollback->mark, rollback->by);
  if (!answer) return session.fail_change(answer.error(), kLookAtDeployments);
  if (!answer->accepted) return refused(session, *rollback, *answer);
  const auto code = show_marked(session, *rollback, *answer);
  if (!answer->flip_back || session.options().no_wait) return code;
  if (!answer->changed) {
    const auto timeline = (*reader)->timeline(*answer->flip_back);
    if (!timeline) return session.fail(timeline.error());
    if (timeline->flip.ended_at) return show_earlier(session, **pool, timeline->flip);
  }
  const auto& settings = (*pool)->settings;
  return follow_flip(session, **reader,
                     FlipToFollow{*answer->flip_back, settings.name, !settings.queues.empty(),
                                  rollback->timeout.value_or(core::longest_flip(settings)),
                                  settings.verify_timeout, answer->deployment});
}

}  // namespace jobflip::cli

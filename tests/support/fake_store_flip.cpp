// Flips in the model: requested, moved along the table, ended.

#include <algorithm>

#include "core/cooldown.hpp"
#include "core/flip_deadline.hpp"
#include "jobflip/base/check.hpp"
#include "support/fake_incidents.hpp"
#include "support/fake_store_deployments.hpp"

namespace jobflip::test {

using core::AuditKind;
using core::FlipAnswer;
using core::FlipEvent;
using core::FlipState;
using core::OwnerState;

namespace {

bool is_candidate(const core::PoolSettings& pool, const NodeName& node) {
  return std::ranges::count(pool.candidates, node, &core::Candidate::node) > 0;
}

}  // namespace

/// How long the current step of the flip may last.
Millis FakeDatabase::step_length(const FakeFlip& flip) const {
  const core::PoolSettings& pool = rows.pools.at(flip.view.pool);
  const auto renewed = last_renewed(pool.name);
  core::StepFacts facts;
  facts.drain_timeout = flip.stalled ? pool.stalled_drain_timeout : pool.drain_timeout;
  facts.stalled = flip.stalled;
  facts.silent = renewed && now - *renewed >= core::beat_fresh_within(pool.timings);
  facts.takeover_after = takeover_after(pool);
  return core::step_length(flip.view.state, pool, facts);
}

bool FakeDatabase::move_flip(FakeFlip& flip, FlipEvent event, const std::string& login,
                             const NodeName& node, const std::string& sentence) {
  const core::FlipTransition* row = core::find_transition(flip.view.state, event);
  if (row == nullptr) return false;
  core::FlipView& view = flip.view;
  ++transitions[{view.state, event}];
  view.state = row->to;
  view.last_sentence =
      core::sentence_of(*row, is_restart(view)) + (sentence.empty() ? "" : ": " + sentence);
  flip.entered_at = now;
  flip.deadline = now + step_length(flip);
  if (view.state == FlipState::draining) view.drained_at = now;
  if (view.state == FlipState::released || view.state == FlipState::expired) view.released_at = now;
  if (view.state == FlipState::taken) view.taken_at = now;
  if (view.state == FlipState::started) view.started_at = now;
  flip.steps.push_back(
      {now, std::string{core::name_of(view.state)}, node.str(), view.last_sentence});
  append_audit(view.pool.str(), AuditKind::flip_step, login,
               {.node = node.str(),
                .flip = view.id,
                .epoch = view.epoch,
                .reason = view.last_sentence,
                .payload = {{"event", std::string{core::name_of(event)}},
                            {"from_state", std::string{core::name_of(row->from)}},
                            {"to_state", std::string{core::name_of(row->to)}}}});
  reach_stage_of(flip);
  if (core::has_ended(view.state)) end_flip(flip);
  return true;
}

void FakeDatabase::end_flip(FakeFlip& flip) {
  flip.view.ended_at = now;
  if (!flip.view.automatic) return;
  const core::PoolSettings& pool = rows.pools.at(flip.view.pool);
  FakeCooldown& cooldown = rows.cooldowns[pool.name];
  const bool restart = is_restart(flip.view);
  const core::Cooldown next = core::cooldown_after(flip.view.state, cooldown.level, pool, restart);
  cooldown.level = next.level;
  cooldown.until = now + next.length;
  cooldown.flip = flip.view.id;
}

std::optional<core::RestartView> FakeDatabase::spent_restart(const core::PoolSettings& pool) const {
  const auto cooldown = rows.cooldowns.find(pool.name);
  if (cooldown == rows.cooldowns.end()) return std::nullopt;
  const auto last = rows.flips.find(cooldown->second.flip);
  if (last == rows.flips.end() || !is_restart(last->second.view)) return std::nullopt;
  const core::FlipView& view = last->second.view;
  const core::LastRestart facts{
      view.state, since(*view.ended_at),
      view.epoch.value_or(view.from_epoch) == rows.owners.at(pool.name).epoch};
  if (!core::is_spent(facts, pool)) return std::nullopt;
  return core::RestartView{view.id, view.state,
                           std::max(pool.cooldown - facts.since_end, Millis{0}),
                           facts.of_this_lease && core::was_no_cure(view.state)};
}

core::FlipFacts FakeDatabase::facts_of(const core::FlipRequest& request) const {
  const core::PoolSettings& pool = rows.pools.at(request.pool);
  const FakeOwner& owner = rows.owners.at(request.pool);
  const auto pause = rows.pauses.find(pool.name);
  const auto cooldown = rows.cooldowns.find(pool.name);
  core::FlipFacts facts;
  facts.automatic = !request.by.supervisor.empty();
  facts.from = request.from;
  facts.to = request.to;
  facts.expected_epoch = request.expected_epoch;
  facts.host_is_off = request.host_is_off && !facts.automatic;
  facts.supervisor_late =
      facts.automatic && !is_leader(request.by.supervisor, request.by.supervisor_epoch);
  facts.paused = pause != rows.pauses.end() && now < pause->second.until;
  facts.observes = pool.mode == core::PoolMode::observe;
  facts.has_open_flip = open_flip(request.pool) != nullptr;
  const auto deployment = FakeDeployments::running(rows, now, pool);
  facts.deployment_holds = deployment && deployment->hold_left;
  facts.cools_down = cooldown != rows.cooldowns.end() && now < cooldown->second.until;
  facts.budget_used = budget_used();
  facts.budget = rows.budget.flips;
  facts.frozen = is_frozen(pool);
  facts.held = owner.state == OwnerState::held;
  facts.holder = owner.holder;
  facts.holder_beats = is_fresh(owner.holder, pool.timings);
  facts.epoch = owner.epoch;
  const auto renewed = last_renewed(pool.name);
  facts.may_restart = pool.first == core::FirstMove::restart && !spent_restart(pool) && renewed &&
                      now - *renewed < core::beat_fresh_within(pool.timings);
  facts.target_can_take = is_candidate(pool, request.to) && is_live_candidate(pool, request.to);
  return facts;
}

Result<FlipAnswer> FakeDatabase::request_flip(const std::string& login,
                                              const core::FlipRequest& request) {
  if (auto error = begin(true)) return *error;
  const bool automatic = !request.by.supervisor.empty();
  if (automatic)
    if (auto error = check_login(login, request.by.supervisor)) return *error;
  if (!rows.pools.contains(request.pool) || request.pool.str() == core::kSupervisorPool)
    return Error{ErrorCode::not_found, "no pool " + request.pool.str(), ""};
  if (const auto before = rows.requests.find(request.request); before != rows.requests.end())
    return before->second;
  const auto refusal = core::first_refusal(facts_of(request));
  const FakeOwner& owner = rows.owners.at(request.pool);
  const std::string actor = automatic ? "supervisor " + request.by.supervisor.str()
                            : request.by.claimed_name.empty() ? login
                                                              : request.by.claimed_name;
  if (!refusal && request.refuse_only)
    return FlipAnswer{false, {}, "", "no rule forbids this flip any more: request it again"};
  if (refusal) {
    const std::string rule{core::name_of(*refusal)};
    const FlipAnswer answer{false, {}, rule, "the model refuses by " + rule};
    const bool leads = *refusal != core::Rule::supervisor_late;
    if (!may_record(login, "flip_refused", leads ? 10'000 : 1)) return answer;
    append_audit(leads ? request.pool.str() : "jobflip.refusals", AuditKind::flip_refused, login,
                 {request.to.str(),
                  {},
                  owner.epoch,
                  actor,
                  request.reason,
                  {{"rule", rule}, {"from", request.from.str()}, {"to", request.to.str()}}});
    return rows.requests[request.request] = answer;
  }
  FakeFlip flip;
  flip.view.id = FlipId{next_flip_++};
  flip.view.pool = request.pool;
  if (owner.state == OwnerState::held) flip.view.from = owner.holder;
  flip.view.to = request.to;
  flip.view.automatic = automatic;
  flip.view.host_is_off = request.host_is_off && !automatic;
  flip.view.actor = actor;
  flip.view.reason = flip.view.last_sentence = request.reason;
  flip.view.requested_at = now;
  flip.view.from_epoch = owner.epoch;
  flip.stalled = request.stalled;
  flip.request = request.request;
  flip.evidence = request.evidence;
  flip.entered_at = now;
  flip.deadline = now + step_length(flip);
  flip.steps.push_back({now, "requested", request.by.supervisor.str(), request.reason});
  append_audit(request.pool.str(), AuditKind::flip_requested, login,
               {.node = request.to.str(),
                .flip = flip.view.id,
                .epoch = owner.epoch,
                .actor = actor,
                .reason = request.reason,
                .payload = {{"from", flip.view.from.str()}, {"to", request.to.str()}}});
  const FlipAnswer answer{true, flip.view.id, "", "flip " + std::to_string(flip.view.id.value)};
  flip.left_behind = running_jobs(request.pool);
  join_incident(rows.flips[flip.view.id] = std::move(flip), login);
  return rows.requests[request.request] = answer;
}

Result<core::FlipStepOutcome> FakeDatabase::step_flip(const std::string& login,
                                                      const core::FlipStepRequest& request) {
  using enum core::FlipStepOutcome;
  if (auto error = begin(true)) return *error;
  if (auto error = check_login(login, request.node)) return *error;
  const auto found = rows.flips.find(request.flip);
  if (found == rows.flips.end()) return not_there;
  FakeFlip& flip = found->second;
  const core::FlipStepFacts facts = facts_of(flip, request);
  const auto outcome = core::judge_step(facts);
  if (outcome == done && core::find_transition(facts.state, facts.event) != nullptr)
    move_flip(flip, request.event, login, request.node, request.sentence);
  return outcome;
}

core::FlipStepFacts FakeDatabase::facts_of(const FakeFlip& flip,
                                           const core::FlipStepRequest& request) const {
  const core::FlipView& view = flip.view;
  const FakeOwner& owner = rows.owners.at(view.pool);
  core::FlipStepFacts facts;
  facts.state = view.state;
  facts.event = request.event;
  facts.is_from = request.node == view.from;
  facts.is_to = request.node == view.to;
  const auto pool = rows.pools.find(view.pool);
  facts.is_candidate = pool != rows.pools.end() && is_candidate(pool->second, request.node);
  for (const core::FlipTransition& row : core::kFlipTable)
    facts.said_before |=
        row.event == request.event && std::ranges::any_of(flip.steps, [&](const auto& step) {
          return step.state == core::name_of(row.to) &&
                 step.sentence.starts_with(core::sentence_of(row, is_restart(view)));
        });
  facts.is_overdue = now >= flip.deadline;
  facts.of_its_holding =
      request.epoch == (request.event == FlipEvent::drain_begun ? view.from_epoch : view.epoch);
  if (pool != rows.pools.end() && owner.state == OwnerState::held && owner.holder == request.node &&
      owner.epoch == request.epoch) {
    const WallTime last = renewals(view.pool)
                              ? std::max(owner.taken_at, rows.beats.at(owner.holder).beat_at)
                              : owner.taken_at;
    facts.lease_lives = now < last + pool->second.timings.lease;
  }
  return facts;
}

Result<core::BlackBoxReply> FakeDatabase::keep_black_box(const std::string& login,
                                                         const core::KeepBlackBoxRequest& request) {
  if (auto error = begin(true)) return *error;
  if (auto error = check_login(login, request.node)) return *error;
  const auto& [of, document] = request.black_box;
  if (document.size() > core::kMaxBlackBoxBytes)
    return Error{ErrorCode::usage, "document has too many bytes", "make it shorter"};
  if (document.size() < 2 || document.front() != '{' || document.back() != '}')
    return Error{ErrorCode::usage, "document is not a JSON object", ""};
  const auto found = rows.flips.find(of.flip);
  if (found == rows.flips.end()) return core::BlackBoxReply::not_wanted;
  FakeFlip& flip = found->second;
  if (!flip.stalled || flip.view.pool != of.pool || flip.view.from != request.node ||
      flip.view.from_epoch != of.epoch)
    return core::BlackBoxReply::not_wanted;
  auto& boxes = flip.black_boxes;
  if (std::ranges::find(boxes, request.node, &core::BlackBoxRecord::node) != boxes.end())
    return core::BlackBoxReply::kept;
  boxes.push_back({request.node, now, std::string(64, '0'), document});
  const std::string sentence = "the black box: " + std::to_string(document.size()) + " bytes";
  append_audit(
      of.pool.str(), AuditKind::black_box, login,
      {.node = request.node.str(), .flip = of.flip, .epoch = of.epoch, .reason = sentence});
  return core::BlackBoxReply::kept;
}

Result<bool> FakeDatabase::record_flip_outcome(const std::string& login,
                                               const core::FlipOutcome& step) {
  if (auto error = begin(true)) return *error;
  if (auto error = check_login(login, step.supervisor)) return *error;
  if (!is_leader(step.supervisor, step.supervisor_epoch)) return false;
  const auto found = rows.flips.find(step.flip);
  if (found == rows.flips.end()) return true;
  const bool timed = step.event == FlipEvent::overdue || step.event == FlipEvent::nobody_looked;
  const bool judged = step.event == FlipEvent::completed || step.event == FlipEvent::not_cured;
  if ((timed && now >= found->second.deadline) || judged)
    move_flip(found->second, step.event, login, step.supervisor, step.sentence);
  if (found->second.view.state != core::FlipState::ineffective) return true;
  for (auto& [id, incident] : rows.incidents)
    if (std::ranges::count(incident.flips, step.flip) > 0)
      take_in_trouble(incident, core::IncidentClass::queued, found->second.view.released_at);
  return true;
}

Result<bool> FakeDatabase::record_hold(const std::string& login, const core::HoldRecord& hold) {
  if (auto error = begin(true)) return *error;
  if (auto error = check_login(login, hold.supervisor)) return *error;
  if (!is_leader(hold.supervisor, hold.supervisor_epoch)) return false;
  if (rows.pools.contains(hold.pool))
    ++open_incident(hold.pool, core::IncidentClass::queued, core::IncidentCause::hold, login,
                    "supervisor " + hold.supervisor.str(), hold.reason)
          .holds;
  if (may_record(login, "hold", 300))
    append_audit(hold.pool.str(), AuditKind::hold, login,
                 {.actor = "supervisor", .reason = hold.rule + ": " + hold.reason});
  return true;
}

}  // namespace jobflip::test

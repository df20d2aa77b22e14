// Flips in the model: asked for, moved by the table, ended.

#include <algorithm>

#include "jobflip/base/check.hpp"
#include "support/fake_store.hpp"

namespace jobflip::test {

using core::FlipAnswer;
using core::FlipEvent;
using core::FlipState;
using core::OwnerState;

namespace {

constexpr Millis kLeastToTake{2000};

Millis round_trips(const core::LeaseTimings& timings) {
  return 2 * timings.beat_every + timings.call_deadline;
}

bool is_candidate(const core::PoolSettings& pool, const NodeName& node) {
  return std::ranges::count(pool.candidates, node, &core::Candidate::node) > 0;
}

}  // namespace

/// How long the step that the flip is in may last; no limit once it has ended.
Millis FakeDatabase::step_length(const FakeFlip& flip) const {
  const core::PoolSettings& pool = rows.pools.at(flip.view.pool);
  const core::LeaseTimings& timings = pool.timings;
  switch (flip.view.state) {
    case FlipState::requested: {
      const auto vouched = last_vouched(pool.name);
      const bool silent = vouched && now - *vouched > round_trips(timings);
      return 3 * timings.beat_every + (silent ? timings.takeover_after : timings.call_deadline);
    }
    case FlipState::draining:
      return (flip.stalled ? pool.stalled_drain_timeout + core::kEvidenceWithin
                           : pool.drain_timeout) +
             timings.graceful_stop + timings.kill_to_empty + round_trips(timings);
    case FlipState::released:
    case FlipState::expired:
      return std::max(kLeastToTake, round_trips(timings));
    case FlipState::taken:
      return pool.start_timeout;
    case FlipState::started:
      return pool.verify_timeout;
    default:
      return Millis::max() / 2;
  }
}

bool FakeDatabase::move_flip(FakeFlip& flip, FlipEvent event, const std::string& login,
                             const NodeName& node, const std::string& sentence) {
  const core::FlipTransition* row = core::find_transition(flip.view.state, event);
  if (row == nullptr) return false;
  core::FlipView& view = flip.view;
  ++transitions[{view.state, event}];
  view.state = row->to;
  view.last_sentence = std::string{row->sentence} + (sentence.empty() ? "" : ": " + sentence);
  flip.entered_at = now;
  flip.deadline = core::has_ended(view.state) ? now : now + step_length(flip);
  if (view.state == FlipState::draining) view.drained_at = now;
  if (view.state == FlipState::released || view.state == FlipState::expired) view.released_at = now;
  if (view.state == FlipState::taken) view.taken_at = now;
  if (view.state == FlipState::started) view.started_at = now;
  flip.steps.push_back(
      {now, std::string{core::name_of(view.state)}, node.str(), view.last_sentence});
  note(view.pool.str(), "flip_" + std::string{core::name_of(view.state)}, login,
       {.node = node.str(), .flip = view.id, .reason = view.last_sentence});
  if (core::has_ended(view.state)) end_flip(flip);
  return true;
}

void FakeDatabase::end_flip(FakeFlip& flip) {
  flip.view.ended_at = now;
  if (!flip.view.automatic) return;
  const core::PoolSettings& pool = rows.pools.at(flip.view.pool);
  FakeCooldown& cooldown = rows.cooldowns[pool.name];
  cooldown.level = flip.view.state == FlipState::verified ? 0 : cooldown.level + 1;
  Millis length = pool.cooldown;
  for (int i = 0; i < cooldown.level && length < pool.cooldown_max; ++i) length *= 2;
  cooldown.until = now + std::min(length, std::max(pool.cooldown, pool.cooldown_max));
  cooldown.flip = flip.view.id;
}

/// What stops an automatic flip and not a person's: the rule and a sentence.
std::pair<std::string, std::string> FakeDatabase::refuse_automatic(
    const core::PoolSettings& pool) const {
  if (rows.owners.at(pool.name).state != OwnerState::held)
    return {"holder", "nobody holds the pool"};
  if (const auto pause = rows.pauses.find(pool.name);
      pause != rows.pauses.end() && now < pause->second.until)
    return {"pause", "the pool is paused: " + pause->second.reason};
  if (pool.mode == core::PoolMode::observe) return {"observe", "the pool is in observe mode"};
  if (const auto cooldown = rows.cooldowns.find(pool.name);
      cooldown != rows.cooldowns.end() && now < cooldown->second.until)
    return {"cooldown", "the cooldown is not over"};
  if (budget_used() >= rows.budget.flips)
    return {"budget", "the budget of automatic flips is used up"};
  return {};
}

std::pair<std::string, std::string> FakeDatabase::refuse_flip(
    const core::FlipRequest& request) const {
  const core::PoolSettings& pool = rows.pools.at(request.pool);
  const FakeOwner& owner = rows.owners.at(request.pool);
  const bool held = owner.state == OwnerState::held;
  if (is_frozen(pool)) return {"frozen", "the store lost history"};
  if (!request.from.empty() && (!held || owner.holder != request.from))
    return {"holder", request.from.str() + " does not hold the pool"};
  if (request.host_is_off && held && is_fresh(owner.holder, pool.timings) && vouches(pool.name))
    return {"holder", owner.holder.str() + " sent a beat just now: its host is not off"};
  if (request.expected_epoch && *request.expected_epoch != owner.epoch)
    return {"epoch", "the pool moved on while this was asked for"};
  if (open_flip(request.pool) != nullptr) return {"flip-in-progress", "a flip is in progress"};
  if (!is_candidate(pool, request.to) || !is_live_candidate(pool, request.to) ||
      (held && owner.holder == request.to))
    return {"target", request.to.str() + " can't take over now"};
  if (!request.by.supervisor.empty()) return refuse_automatic(pool);
  return {};
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
  auto refusal = refuse_flip(request);
  if (automatic && !is_leader(request.by.supervisor, request.by.supervisor_epoch))
    refusal = {"supervisor-late", "another supervisor leads"};
  const std::string actor = automatic ? "supervisor" : request.by.claimed_name;
  if (!refusal.first.empty()) {
    note(request.pool.str(), "flip_refused", login,
         {.node = request.to.str(),
          .actor = actor,
          .reason = refusal.first + ": " + refusal.second});
    return rows.requests[request.request] = FlipAnswer{false, {}, refusal.first, refusal.second};
  }
  const FakeOwner& owner = rows.owners.at(request.pool);
  FakeFlip flip;
  flip.view.id = FlipId{next_flip_++};
  flip.view.pool = request.pool;
  if (owner.state == OwnerState::held) flip.view.from = owner.holder;
  flip.view.to = request.to;
  flip.view.automatic = automatic;
  flip.view.host_is_off = request.host_is_off && !automatic;
  flip.view.actor = actor;
  flip.view.reason = request.reason;
  flip.view.requested_at = now;
  flip.view.from_epoch = owner.epoch;
  flip.view.last_sentence = request.reason;
  flip.stalled = request.stalled;
  flip.request = request.request;
  flip.evidence = request.evidence;
  flip.entered_at = now;
  flip.deadline = now + step_length(flip);
  flip.steps.push_back({now, "requested", request.by.supervisor.str(), request.reason});
  note(request.pool.str(), "flip_requested", login,
       {.node = request.to.str(), .flip = flip.view.id, .actor = actor, .reason = request.reason});
  const FlipAnswer answer{true, flip.view.id, "", "flip " + std::to_string(flip.view.id.value)};
  rows.requests[request.request] = answer;
  rows.flips[flip.view.id] = std::move(flip);
  return answer;
}

Result<core::FlipStepOutcome> FakeDatabase::step_flip(const std::string& login,
                                                      const core::FlipStepRequest& request) {
  using enum core::FlipStepOutcome;
  if (auto error = begin(true)) return *error;
  if (auto error = check_login(login, request.node)) return *error;
  const auto found = rows.flips.find(request.flip);
  if (found == rows.flips.end()) return not_there;
  FakeFlip& flip = found->second;
  const core::FlipView& view = flip.view;
  if (!is_candidate(rows.pools.at(view.pool), request.node)) return not_yours;
  // A row of the table that leads to where the flip is: said before.
  for (const core::FlipTransition& row : core::kFlipTable)
    if (row.event == request.event && row.to == view.state) return done;
  if (core::find_transition(view.state, request.event) == nullptr) return not_there;
  switch (request.event) {
    case FlipEvent::drain_begun:
      if (request.node != view.from) return not_yours;
      break;
    case FlipEvent::started:
    case FlipEvent::start_failed:
      if (request.node != view.to) return not_yours;
      break;
    case FlipEvent::overdue:
    case FlipEvent::nobody_looked:
      if (now < flip.deadline) return not_yours;
      break;
    default:
      return not_yours;
  }
  move_flip(flip, request.event, login, request.node, request.sentence);
  return done;
}

Result<core::EvidenceOutcome> FakeDatabase::keep_evidence(
    const std::string& login, const core::KeepEvidenceRequest& request) {
  if (auto error = begin(true)) return *error;
  if (auto error = check_login(login, request.node)) return *error;
  const auto& [of, document] = request.evidence;
  if (document.size() > core::kMostEvidence)
    return Error{ErrorCode::usage, "document has too many bytes", "make it shorter"};
  if (document.size() < 2 || document.front() != '{' || document.back() != '}')
    return Error{ErrorCode::usage, "document is no JSON object", ""};
  const auto found = rows.flips.find(of.flip);
  if (found == rows.flips.end()) return core::EvidenceOutcome::not_wanted;
  FakeFlip& flip = found->second;
  if (!flip.stalled || flip.view.pool != of.pool || flip.view.from != request.node ||
      flip.view.from_epoch != of.epoch)
    return core::EvidenceOutcome::not_wanted;
  auto& boxes = flip.black_boxes;
  if (std::ranges::find(boxes, request.node, &core::BlackBoxRecord::node) != boxes.end())
    return core::EvidenceOutcome::kept;
  boxes.push_back({request.node, now, std::string(64, '0'), document});
  const std::string sentence = "the black box: " + std::to_string(document.size()) + " bytes";
  note(of.pool.str(), "evidence", login,
       {.node = request.node.str(), .flip = of.flip, .epoch = of.epoch, .reason = sentence});
  return core::EvidenceOutcome::kept;
}

Result<bool> FakeDatabase::judge_flip(const std::string& login, const core::VerdictStep& step) {
  if (auto error = begin(true)) return *error;
  if (auto error = check_login(login, step.supervisor)) return *error;
  if (!is_leader(step.supervisor, step.supervisor_epoch)) return false;
  const auto found = rows.flips.find(step.flip);
  if (found == rows.flips.end()) return true;
  const bool timed = step.event == FlipEvent::overdue || step.event == FlipEvent::nobody_looked;
  const bool judged = step.event == FlipEvent::completed || step.event == FlipEvent::not_cured;
  if ((timed && now >= found->second.deadline) || judged)
    move_flip(found->second, step.event, login, step.supervisor, step.sentence);
  return true;
}

Result<bool> FakeDatabase::record_hold(const std::string& login, const core::HoldRecord& hold) {
  if (auto error = begin(true)) return *error;
  if (auto error = check_login(login, hold.supervisor)) return *error;
  if (!is_leader(hold.supervisor, hold.supervisor_epoch)) return false;
  note(hold.pool.str(), "hold", login,
       {.actor = "supervisor", .reason = hold.rule + ": " + hold.reason});
  return true;
}

Result<bool> FakeDatabase::publish(const std::string& login, const core::VerdictReport& report) {
  if (auto error = begin(true)) return *error;
  if (auto error = check_login(login, report.supervisor)) return *error;
  if (!is_leader(report.supervisor, report.supervisor_epoch)) return false;
  for (const core::QueueVerdict& verdict : report.queues) {
    FakeQueue& queue = rows.queues[{report.pool, verdict.queue}];
    if (queue.verdict.verdict != verdict.verdict) {
      queue.since = now;
      note(report.pool.str(), "verdict", login,
           {.reason = verdict.queue.str() + ": " + verdict.verdict});
    }
    queue.verdict = verdict;
    queue.published_at = now;
  }
  return true;
}

}  // namespace jobflip::test

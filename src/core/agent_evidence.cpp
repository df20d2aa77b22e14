// The black box in a flip by stall: what is waited for before the workers are stopped, and how what
// was seen gets into the store. It is a copy that nobody decides by: everything that a flip or a
// lease needs goes first.

#include <algorithm>
#include <utility>

#include "core/agent_parts.hpp"

namespace jobflip::core {

Instant look_until(Instant now, Instant deadline, const LeaseTimings& timings) {
  return std::min(now + kEvidenceWithin, fence_start(deadline, timings) - timings.beat_every);
}

namespace agent {
namespace {

constexpr int kMostTries = 5;

/// A commit of this size beside a take or a release would be in its way.
bool in_nobodys_way(const AgentState& state) {
  return std::ranges::all_of(state.pools, [](const auto& entry) {
    return entry.second.phase == LeasePhase::watching || entry.second.phase == LeasePhase::holding;
  });
}

void drop_first(AgentState& state) {
  state.evidence.erase(state.evidence.begin());
  state.evidence_tries = 0;
}

void tell(Step& step, const EvidenceOf& of, std::string text) {
  step.tell(NoteKind::black_box, of.pool.str() + ": " + std::move(text));
  step.notes.back().pool = of.pool;
  step.notes.back().flip = of.flip;
  step.notes.back().epoch = of.epoch;
}

}  // namespace

bool waits_for_a_look(Step& step, const PoolName& pool, PoolLease& lease, FlipId flip) {
  if (!lease.look || lease.look->flip != flip) {
    const Instant until = look_until(step.now, lease.deadline, lease.settings.timings);
    lease.look =
        Look{flip, until, lease.workers.phase != WorkerPhase::running || until <= step.now};
    if (!lease.look->over) step.actions.emplace_back(CaptureEvidence{{pool, lease.epoch, flip}});
  }
  return !lease.look->over && step.now < lease.look->until;
}

void take_in_evidence(Step& step, const Evidence& evidence) {
  AgentState& state = step.state;
  if (const auto found = state.pools.find(evidence.of.pool); found != state.pools.end()) {
    auto& look = found->second.look;
    if (look && look->flip == evidence.of.flip) look->over = true;
  }
  if (evidence.document.empty()) return;
  if (evidence.document.size() > kMostEvidence)
    return tell(step, evidence.of, "the black box is too large, and was thrown away");
  if (state.evidence.size() >= kMostEvidenceWaiting) {
    tell(step, state.evidence.front().of, "the store took no black box for too long: one is lost");
    drop_first(state);
  }
  state.evidence.push_back(evidence);
}

std::optional<KeepEvidenceRequest> evidence_to_send(const AgentState& state) {
  if (state.evidence.empty() || !in_nobodys_way(state)) return std::nullopt;
  return KeepEvidenceRequest{state.node, state.evidence.front()};
}

void take_in_kept(Step& step, const KeepEvidenceRequest& asked,
                  const Result<EvidenceOutcome>& outcome) {
  AgentState& state = step.state;
  if (state.evidence.empty() || !(state.evidence.front().of == asked.evidence.of)) return;
  const auto flip = "the black box of flip " + std::to_string(asked.evidence.of.flip.value);
  if (outcome) {
    tell(step, asked.evidence.of,
         *outcome == EvidenceOutcome::kept
             ? flip + " is kept: " + std::to_string(asked.evidence.document.size()) + " bytes"
             : flip + " is not wanted: the store knows of no such flip from this node");
    return drop_first(state);
  }
  if (++state.evidence_tries < kMostTries && is_passing(outcome.error().code)) return;
  tell(step, asked.evidence.of, flip + " is lost: " + outcome.error().text);
  drop_first(state);
}

bool must_send_evidence(const AgentState& state) {
  return !state.evidence.empty() && state.evidence_tries == 0 && state.failed_calls == 0;
}

}  // namespace agent
}  // namespace jobflip::core

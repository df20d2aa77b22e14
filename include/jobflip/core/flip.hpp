#pragma once
/// A flip moves a pool's lease from one node to another in resumable steps:
///
///   requested -> draining -> released | expired -> taken -> started -> verified
///
/// It may also end as ineffective (no job completed in time), unverified (nothing showed whether
/// jobs complete), failed or aborted. Each row of the table has the sentence that the timeline
/// prints. The store enforces the same table (jobflip_data.flip_transition); a contract test
/// compares the two.
///
/// A restart is a flip to the node that holds the pool: the same steps, with one node in both
/// roles. Only a supervisor requests one, and only for a pool with first = "restart".
///
/// Invariants: a pool has at most one open flip; a flip whose target has started its workers does
/// not end as failed, because the pool has moved.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::core {

enum class FlipState {
  requested,
  draining,
  released,
  expired,
  taken,
  started,
  verified,
  ineffective,
  unverified,
  failed,
  aborted,
};

enum class FlipEvent {
  drain_begun,    // the holder's agent is stopping the workers
  released,       // the holder's agent released the lease: no worker is left
  lease_expired,  // the target took the lease: the holder was silent for takeover_after
  taken,          // the target took the lease
  started,        // the target's agent: the workers run
  completed,      // the supervisor: a job completed on the new node
  not_cured,      // the supervisor: no job completed within verify_timeout
  nobody_looked,  // verify_timeout passed, and no supervisor recorded an outcome
  start_failed,   // the target's agent: the workers did not start
  overdue,        // the deadline of a step passed
  abort,          // an operator aborted it
  superseded,     // the lease changed without this flip (the target died, the host came back)
};

struct FlipTransition {
  FlipState from;
  FlipEvent event;
  FlipState to;
  std::string_view sentence;
};

inline constexpr std::array kFlipTable{
    FlipTransition{FlipState::requested, FlipEvent::drain_begun, FlipState::draining,
                   "the old node stops its workers"},
    FlipTransition{FlipState::requested, FlipEvent::released, FlipState::released,
                   "the old node's workers are gone; it gave up the lease"},
    FlipTransition{FlipState::requested, FlipEvent::lease_expired, FlipState::expired,
                   "the old node was silent until its lease ran out"},
    FlipTransition{FlipState::requested, FlipEvent::taken, FlipState::taken,
                   "the new node took a lease that no node held"},
    FlipTransition{FlipState::requested, FlipEvent::overdue, FlipState::failed,
                   "the old node did not begin to drain in time"},
    FlipTransition{FlipState::requested, FlipEvent::abort, FlipState::aborted,
                   "aborted by an operator before the drain"},
    FlipTransition{FlipState::requested, FlipEvent::superseded, FlipState::failed,
                   "another node took the lease first"},
    FlipTransition{FlipState::draining, FlipEvent::released, FlipState::released,
                   "the old node's workers are gone; it gave up the lease"},
    FlipTransition{FlipState::draining, FlipEvent::lease_expired, FlipState::expired,
                   "the old node went silent during the drain and its lease ran out"},
    FlipTransition{FlipState::draining, FlipEvent::overdue, FlipState::failed,
                   "the old node's workers did not stop in time"},
    FlipTransition{FlipState::draining, FlipEvent::abort, FlipState::aborted,
                   "aborted by an operator during the drain; the old node keeps the pool"},
    FlipTransition{FlipState::draining, FlipEvent::superseded, FlipState::failed,
                   "another node took the lease first"},
    FlipTransition{FlipState::released, FlipEvent::taken, FlipState::taken,
                   "the new node took the lease"},
    FlipTransition{FlipState::released, FlipEvent::overdue, FlipState::failed,
                   "the new node did not take the lease in time; any candidate may"},
    FlipTransition{FlipState::released, FlipEvent::superseded, FlipState::failed,
                   "another node took the lease first"},
    FlipTransition{FlipState::expired, FlipEvent::taken, FlipState::taken,
                   "the new node took the lease"},
    FlipTransition{FlipState::taken, FlipEvent::taken, FlipState::taken,
                   "the new node took the lease again before its workers ran"},
    FlipTransition{FlipState::taken, FlipEvent::started, FlipState::started,
                   "the new node's workers run"},
    FlipTransition{FlipState::taken, FlipEvent::start_failed, FlipState::failed,
                   "the new node's workers did not start; it gave the lease back"},
    FlipTransition{FlipState::taken, FlipEvent::overdue, FlipState::failed,
                   "the new node's workers did not start in time"},
    FlipTransition{FlipState::taken, FlipEvent::superseded, FlipState::failed,
                   "the new node lost the lease before its workers ran"},
    FlipTransition{FlipState::started, FlipEvent::taken, FlipState::taken,
                   "the new node took the lease again and restarts its workers"},
    FlipTransition{FlipState::started, FlipEvent::completed, FlipState::verified,
                   "a job completed on the new node"},
    FlipTransition{FlipState::started, FlipEvent::not_cured, FlipState::ineffective,
                   "no job completed on the new node in time"},
    FlipTransition{FlipState::started, FlipEvent::nobody_looked, FlipState::unverified,
                   "nothing showed whether jobs complete on the new node"},
    FlipTransition{FlipState::started, FlipEvent::superseded, FlipState::unverified,
                   "the new node lost the lease before a job completed"},
};

constexpr bool has_unique_keys(const auto& table) {
  for (std::size_t i = 0; i < table.size(); ++i)
    for (std::size_t j = i + 1; j < table.size(); ++j)
      if (table[i].from == table[j].from && table[i].event == table[j].event) return false;
  return true;
}
static_assert(has_unique_keys(kFlipTable));

constexpr bool has_ended(FlipState state) {
  return state == FlipState::verified || state == FlipState::ineffective ||
         state == FlipState::unverified || state == FlipState::failed ||
         state == FlipState::aborted;
}

/// The row for (state, event); nullptr if the event can't happen in that state.
const FlipTransition* find_transition(FlipState state, FlipEvent event) noexcept;

/// What the timeline prints: of a restart, "the node" instead of the old and the new one.
/// jobflip.advance_flip does the same.
std::string sentence_of(const FlipTransition& row, bool restart);

inline bool is_restart(const NodeName& from, const NodeName& to) {
  return !from.empty() && from == to;
}

std::string_view name_of(FlipState state) noexcept;
std::string_view name_of(FlipEvent event) noexcept;
std::optional<FlipState> parse_flip_state(std::string_view text) noexcept;
std::optional<FlipEvent> parse_flip_event(std::string_view text) noexcept;

}  // namespace jobflip::core

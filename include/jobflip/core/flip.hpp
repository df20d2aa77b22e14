#pragma once
/// A flip: the move of a pool's lease from one node to another, as resumable steps.
///
///   requested -> draining -> released | expired -> taken -> started -> verified
///
/// or ended as ineffective (no job completed in time), unverified (nobody could tell), failed or
/// aborted. A flip whose target started its workers never ends as failed: the pool did move. Each
/// row of the table has the sentence that the timeline prints. The store enforces the same table
/// (jobflip_data.flip_transition); a contract test compares the two.
///
/// Invariant: a pool has at most one flip that has not ended.

#include <array>
#include <optional>
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
  drain_begun,    // the holder's agent: workers are told to end
  released,       // the holder's agent: workers are gone, the lease is given up
  lease_expired,  // the target's take: the holder was silent for takeover_after
  taken,          // the target's take
  started,        // the target's agent: workers run
  completed,      // the supervisor: a job completed on the new node
  not_cured,      // the supervisor: no job completed within verify_timeout
  nobody_looked,  // verify_timeout passed and no supervisor judged
  start_failed,   // the target's agent: the workers would not start
  overdue,        // a step's deadline passed
  abort,          // a person
  superseded,     // the lease moved on without this flip (the target died, the host came back)
};

struct FlipTransition {
  FlipState from;
  FlipEvent event;
  FlipState to;
  std::string_view sentence;
};

inline constexpr std::array kFlipTable{
    FlipTransition{FlipState::requested, FlipEvent::drain_begun, FlipState::draining,
                   "the old node tells its workers to end"},
    FlipTransition{FlipState::requested, FlipEvent::released, FlipState::released,
                   "the old node's workers are gone; it gave up the lease"},
    FlipTransition{FlipState::requested, FlipEvent::lease_expired, FlipState::expired,
                   "the old node was silent until its lease had run out"},
    FlipTransition{FlipState::requested, FlipEvent::taken, FlipState::taken,
                   "the new node took a lease that nobody held"},
    FlipTransition{FlipState::requested, FlipEvent::overdue, FlipState::failed,
                   "the old node did not begin to drain in time"},
    FlipTransition{FlipState::requested, FlipEvent::abort, FlipState::aborted,
                   "ended by a person before the drain"},
    FlipTransition{FlipState::requested, FlipEvent::superseded, FlipState::failed,
                   "another node took the lease first"},
    FlipTransition{FlipState::draining, FlipEvent::released, FlipState::released,
                   "the old node's workers are gone; it gave up the lease"},
    FlipTransition{FlipState::draining, FlipEvent::lease_expired, FlipState::expired,
                   "the old node fell silent in the drain and its lease ran out"},
    FlipTransition{FlipState::draining, FlipEvent::overdue, FlipState::failed,
                   "the old node's workers did not end in time"},
    FlipTransition{FlipState::draining, FlipEvent::abort, FlipState::aborted,
                   "ended by a person in the drain; the old node goes on"},
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
                   "the new node took the lease again and starts its workers anew"},
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

/// The row for (state, event), or nullptr: the event can't happen there.
const FlipTransition* find_transition(FlipState state, FlipEvent event) noexcept;

std::string_view name_of(FlipState state) noexcept;
std::string_view name_of(FlipEvent event) noexcept;
std::optional<FlipState> parse_flip_state(std::string_view text) noexcept;
std::optional<FlipEvent> parse_flip_event(std::string_view text) noexcept;

}  // namespace jobflip::core

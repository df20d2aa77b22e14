#pragma once
/// Flips, as agents see them: what a beat's reply says about the open flip of a pool, and the steps
/// that an agent reports (ports/agent_store.hpp has the calls).

#include <string>
#include <string_view>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/flip.hpp"

namespace jobflip::core {

/// The open flip of a pool: the part that its agents need.
struct FlipDirective {
  FlipId id;
  FlipState state{};
  NodeName from;
  /// Empty until the release of a restart, which has the target `from`: an agent of 0.1.0 would not
  /// stop its workers for a flip to its own node.
  NodeName to;
  bool automatic{false};
  bool host_is_off{false};
  bool overdue{false};
  Millis drain_timeout{};  // how long the drain may last
  bool stalled{false};     // the pool is STALLED: the host captures the workers before the drain
  bool operator==(const FlipDirective&) const = default;
};

/// An agent reports a step of a flip that it has made, or that is overdue.
struct FlipStepRequest {
  NodeName node;
  FlipId flip;
  FlipEvent event{};     // drain_begun, started, start_failed, overdue, nobody_looked
  std::string sentence;  // the timeline shows it after the table's sentence
  Epoch epoch{};         // of the workers that are being stopped, started or did not start
};

enum class FlipStepOutcome {
  done,       // or already in that state
  not_there,  // the event can't happen in the flip's state
  not_yours,  // this node may not report it, or the step is not overdue
  late,       // it is about an earlier lease, or about one that has run out since
};
std::string_view name_of(FlipStepOutcome outcome) noexcept;

/// What the store knows when a node reports `event` of a flip. The store may run a call long after
/// its sender gave up on it: a server that was frozen continues with the calls that it received.
struct FlipStepFacts {
  FlipState state{};
  FlipEvent event{};
  bool is_from{false};         // the node is the flip's old node
  bool is_to{false};           // the node is the flip's target
  bool is_candidate{false};    // the node is a candidate of the pool
  bool said_before{false};     // the node has reported this event before
  bool is_overdue{false};      // the step's deadline has passed
  bool of_its_holding{false};  // the request names the epoch that the flip has for the node
  bool lease_lives{false};     // the node holds that lease, and has renewed it in time
};

/// The result is `done` if the event may be recorded now (the table in flip.hpp has the next state)
/// or was recorded before. The SQL function jobflip.step_flip has the same rules; a contract test
/// compares the two on generated states.
FlipStepOutcome judge_step(const FlipStepFacts& facts);

}  // namespace jobflip::core

#pragma once
/// A flip between an agent and the store: what the agent is told of the one in progress, and the
/// steps of it that the agent makes (ports/agent_store.hpp has the calls).

#include <string>
#include <string_view>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/flip.hpp"

namespace jobflip::core {

/// The flip in progress, as far as an agent is concerned.
struct FlipDirective {
  FlipId id;
  FlipState state{};
  NodeName from;
  NodeName to;
  bool automatic{false};
  bool host_is_off{false};
  bool overdue{false};
  Millis drain_timeout{};  // how long this flip's drain may last
  bool stalled{false};     // nothing moves there: the host looks at the workers before they end
  bool operator==(const FlipDirective&) const = default;
};

/// A step of a flip that an agent has made, or found overdue.
struct FlipStepRequest {
  NodeName node;
  FlipId flip;
  FlipEvent event{};     // drain_begun, started, start_failed, overdue, nobody_looked
  std::string sentence;  // goes into the timeline beside the table's own
  Epoch epoch{};         // of the lease whose workers were told to end, started or did not start
};

enum class FlipStepOutcome {
  done,       // or already in that state
  not_there,  // the flip is in a state where that event can't happen
  not_yours,  // neither this node's to say nor overdue
  late,       // about an earlier lease, or about one that has run out since
};
std::string_view name_of(FlipStepOutcome outcome) noexcept;

/// What the store knows when a node reports `event` of a flip. The store may carry a call out long
/// after its sender gave it up: a frozen server goes on with what it had received.
struct FlipStepFacts {
  FlipState state{};
  FlipEvent event{};
  bool is_from{false};       // of the node that reports it
  bool is_to{false};         //
  bool is_candidate{false};  //
  bool said_before{false};
  bool is_overdue{false};      // the step's deadline has passed
  bool of_its_holding{false};  // the request names the epoch that the flip has for that node
  bool lease_lives{false};     // the node holds that lease, and has renewed it in time
};

/// `done`: the event may be written, and the table (flip.hpp) has the state that follows; or it was
/// written before. PostgreSQL has the same rules in jobflip.step_flip; a contract test compares the
/// two on generated states.
FlipStepOutcome judge_step(const FlipStepFacts& facts);

}  // namespace jobflip::core

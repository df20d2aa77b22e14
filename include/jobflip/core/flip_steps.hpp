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
};

enum class FlipStepOutcome {
  done,       // or already in that state
  not_there,  // the flip is in a state where that event can't happen
  not_yours,  // neither this node's to say nor overdue
};
std::string_view name_of(FlipStepOutcome outcome) noexcept;

}  // namespace jobflip::core

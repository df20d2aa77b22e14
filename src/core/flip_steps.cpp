#include "jobflip/core/flip_steps.hpp"

namespace jobflip::core {

std::string_view name_of(FlipStepOutcome outcome) noexcept {
  switch (outcome) {
    case FlipStepOutcome::done:
      return "done";
    case FlipStepOutcome::not_there:
      return "not_there";
    case FlipStepOutcome::not_yours:
      return "not_yours";
    case FlipStepOutcome::late:
      return "late";
  }
  return "?";
}

FlipStepOutcome judge_step(const FlipStepFacts& facts) {
  using enum FlipStepOutcome;
  const FlipEvent event = facts.event;
  const bool of_old = event == FlipEvent::drain_begun;
  const bool of_new = event == FlipEvent::started || event == FlipEvent::start_failed;
  const bool of_time = event == FlipEvent::overdue || event == FlipEvent::nobody_looked;
  if (!((of_old && facts.is_from) || (of_new && facts.is_to) || (of_time && facts.is_candidate)))
    return not_yours;
  if (find_transition(facts.state, event) == nullptr) return facts.said_before ? done : not_there;
  if (of_time) return facts.is_overdue ? done : not_yours;
  // A failed start stays true even if the lease is released before it is reported.
  const bool needs_lease = event != FlipEvent::start_failed;
  return facts.of_its_holding && (facts.lease_lives || !needs_lease) ? done : late;
}

}  // namespace jobflip::core

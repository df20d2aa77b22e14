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
  }
  return "?";
}

}  // namespace jobflip::core

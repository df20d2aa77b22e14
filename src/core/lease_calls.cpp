#include "jobflip/core/lease_calls.hpp"

namespace jobflip::core {

std::string_view name_of(TakeOutcome outcome) noexcept {
  switch (outcome) {
    case TakeOutcome::taken:
      return "taken";
    case TakeOutcome::moved:
      return "moved";
    case TakeOutcome::not_expired:
      return "not_expired";
    case TakeOutcome::frozen:
      return "frozen";
    case TakeOutcome::paused:
      return "paused";
    case TakeOutcome::reserved:
      return "reserved";
    case TakeOutcome::drained:
      return "drained";
    case TakeOutcome::not_candidate:
      return "not_candidate";
    case TakeOutcome::blocked:
      return "blocked";
  }
  return "?";
}

std::string_view name_of(ReleaseOutcome outcome) noexcept {
  switch (outcome) {
    case ReleaseOutcome::released:
      return "released";
    case ReleaseOutcome::not_holder:
      return "not_holder";
    case ReleaseOutcome::blocked:
      return "blocked";
  }
  return "?";
}

std::string_view name_of(BlackBoxReply outcome) noexcept {
  switch (outcome) {
    case BlackBoxReply::kept:
      return "kept";
    case BlackBoxReply::not_wanted:
      return "not_wanted";
  }
  return "?";
}

}  // namespace jobflip::core

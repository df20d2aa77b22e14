#pragma once
/// Enumerators by the words that the store uses for them.

#include <array>
#include <optional>
#include <string_view>

#include "jobflip/core/lease_calls.hpp"

namespace jobflip::store {

template <class Enum, std::size_t count>
std::optional<Enum> find_by_name(std::string_view name, const std::array<Enum, count>& all) {
  for (const auto value : all)
    if (name_of(value) == name) return value;
  return std::nullopt;
}

inline std::optional<core::TakeOutcome> parse_take_outcome(std::string_view text) {
  using enum core::TakeOutcome;
  return find_by_name(text, std::array{taken, moved, not_expired, frozen, paused, reserved, drained,
                                       not_candidate, blocked});
}

inline std::optional<core::ReleaseOutcome> parse_release_outcome(std::string_view text) {
  using enum core::ReleaseOutcome;
  return find_by_name(text, std::array{released, not_holder, blocked});
}

inline std::optional<core::BlackBoxReply> parse_black_box_reply(std::string_view text) {
  using enum core::BlackBoxReply;
  return find_by_name(text, std::array{kept, not_wanted});
}

inline std::optional<core::FlipStepOutcome> parse_step_outcome(std::string_view text) {
  using enum core::FlipStepOutcome;
  return find_by_name(text, std::array{done, not_there, not_yours, late});
}

inline std::optional<core::OwnerState> parse_owner_state(std::string_view text) {
  if (text == "held") return core::OwnerState::held;
  if (text == "released") return core::OwnerState::released;
  return std::nullopt;
}

}  // namespace jobflip::store

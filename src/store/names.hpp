#pragma once
/// Enumerators by the words that the store uses for them.

#include <array>
#include <optional>
#include <string_view>

#include "jobflip/core/lease_calls.hpp"
#include "jobflip/core/settings.hpp"

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

inline std::optional<core::PoolMode> parse_mode(std::string_view text) {
  if (text == "auto") return core::PoolMode::automatic;
  if (text == "observe") return core::PoolMode::observe;
  return std::nullopt;
}
constexpr std::string_view word_of(core::PoolMode mode) {
  return mode == core::PoolMode::automatic ? "auto" : "observe";
}

inline std::optional<core::WhenStoreLost> parse_when_store_lost(std::string_view text) {
  if (text == "stop") return core::WhenStoreLost::stop;
  if (text == "keep") return core::WhenStoreLost::keep;
  return std::nullopt;
}

inline std::optional<core::WhenWorkersEnd> parse_when_workers_end(std::string_view text) {
  if (text == "restart") return core::WhenWorkersEnd::restart;
  if (text == "hand-over") return core::WhenWorkersEnd::hand_over;
  if (text == "hand-over-in-loop") return core::WhenWorkersEnd::hand_over_in_loop;
  return std::nullopt;
}

inline std::optional<core::DoneKind> parse_done_kind(std::string_view text) {
  if (text == "window") return core::DoneKind::window;
  if (text == "table") return core::DoneKind::table;
  if (text == "queue") return core::DoneKind::queue;
  return std::nullopt;
}
constexpr std::string_view word_of(core::DoneKind kind) {
  switch (kind) {
    case core::DoneKind::window:
      return "window";
    case core::DoneKind::table:
      return "table";
    case core::DoneKind::queue:
      return "queue";
  }
  return "queue";
}

}  // namespace jobflip::store

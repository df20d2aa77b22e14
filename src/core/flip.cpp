#include "jobflip/core/flip.hpp"

#include <utility>

namespace jobflip::core {
namespace {

constexpr std::array kStateNames{
    std::pair{FlipState::requested, std::string_view{"requested"}},
    std::pair{FlipState::draining, std::string_view{"draining"}},
    std::pair{FlipState::released, std::string_view{"released"}},
    std::pair{FlipState::expired, std::string_view{"expired"}},
    std::pair{FlipState::taken, std::string_view{"taken"}},
    std::pair{FlipState::started, std::string_view{"started"}},
    std::pair{FlipState::verified, std::string_view{"verified"}},
    std::pair{FlipState::ineffective, std::string_view{"ineffective"}},
    std::pair{FlipState::unverified, std::string_view{"unverified"}},
    std::pair{FlipState::failed, std::string_view{"failed"}},
    std::pair{FlipState::aborted, std::string_view{"aborted"}},
};

constexpr std::array kEventNames{
    std::pair{FlipEvent::drain_begun, std::string_view{"drain_begun"}},
    std::pair{FlipEvent::released, std::string_view{"released"}},
    std::pair{FlipEvent::lease_expired, std::string_view{"lease_expired"}},
    std::pair{FlipEvent::taken, std::string_view{"taken"}},
    std::pair{FlipEvent::started, std::string_view{"started"}},
    std::pair{FlipEvent::completed, std::string_view{"completed"}},
    std::pair{FlipEvent::not_cured, std::string_view{"not_cured"}},
    std::pair{FlipEvent::nobody_looked, std::string_view{"nobody_looked"}},
    std::pair{FlipEvent::start_failed, std::string_view{"start_failed"}},
    std::pair{FlipEvent::overdue, std::string_view{"overdue"}},
    std::pair{FlipEvent::abort, std::string_view{"abort"}},
    std::pair{FlipEvent::superseded, std::string_view{"superseded"}},
};

std::string_view find_name(const auto& names, auto value) noexcept {
  for (const auto& [key, name] : names)
    if (key == value) return name;
  return "?";
}

template <class T>
std::optional<T> find_value(const auto& names, std::string_view text) noexcept {
  for (const auto& [key, name] : names)
    if (name == text) return key;
  return std::nullopt;
}

}  // namespace

const FlipTransition* find_transition(FlipState state, FlipEvent event) noexcept {
  for (const auto& row : kFlipTable)
    if (row.from == state && row.event == event) return &row;
  return nullptr;
}

std::string sentence_of(const FlipTransition& row, bool restart) {
  std::string text{row.sentence};
  if (!restart) return text;
  for (const std::string_view side : {"the old node", "the new node"})
    for (auto at = text.find(side); at != text.npos; at = text.find(side))
      text.replace(at, side.size(), "the node");
  return text;
}

std::string_view name_of(FlipState state) noexcept {
  return find_name(kStateNames, state);
}
std::string_view name_of(FlipEvent event) noexcept {
  return find_name(kEventNames, event);
}

std::optional<FlipState> parse_flip_state(std::string_view text) noexcept {
  return find_value<FlipState>(kStateNames, text);
}

std::optional<FlipEvent> parse_flip_event(std::string_view text) noexcept {
  return find_value<FlipEvent>(kEventNames, text);
}

}  // namespace jobflip::core

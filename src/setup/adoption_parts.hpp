#pragma once
/// The reasons why a unit can't be put behind a guard, and the notes for its owner.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/setup/adoption.hpp"

namespace jobflip::setup {

std::vector<std::string> words_of(std::string_view text);
/// True if it is set, even to nothing: an empty CapabilityBoundingSet= takes everything away.
bool has_assignment(const UnitSource& unit, std::string_view key);
/// True for a User= that is not root.
bool has_own_user(const UnitSource& unit);
/// True if the unit itself says that it starts after the agent: the opposite order would be a
/// cycle.
bool stops_after_agent(const UnitSource& unit);

std::optional<Error> why_not_adopted(const UnitSource& unit, const AdoptionRequest& request);
std::vector<std::string> notes_of_adoption(const UnitSource& unit, const ExecLine& line);

}  // namespace jobflip::setup

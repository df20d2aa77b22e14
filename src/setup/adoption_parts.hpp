#pragma once
/// What of a unit can't be put behind a guard, and what it should know.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/setup/adoption.hpp"

namespace jobflip::setup {

std::vector<std::string> words_of(std::string_view text);
/// Set at all, be it to nothing: an empty CapabilityBoundingSet= takes everything away.
bool has_assignment(const UnitSource& unit, std::string_view key);
/// A User= that is not root.
bool has_own_user(const UnitSource& unit);
/// The unit says itself that it starts after the agent: the other way round would be a cycle.
bool stops_after_agent(const UnitSource& unit);

std::optional<Error> why_not_adopted(const UnitSource& unit, const AdoptionRequest& request);
std::vector<std::string> notes_of_adoption(const UnitSource& unit, const ExecLine& line);

}  // namespace jobflip::setup

#pragma once
/// What to write into a file whose timings do not add up. `check_timings` names one wrong sum after
/// the other, because each depends on the one before.

#include <string>

#include "jobflip/core/settings.hpp"

namespace jobflip::core {

/// What makes all sums true at once, as a file may contain it: "set takeover_after = \"25s\",
/// freeze = \"28s\"". "" if they are true. Requires: every timing is valid by itself.
std::string how_to_fit(const LeaseTimings& timings);

}  // namespace jobflip::core

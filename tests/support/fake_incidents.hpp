#pragma once
/// What the model's calls of incidents share.

#include <optional>

#include "jobflip/core/incident.hpp"

namespace jobflip::test {

/// Keeps a stage, the first time that it is reached.
void reach(core::Incident& incident, core::IncidentStage stage, WallTime at,
           std::optional<FlipId> flip = {});

/// What a flip or a person had opened turns out to be an outage. Whether its class is another one.
bool take_in_trouble(core::Incident& incident, core::IncidentClass kind,
                     std::optional<WallTime> onset);

}  // namespace jobflip::test

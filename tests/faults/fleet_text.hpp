#pragma once
/// The fleet file of the campaign.

#include <string>
#include <vector>

namespace jobflip::faults {

std::string fleet_text(const std::vector<std::string>& nodes,
                       const std::vector<std::string>& supervisors);

}  // namespace jobflip::faults

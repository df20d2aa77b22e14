#pragma once
/// The facts of a post-mortem for programs; docs/json.md has the keys.

#include <nlohmann/json_fwd.hpp>

#include "jobflip/report/facts.hpp"

namespace jobflip::report {

nlohmann::ordered_json postmortem_json(const Facts& facts);

}  // namespace jobflip::report

#pragma once
/// The figures of a month for programs; docs/json.md has the keys.

#include <nlohmann/json_fwd.hpp>

#include "jobflip/report/month_facts.hpp"

namespace jobflip::report {

nlohmann::ordered_json month_json(const MonthFacts& facts);

}  // namespace jobflip::report

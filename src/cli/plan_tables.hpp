#pragma once
/// A plan of a flip on a terminal.

#include "cli/table.hpp"
#include "jobflip/core/gates.hpp"

namespace jobflip::cli {

Table gates_table(const core::FlipPlan& plan);
Table candidates_table(const core::FlipPlan& plan);

}  // namespace jobflip::cli

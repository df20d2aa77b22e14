#pragma once
/// The numbered migrations that the build embedded, with their includes put in.

#include <vector>

#include "jobflip/ports/schema_admin.hpp"

namespace jobflip::store {

/// In order, from 1, without a gap.
const std::vector<ports::Migration>& migrations();

/// The version of the schema that this program is made for.
int wanted_schema_version();

}  // namespace jobflip::store

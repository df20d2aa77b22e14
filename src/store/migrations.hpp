#pragma once
/// The numbered migrations that the build embedded: tables, roles and data. A released one never
/// changes. Functions, views and triggers are in schema_set.hpp.

#include <vector>

#include "jobflip/ports/schema_admin.hpp"
#include "store/embedded_sql.hpp"

namespace jobflip::store {

bool is_migration(const EmbeddedSql& file);

/// In order, from 1, without a gap.
const std::vector<ports::Migration>& migrations();

/// The version of the schema that this program is made for, as jobflip.installed_version() counts:
/// a migration that older programs can ignore does not count, and they go on beside it.
int wanted_schema_version();

/// The number of the last migration.
int last_migration();

}  // namespace jobflip::store

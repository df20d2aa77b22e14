#pragma once
/// Where a PostgreSQL server's programs are: Debian keeps them out of PATH, in a folder with the
/// number of their version.

#include <string>

namespace jobflip::os {

/// Has initdb and postgres.
bool has_postgres(const std::string& folder);

/// "/usr/lib/postgresql/17/bin": the newest one of at least version `oldest`; "" if there is none.
std::string newest_postgres_folder(int oldest, const std::string& versions = "/usr/lib/postgresql");

}  // namespace jobflip::os

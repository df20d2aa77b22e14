#pragma once
/// Where PostgreSQL's programs are. Debian keeps those of a server out of PATH, in a folder with
/// the number of its version.

#include <string>

namespace jobflip::test {

/// "/usr/lib/postgresql/17/bin/": of $JOBFLIP_TEST_POSTGRES ("/usr/lib/postgresql/17") if that is
/// set, else of the newest version here. Throws std::runtime_error if no server is found.
const std::string& postgres_programs();

}  // namespace jobflip::test

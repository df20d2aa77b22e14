#pragma once
/// The paths of PostgreSQL's programs. Debian does not put a server's programs in PATH, but in a
/// folder that is named after the version.

#include <string>

namespace jobflip::test {

/// "/usr/lib/postgresql/17/bin/": from $JOBFLIP_TEST_POSTGRES ("/usr/lib/postgresql/17") if it is
/// set, else of the newest version on this machine. Throws std::runtime_error if there is no
/// server.
const std::string& postgres_programs();

}  // namespace jobflip::test

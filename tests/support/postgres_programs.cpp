#include "support/postgres_programs.hpp"

#include <cstdlib>
#include <stdexcept>

#include "jobflip/os/postgres_folder.hpp"

namespace jobflip::test {
namespace {

std::string find() {
  if (const char* chosen = std::getenv("JOBFLIP_TEST_POSTGRES"); chosen != nullptr) {
    const auto folder = std::string{chosen} + "/bin/";
    if (!os::has_postgres(folder))
      throw std::runtime_error("JOBFLIP_TEST_POSTGRES: no initdb and postgres in " + folder);
    return folder;
  }
  const auto newest = os::newest_postgres_folder(0);
  if (newest.empty())
    throw std::runtime_error("no PostgreSQL server in /usr/lib/postgresql: run scripts/setup");
  return newest + "/";
}

}  // namespace

const std::string& postgres_programs() {
  static const std::string folder = find();
  return folder;
}

}  // namespace jobflip::test

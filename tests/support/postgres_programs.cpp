#include "support/postgres_programs.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace jobflip::test {
namespace {

bool has_server(const std::string& folder) {
  return ::access((folder + "initdb").c_str(), X_OK) == 0 &&
         ::access((folder + "postgres").c_str(), X_OK) == 0;
}

std::string find() {
  if (const char* chosen = std::getenv("JOBFLIP_TEST_POSTGRES"); chosen != nullptr) {
    const auto folder = std::string{chosen} + "/bin/";
    if (!has_server(folder))
      throw std::runtime_error("JOBFLIP_TEST_POSTGRES: no initdb and postgres in " + folder);
    return folder;
  }
  int newest = 0;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator{"/usr/lib/postgresql", none}) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version > newest && has_server(entry.path().string() + "/bin/")) newest = version;
  }
  if (newest == 0)
    throw std::runtime_error("no PostgreSQL server in /usr/lib/postgresql: run scripts/setup");
  return "/usr/lib/postgresql/" + std::to_string(newest) + "/bin/";
}

}  // namespace

const std::string& postgres_programs() {
  static const std::string folder = find();
  return folder;
}

}  // namespace jobflip::test

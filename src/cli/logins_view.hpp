#pragma once
/// What `jobflip logins` prints: the plan or what was done, and what is left to a person.

#include "cli/session.hpp"
#include "jobflip/setup/logins.hpp"

namespace jobflip::cli {

struct LoginsRun {
  core::Fleet fleet;
  std::vector<setup::WantedLogin> wanted;
  std::vector<setup::PlannedLogin> plan;
  std::vector<setup::PasswordFile> files;  // none with certificates
  std::string folder;
  std::string database;
  bool by_certificate{false};
  bool done{false};  // --yes
};

/// As --format says.
void show_logins(Session& session, const LoginsRun& run);

}  // namespace jobflip::cli

#pragma once
/// A PgBouncer in transaction mode in front of a site's PostgreSQL: each login stays the same, no
/// session state outlives a transaction, and startup options are not passed on.

#include <optional>
#include <string>
#include <vector>

#include "demo/folders.hpp"
#include "jobflip/host/process.hpp"

namespace jobflip::e2e {

class Pooler {
 public:
  static constexpr const char* kProgram = "/usr/sbin/pgbouncer";

  /// The pooler answers when this returns. Throws std::runtime_error, which fails the test.
  Pooler(const demo::Folders& folders, const std::optional<demo::Account>& account,
         const std::vector<std::string>& logins);

  std::string conninfo(const std::string& login) const;

 private:
  std::string folder_;
  host::Process process_;
};

}  // namespace jobflip::e2e

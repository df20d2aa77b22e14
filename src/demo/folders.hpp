#pragma once
/// Where the demo finds its programs, and where it puts its files.

#include <sys/types.h>

#include <optional>
#include <string>

#include "jobflip/base/result.hpp"
#include "jobflip/demo/demo.hpp"

namespace jobflip::demo {

struct Programs {
  std::string jobflip;
  std::string email_worker;
  std::string postgres_folder;  // with initdb and postgres of one version
  std::string psql;
  std::string smtp_sink;
};

/// An error names everything that is missing and the one command that installs it.
Result<Programs> find_programs(const std::string& jobflip);

/// Whom PostgreSQL and the SMTP server run as: PostgreSQL refuses root. Empty: as ourselves.
struct Account {
  uid_t user{};
  gid_t group{};
};
Result<std::optional<Account>> unprivileged_account();

/// The folders of one run. Removes `root` when it goes; `keep` stays.
class Folders {
 public:
  static Result<Folders> make(const std::string& keep, const std::optional<Account>& account);
  Folders(Folders&& other) noexcept;
  Folders& operator=(Folders&&) = delete;
  ~Folders();

  std::string root;     // a new temporary one; short, since socket paths must be
  std::string cluster;  // below root, the account's own
  std::string run;      // below root: runtime folders and settings of agents and supervisors
  std::string mail;     // below keep, else root; the account's own
  std::string logs;     // below keep, else root
  std::string keep;     // "": nothing is kept

 private:
  Folders() = default;
};

}  // namespace jobflip::demo

#pragma once
/// The folders of the demo's files, and their owners.

#include <sys/types.h>

#include <optional>
#include <string>

#include "jobflip/base/result.hpp"

namespace jobflip::demo {

/// The account that PostgreSQL and the SMTP server run as, since PostgreSQL refuses root. Empty:
/// our own.
struct Account {
  uid_t user{};
  gid_t group{};
};
Result<std::optional<Account>> unprivileged_account();

/// The folders of one run. The destructor removes `root`; `keep` stays.
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
  std::string keep;     // "": keep nothing

 private:
  Folders() = default;
};

}  // namespace jobflip::demo

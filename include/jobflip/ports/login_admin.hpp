#pragma once
/// Creates logins in the store's cluster. For a superuser, or an owner of the database with
/// CREATEROLE; no daemon uses it. One thread uses it.

#include <functional>
#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/setup/logins.hpp"

namespace jobflip::ports {

struct LoginsSeen {
  std::vector<setup::LoginFacts> logins;  // of the names that were asked for
  setup::ServerAddress server;            // as it was reached; a socket's folder begins with "/"
  std::string database;
};

enum class CommitOutcome { done, unknown };

class LoginAdmin {
 public:
  virtual ~LoginAdmin() = default;
  /// An error if `jobflip init` was never run in this database.
  virtual Result<LoginsSeen> look(const std::vector<std::string>& names) = 0;
  /// Carries out all steps in one transaction. Passwords are sent as SCRAM verifiers. Before the
  /// commit, `check` gets the logins as they are then: its error undoes everything. `unknown`: the
  /// connection broke during the commit.
  virtual Result<CommitOutcome> carry_out(
      const std::vector<setup::LoginStep>& steps,
      const std::function<Result<void>(const std::vector<setup::LoginFacts>&)>& check) = 0;
};

}  // namespace jobflip::ports

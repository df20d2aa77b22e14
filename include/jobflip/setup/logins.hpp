#pragma once
/// Which logins a fleet needs in its store, and what each of them lacks there: the rules of
/// `jobflip logins`, as pure functions.
///
/// Invariants: two logins that are planned never share a name or a file, because the store knows
/// its callers by their logins. A login that could do more than its purpose needs is refused, and
/// then the plan has nothing to do. What a login has already is never changed.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/core/settings.hpp"

namespace jobflip::setup {

inline constexpr std::size_t kLoginsMax = 20'000;

enum class LoginPurpose { agent, supervisor, person, worker, reader, probe };

/// The role of jobflip that such a login is a member of; "" for a probe.
std::string_view group_of(LoginPurpose purpose);

struct WantedLogin {
  std::string login;
  LoginPurpose purpose{};
  std::string owner;  // the node or supervisor; of any other login its own name

  bool operator==(const WantedLogin&) const = default;
};

/// The logins that a pool file does not name.
struct OtherLogins {
  std::vector<std::string> people;
  std::vector<std::string> workers;
  std::vector<std::string> probes;
  std::vector<std::string> readers{};  // monitoring, reviewers
};

struct WantedLogins {
  std::vector<WantedLogin> logins;
  std::vector<Error> faults;  // all of them; then nothing may be done
};
WantedLogins wanted_logins(const core::Fleet& fleet, const OtherLogins& others);

/// A role that the cluster has. A right counts if the role has it, or a role that it may become.
struct LoginFacts {
  std::string login;
  bool can_login{false};
  bool superuser{false};
  bool creates_roles{false};
  bool replicates{false};
  bool bypasses_rls{false};
  bool may_connect{false};         // to the store's database
  int connection_limit{-1};        // -1: none
  std::set<std::string> groups{};  // it is a member of: jobflip's, and those that pass by its rules
  std::set<std::string> settings{};  // names of what is set for it
  std::set<std::string> grants{};    // jobflip's roles that it may give to others (ADMIN OPTION)
};

struct LoginSetting {
  std::string name;
  std::string value;

  bool operator==(const LoginSetting&) const = default;
};

/// What one login gets. The default is nothing.
struct LoginStep {
  std::string login;
  bool create{false};
  std::string password{};   // of a new one; "": it has none
  std::string group{};      // ""
  int connection_limit{0};  // 0: as it is
  std::vector<LoginSetting> settings{};
  bool grant_connect{false};

  bool operator==(const LoginStep&) const = default;
};

enum class LoginState { missing, there, lacking, wrong };

struct PlannedLogin {
  WantedLogin wanted;
  LoginState state{};
  std::string lacks{};  // "jobflip_agent, CONNECT"
  std::string wrong{};  // why it can't be used: "it is a superuser"
  std::string fix{};
  LoginStep step{};  // if it is missing or lacking
};

/// `existing`: those of the wanted logins that the cluster has.
std::vector<PlannedLogin> plan_logins(const std::vector<WantedLogin>& wanted,
                                      const std::vector<LoginFacts>& existing);

/// One file with passwords, for libpq.
struct PasswordFile {
  std::string path;                 // below the folder of all of them: "job1/agent.pgpass"
  std::string for_what;             // "job1: /etc/jobflip/agent.pgpass, owner jobflip"
  std::vector<std::string> logins;  // whose passwords are in it
};

/// The files for the logins that will be created. A new probe's password is in the file of each new
/// supervisor; for a supervisor that exists already it also gets a file of its own.
std::vector<PasswordFile> password_files(const std::vector<PlannedLogin>& plan);

/// Where clients find the server: each pair is one line of a password file.
struct ServerAddress {
  std::string host;
  std::string port;
};

/// In double quotes, for a statement that somebody copies: a quote in the name ends nothing.
std::string sql_name(std::string_view name);

/// "host:port:*:login:password" for each address. Every database, because a password is valid for
/// the whole cluster.
std::string password_lines(const std::vector<ServerAddress>& addresses, std::string_view login,
                           std::string_view password);

/// The line of pg_hba.conf by which these logins may connect: jobflip's roles and the probes.
std::string hba_line(std::string_view database, const std::vector<WantedLogin>& logins,
                     bool by_certificate);

}  // namespace jobflip::setup

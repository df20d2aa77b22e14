#pragma once
/// A private PostgreSQL: its own data folder, a unix socket in a folder of its own and no network.
/// Anybody who can reach the socket is trusted; the folder is closed to all but its owner (and
/// root).

#include <optional>
#include <string>

#include "demo/folders.hpp"
#include "demo/programs.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/host/process.hpp"

namespace jobflip::demo {

class Cluster {
 public:
  /// Makes the data folder and starts the server; it answers when this returns.
  static Result<Cluster> start(const Programs& programs, const Folders& folders,
                               const std::optional<Account>& account);

  /// The libpq connection string of a login. It has no password.
  std::string conninfo(const std::string& login, const std::string& database = "app") const;

  /// Runs SQL as `login`, each call with a connection of its own; returns the answer as psql -At
  /// prints it.
  Result<std::string> sql(const std::string& text, const std::string& login = "postgres",
                          const std::string& database = "app") const;

  bool alive() { return !server_.ended(); }
  /// A fast shutdown; SIGKILL if that takes longer than `grace`.
  void stop(Millis grace);
  /// Starts the server again on the same data, after stop(); it answers when this returns.
  Result<void> start_again();

 private:
  Cluster(host::Process server, host::SpawnSettings command, std::string psql, std::string scratch)
      : server_{std::move(server)},
        command_{std::move(command)},
        psql_{std::move(psql)},
        scratch_{std::move(scratch)} {}

  Result<void> await_answer();

  host::Process server_;
  host::SpawnSettings command_;  // of the server
  std::string psql_;
  std::string scratch_;
};

}  // namespace jobflip::demo

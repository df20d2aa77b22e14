#pragma once
/// Two PostgreSQLs that take turns: one is the primary, the other its asynchronous replica. Both
/// listen only on unix sockets; nodes reach them through links. Their wall clock comes from a file
/// (libfaketime), their monotonic clock from the machine.

#include <memory>
#include <optional>
#include <string>

#include "demo/folders.hpp"
#include "demo/programs.hpp"
#include "faults/links.hpp"
#include "jobflip/host/process.hpp"

namespace jobflip::faults {

class Store {
 public:
  /// Throws std::runtime_error, like every function here. `logs` is a folder.
  Store(const demo::Programs& programs, const std::string& folder, const std::string& logs,
        const std::optional<demo::Account>& account, Links& links);
  ~Store();

  /// Names both by their sockets; the one that is the primary answers.
  std::string conninfo(const std::string& login) const;
  /// Names both by these ports of `address`.
  static std::string conninfo(const std::string& login, const std::string& address, int port_a,
                              int port_b);
  /// The socket of the first or the second one.
  std::string socket(int which) const;

  /// A clean stop: sessions are ended, everything is flushed.
  void stop();
  /// A power cut of the server: nothing is flushed.
  void crash();
  void start();
  /// kill -9 of one session's process, after which PostgreSQL restarts and discards its shared
  /// memory.
  void kill_backend(pid_t pid) const;
  /// Stops or continues every process of the primary.
  void freeze() const { signal_all(SIGSTOP); }
  void thaw() const { signal_all(SIGCONT); }

  bool has_clock() const { return !faketime_.empty(); }
  void shift_clock(int seconds) const;

  /// Makes the other one the primary's replica. Returns when both run and the replica has caught
  /// up.
  void make_replica();
  /// From now on nothing reaches the replica.
  void hold_replication() const { replication_->hold_down = true; }
  /// Kills the primary and promotes the replica with the data it has. The old primary's folder is
  /// kept until make_replica().
  void promote();
  /// Starts the old primary alone, where no node can reach it, and calls `read(conninfo)` on what
  /// it knew.
  template <class Read>
  void ask_the_dead(Read read) {
    start_one(1 - primary_, folder_ + "/dead", false);
    read("host=" + folder_ + "/dead port=" + std::to_string(port(1 - primary_)) +
         " user=postgres dbname=app");
    stop_one(1 - primary_, SIGINT);
  }
  int branches() const { return branches_; }

 private:
  std::string data(int which) const { return folder_ + "/data" + std::to_string(which); }
  static int port(int which) { return 54320 + which; }
  void start_one(int which, const std::string& socket_folder, bool shifted);
  void stop_one(int which, int signal);
  void signal_all(int signal) const;
  std::string output_of(std::vector<std::string> argv) const;
  bool answers(int which, const std::string& socket_folder, const std::string& sql) const;

  demo::Programs programs_;
  std::string folder_;
  std::string logs_;
  std::optional<demo::Account> account_;
  std::string faketime_;
  std::shared_ptr<Wire> replication_;
  std::optional<host::Process> server_[2];
  int primary_{0};
  int branches_{1};
};

}  // namespace jobflip::faults

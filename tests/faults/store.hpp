#pragma once
/// Two PostgreSQLs that take turns: one is the primary, the other its asynchronous replica. Both
/// only on unix sockets; nodes reach them through links. Their wall clock is a file's
/// (libfaketime), their monotonic clock the machine's.

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
  /// Throws std::runtime_error, as everything here does. `logs`: a folder.
  Store(const demo::Programs& programs, const std::string& folder, const std::string& logs,
        const std::optional<demo::Account>& account, Links& links);
  ~Store();

  /// Both, by their sockets; whichever is the primary answers.
  std::string conninfo(const std::string& login) const;
  /// Both, by these ports of `address`.
  static std::string conninfo(const std::string& login, const std::string& address, int port_a,
                              int port_b);
  /// The socket of the first or the second one.
  std::string socket(int which) const;

  /// As an administrator does it: sessions are ended, everything is flushed.
  void stop();
  /// As a power cut of the server: nothing is flushed.
  void crash();
  void start();
  /// kill -9 of one session's process, which makes PostgreSQL throw its memory away.
  void kill_backend(pid_t pid) const;
  /// Every process of the primary stands still, or goes on.
  void freeze() const { signal_all(SIGSTOP); }
  void thaw() const { signal_all(SIGCONT); }

  bool has_clock() const { return !faketime_.empty(); }
  void shift_clock(int seconds) const;

  /// Makes the other one the primary's replica; both run and the replica has caught up.
  void make_replica();
  /// From now on nothing reaches the replica.
  void hold_replication() const { replication_->hold_down = true; }
  /// The primary is gone, the replica is promoted with what it has. The old primary's folder stays
  /// until make_replica().
  void promote();
  /// The old primary, alone and out of everyone's reach: what it knew is read by `read(conninfo)`.
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

#pragma once
/// The agents and supervisors of the demo, each a process of its own with a login of its own, and
/// the guards and workers below them.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "demo/cluster.hpp"
#include "demo/folders.hpp"
#include "demo/process_table.hpp"
#include "demo/programs.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/host/process.hpp"

namespace jobflip::demo {

/// A daemon that ended and was started again.
struct Revived {
  std::string name;
  host::ProcessEnd end;
};

class Fleet {
 public:
  Fleet(const Programs& programs, const Folders& folders, const Cluster& cluster,
        std::string smtp_url, int mails);

  /// Writes all settings files, and the one for `apply`, whose path it returns.
  Result<std::string> write_settings() const;

  /// The SQL of the workers' table, as email-worker itself prints it.
  Result<std::string> email_schema() const;

  Result<void> start_agent(const std::string& node);
  Result<void> start_supervisor(const std::string& name);

  /// Runs a verb of jobflip as the login `ops`, and returns its whole output. An error if it did
  /// not exit with 0.
  Result<std::string> verb(std::vector<std::string> words, const std::string& login = "ops") const;

  std::vector<Seen> workers_of(const std::string& node) const;
  /// The guard of these workers: their parent.
  std::optional<Seen> guard_of(const std::vector<Seen>& workers) const;

  /// kill -9 of the agent alone.
  Result<void> kill_agent(const std::string& node);
  /// Like a power cut: kills agent, guard and workers at once.
  Result<void> cut_power(const std::string& node);

  /// Restarts every daemon that has ended, as a service manager would, and returns which. An error
  /// if one has ended too often.
  Result<std::vector<Revived>> revive();
  std::string log_of(const std::string& name) const { return folders_.logs + "/" + name + ".log"; }

  /// SIGTERM to all, then SIGKILL to what is left of them, of their guards and of their workers.
  void stop(Millis grace);

 private:
  Result<void> start(const std::string& role, const std::string& name);
  std::vector<Seen> ours() const;

  const Programs& programs_;
  const Folders& folders_;
  const Cluster& cluster_;
  std::string smtp_url_;
  int mails_;
  std::map<std::string, host::Process> daemons_;
  std::map<std::string, int> revivals_;
};

}  // namespace jobflip::demo

#pragma once
/// A whole small site for one test: a private PostgreSQL, agents and supervisors as separate
/// processes, each with its own login, and workers that leave a trace. The trace shows whether two
/// nodes ever worked at once.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "demo/cluster.hpp"
#include "demo/command.hpp"
#include "demo/folders.hpp"
#include "demo/process_table.hpp"
#include "demo/programs.hpp"
#include "demo/readings.hpp"
#include "e2e/pooler.hpp"
#include "jobflip/host/process.hpp"

namespace jobflip::e2e {

struct SiteSettings {
  std::string mode{"auto"};
  /// What the queue reports as `done`: it grows by itself, or it never changes.
  bool moving{true};
  bool traced{false};  // or `done` is the length of the workers' trace: it grows while they work
  std::vector<std::string> nodes{"job1", "job2", "job3"};
  std::string source{};  // of the queue, in place of a constant row; TOML lines
  std::string lease{};   // not 3 s, with takeover_after and freeze to match; TOML lines
  std::string pool{};    // more keys of the pool; TOML lines
  std::string cooldown{"cooldown = \"1s\"\ncooldown_max = \"4s\"\n"};
  /// Daemons and commands reach PostgreSQL through a PgBouncer in transaction mode.
  bool pooled{false};
};

/// One line of a worker's trace.
struct Trace {
  std::string node;
  std::int64_t epoch{};
  double at{};  // seconds on CLOCK_BOOTTIME, which is the same for all nodes of the test
};

class Site {
 public:
  /// Schema, roles and settings are applied; no daemon runs yet. Throws std::runtime_error, which
  /// fails the test.
  explicit Site(SiteSettings settings = {});
  ~Site();

  /// Runs a jobflip command as this login. Returns exit code and output.
  demo::Ran run(std::vector<std::string> words, const std::string& login = "ops");
  demo::Ran run_on(const std::string& conninfo, std::vector<std::string> words);
  demo::PoolReading pool();
  std::vector<demo::MoveReading> moves();

  void start_agent(const std::string& node) { start("agent", node); }
  void start_supervisor(const std::string& name) { start("supervisor", name); }
  host::Process& daemon(const std::string& name) { return daemons_.at(name); }
  std::vector<demo::Seen> workers_of(const std::string& node) const;
  /// Kills agent, guard and workers at once.
  void cut_power(const std::string& node);

  /// Polls until the condition holds; false after the deadline.
  static bool within(Millis at_most, const std::function<bool()>& holds);
  /// Waits until a node other than `not_this` holds the pool and its workers run. "" after the
  /// deadline.
  std::string await_active(const std::string& not_this = "", Millis at_most = Millis{20'000});

  std::vector<Trace> traces() const;
  /// "" if workers of two epochs never ran at the same time and epochs only rose; else what is
  /// wrong.
  static std::string overlap(std::vector<Trace> traces);

  demo::Cluster& cluster() { return *cluster_; }
  /// The connection string of daemons and commands: through the pooler if there is one.
  std::string store(const std::string& login) const;
  const demo::Folders& folders() const { return folders_; }
  /// The last lines of every log, for a test that failed.
  std::string logs() const;

 private:
  void write_settings(const SiteSettings& settings);
  void start(const std::string& role, const std::string& name);
  std::string trace_file() const { return folders_.root + "/trace"; }

  demo::Programs programs_;
  std::optional<demo::Account> account_;
  demo::Folders folders_;
  std::optional<demo::Cluster> cluster_;
  std::optional<Pooler> pooler_;
  std::map<std::string, host::Process> daemons_;
};

}  // namespace jobflip::e2e

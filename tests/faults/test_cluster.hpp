#pragma once
/// The cluster of a campaign: a store, three nodes with an agent each, two supervisors, workers
/// that leave evidence, and the links between them. Faults are done to it. Like a service manager,
/// it restarts what ended.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "demo/command.hpp"
#include "demo/folders.hpp"
#include "demo/process_table.hpp"
#include "demo/programs.hpp"
#include "faults/evidence.hpp"
#include "faults/links.hpp"
#include "faults/netspace.hpp"
#include "faults/sql.hpp"
#include "faults/store.hpp"
#include "jobflip/host/process.hpp"

namespace jobflip::faults {

inline const std::vector<std::string> kNodes{"job1", "job2", "job3"};
inline const std::vector<std::string> kSupervisors{"sup1", "sup2"};

/// The cluster's state, in one query to the store.
struct Reading {
  std::string holder;  // "": nobody
  std::int64_t epoch{};
  std::int64_t flip{};  // the open one; 0: none
  std::string flip_state;
  std::int64_t serial{};                      // the highest committed serial
  std::int64_t serial_of_epoch{};             // the same, under the current epoch
  std::map<std::string, std::int64_t> beats;  // node -> beat number
  std::int64_t open_items{};
};

class TestCluster {
 public:
  /// `evidence`: a new folder. Throws std::runtime_error if it can't be prepared.
  explicit TestCluster(const std::string& evidence);
  ~TestCluster();
  TestCluster(const TestCluster&) = delete;
  TestCluster& operator=(const TestCluster&) = delete;

  bool has_network() const { return network_.has_value(); }
  Network& network() { return *network_; }
  Store& store() { return *store_; }
  Wire& wire(const std::string& node) { return *wires_.at(node); }

  std::optional<Reading> read();
  std::optional<Rows> ask(const std::string& sql);
  std::string store_conninfo() const { return store_->conninfo("postgres"); }
  demo::Ran verb(std::vector<std::string> words);
  /// Starts a command that runs on its own while the campaign goes on. Nobody waits for its end.
  void verb_aside(std::vector<std::string> words);

  /// A node's runtime folder, and its agent's file.
  std::string runtime_of(const std::string& node) const { return folders_.run + "/" + node; }
  std::string settings_of(const std::string& node) const { return runtime_of(node) + ".toml"; }

  pid_t pid_of(const std::string& daemon) const;
  std::vector<pid_t> workers_of(const std::string& node) const;
  std::vector<pid_t> guards_of(const std::string& node) const;
  /// The agent, its guards and workers, and all that they started.
  std::vector<pid_t> all_of(const std::string& node) const;

  /// A daemon that ended stays down until it may run again.
  void keep_down(const std::string& daemon) { down_.insert(daemon); }
  void let_up(const std::string& daemon) { down_.erase(daemon); }
  /// Restarts the daemons that ended and should run. Remembers those that ended without a fault of
  /// ours.
  void tend();
  void expect_end(const std::string& daemon) { killed_.insert(daemon); }
  /// The daemon may refuse to start because of a fault, until must_serve().
  void let_refuse(const std::string& daemon) { refuses_until_[daemon] = Instant::max(); }
  void must_serve(const std::string& daemon) { refuses_until_[daemon] = BootClock::now(); }
  const std::vector<std::string>& crashes() const { return crashes_; }

  void thawed(const std::string& node);
  /// The tables of the current history, or those of the dead primary.
  void export_branch(int number, const std::string& conninfo) const;
  const std::string& evidence() const { return evidence_; }
  void stop_daemons();

 private:
  bool has_refused(const std::string& daemon, const host::ProcessEnd& end) const;
  void make_network();
  void make_schema();
  void write_settings();
  void start(const std::string& name);
  std::string store_of(const std::string& node, const std::string& login) const;

  std::string evidence_;
  demo::Programs programs_;
  std::optional<demo::Account> account_;
  demo::Folders folders_;
  std::optional<Network> network_;
  std::unique_ptr<Links> links_;
  std::optional<Store> store_;
  std::map<std::string, std::shared_ptr<Wire>> wires_;
  std::map<std::string, std::pair<int, int>> ports_;  // node -> ports of the first and second store
  std::optional<Sql> sql_;
  std::map<std::string, host::Process> daemons_;
  std::vector<host::Process> asides_;
  std::set<std::string> down_;
  std::set<std::string> killed_;
  std::map<std::string, Instant> refuses_until_;
  std::map<std::string, Instant> started_;
  std::vector<std::string> crashes_;
};

}  // namespace jobflip::faults

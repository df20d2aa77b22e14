#pragma once
/// Where the campaign takes place: a PostgreSQL, three agents and two supervisors as processes,
/// each with its own way to the store, workers that leave evidence, and a producer of jobs. It has
/// no opinion: it breaks what it is told to, mends it, and answers what is so.
///
/// Throws std::runtime_error where the field itself does not do what it must.

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "demo/command.hpp"
#include "demo/process_table.hpp"
#include "faults/evidence.hpp"
#include "faults/proxy.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/host/process.hpp"
#include "support/pg_cluster.hpp"

namespace jobflip::faults {

struct PoolState {
  std::string holder;  // "" where nobody holds the pool
  std::int64_t epoch{};
  std::int64_t commits{};  // of fenced jobs
  int ready{};             // nodes that beat and could start
};

class Field {
 public:
  /// Everything is below `folder`, which must be there and empty.
  explicit Field(std::string folder);
  ~Field();

  const std::vector<std::string>& nodes() const { return nodes_; }
  const std::vector<std::string>& supervisors() const { return supervisors_; }

  void start(const std::string& daemon);
  void kill_daemon(const std::string& daemon);
  host::Process& daemon(const std::string& name) { return daemons_.at(name); }
  bool runs(const std::string& daemon);
  Proxy& way_of(const std::string& daemon) { return *ways_.at(daemon); }
  test::PgCluster& store() { return *store_; }

  /// The node's workers; their parent is its guard.
  std::vector<demo::Seen> workers_of(const std::string& node) const;
  std::optional<demo::Seen> guard_of(const std::string& node) const;
  /// Empty where the store does not answer.
  std::optional<PoolState> look() const;
  /// A verb of jobflip as an operator, straight to the store.
  demo::Ran run(std::vector<std::string> words) const;

  void start_producer();
  void stop_producer();
  /// Jobs whose insertion was acknowledged and that are not done exactly once.
  std::vector<std::string> lost_jobs() const;
  std::int64_t jobs() const { return acknowledged_; }

  std::vector<Commit> commits() const;
  std::vector<Take> takes() const;
  /// Flips without an end or an event of their request, and whatever `audit verify` objects to.
  std::vector<std::string> unrecorded() const;
  std::int64_t flips() const;
  std::string evidence() const { return folder_ + "/evidence"; }

  void end();  // all daemons and workers; the store goes on

 private:
  std::string write_fleet() const;
  void write_settings(const std::string& daemon, bool is_agent);
  void produce(const std::stop_token& stop);

  std::string folder_;
  std::vector<std::string> nodes_{"job1", "job2", "job3"};
  std::vector<std::string> supervisors_{"sup1", "sup2"};
  std::unique_ptr<test::PgCluster> store_;
  boost::asio::io_context loop_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> stay_{
      loop_.get_executor()};
  std::map<std::string, std::unique_ptr<Proxy>> ways_;
  std::jthread relay_;
  std::map<std::string, host::Process> daemons_;
  std::jthread producer_;
  std::atomic<std::int64_t> acknowledged_{0};
};

}  // namespace jobflip::faults

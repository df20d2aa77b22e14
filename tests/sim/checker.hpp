#pragma once
/// What must hold. The checker judges by the true state of the simulated world, not by what the
/// store or an agent believes. README.md lists every rule by name. The ledger checks the rules
/// about the store's rows and its audit.
///
/// S1 and S2 do not cover a host that was paused as a whole when its guard should have acted,
/// until its guard has caught up (docs/safety.md, the limits). S3 covers it, too. The time that
/// its workers spend beside others is counted separately.

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "sim/world.hpp"

namespace jobflip::sim {

class Guard;
class Supervisor;

class Checker {
 public:
  explicit Checker(World& world) : world_(world) {}
  void watch(Guard& guard) { guards_.push_back(&guard); }
  void watch(Supervisor& supervisor) { supervisors_.push_back(&supervisor); }

  void after_event();
  void workers_started(Guard& guard);
  void workers_released(const NodeName& node, Epoch epoch);
  void committed(const NodeName& node, Epoch epoch);
  void pool_is_held(const PoolName& pool, const NodeName& node, Epoch epoch);
  /// The store accepted a take of the pool, or a beat that renews it. The call was sent at `sent`.
  void right_was_given(Host& host, Instant sent, Millis lease);
  /// The same for a beat alone. A renewed lease that had run out gives no right as long as another
  /// node's take, lost in the store's last crash, may still be valid.
  void renewal_was_sent(Host& host, Epoch epoch, Instant sent, Millis lease);
  /// The agent moves the deadline of workers that it keeps while the store is unreachable.
  void deadline_was_moved(const Host& host, Instant deadline, bool may_keep);
  /// A repeated take gives no later right than the first request.
  void take_was_accepted(Host& host, const Uuid& attempt, Millis lease);
  void take_is_sent(const Uuid& attempt, Instant sent) { first_sent_.try_emplace(attempt, sent); }
  /// The store lost commits, and takes among them: a node that holds an older epoch continues
  /// under it. Every new epoch must be above all earlier ones. `set_back`: the lost epochs may be
  /// older than the generation in which they were given.
  void history_was_lost(bool set_back);
  /// The store has new rows, and perhaps a new generation of epochs.
  void note_generation();
  /// The store accepted a full beat that reports this epoch. It believes only candidates of the
  /// pool.
  void epochs_were_reported(const NodeName& node, const std::vector<core::SeenEpoch>& seen);
  std::int64_t holders_seen() const { return static_cast<std::int64_t>(holder_of_.size()); }

 private:
  void check_workers();
  void check_times(Guard& guard);
  void note_beside(bool is_so, std::optional<Nanos>& since, Coverage::Beside& beside);
  void check_supervisors();
  void count_start(const Guard& guard);
  void count(const char* rule) { ++world_.coverage.checks[rule]; }

  /// The highest epoch of a pool in any history, and which of its locks are left (docs/safety.md).
  struct Given {
    Epoch highest;
    Epoch base;               // the first epoch of its generation
    bool record_lost{false};  // the store was set back behind that base
    bool reported{false};     // since then an agent reported that it has seen the epoch
  };
  bool must_rise(const Given& given) const;
  void check_rise(const PoolName& pool, const NodeName& node, Epoch epoch);

  World& world_;
  std::vector<Guard*> guards_;
  std::vector<Supervisor*> supervisors_;
  std::map<std::pair<PoolName, Epoch>, NodeName> holder_of_;
  std::map<Epoch, int> given_after_;  // the number of losses when it was given
  std::map<PoolName, Given> given_;
  int losses_{0};     // how often the store lost commits
  Nanos lost_at_{0};  // the last time it lost any
  Epoch base_;        // the first epoch of the generation
  Epoch clock_;       // the store's clock at the start of the generation, as an epoch
  /// An older copy was restored: from now on a standby may be as old as that copy.
  bool older_files_{false};
  /// At the start of a generation the clock was set back, or bases had run ahead of it.
  bool clock_behind_{false};
  std::map<Epoch, NodeName> started_on_;
  std::map<Uuid, Instant> first_sent_;
  std::map<const Guard*, std::deque<Nanos>> starts_;  // the last ones
  Epoch highest_started_;
  Epoch highest_committed_;
  std::optional<Nanos> beside_since_;
  std::optional<Nanos> kept_beside_since_;
  std::optional<Nanos> escaped_beside_since_;
};

}  // namespace jobflip::sim

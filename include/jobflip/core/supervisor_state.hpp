#pragma once
/// The state of a leading supervisor: the queues that it watches, the flips whose outcome it has to
/// record, and the one store call in flight. A plain value: supervisor_step returns the next one.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/core/detector.hpp"
#include "jobflip/core/flip_calls.hpp"
#include "jobflip/core/gates.hpp"
#include "jobflip/core/history.hpp"
#include "jobflip/core/incident_calls.hpp"
#include "jobflip/core/snapshot.hpp"

namespace jobflip::core {

struct QueueWatch {
  QueueSettings settings;
  DetectorState detector;
  std::string reason;
  bool flip_may_help{false};  // by the verdict alone
  Instant next_sample;
  bool sampling{false};
  bool begins{true};                     // the watch: with the next reading
  bool last_began{false};                // it began with the last reading
  Millis usual_took{};                   // a reading, averaged
  int slow_readings{0};                  // in a row: each 10 times as long as usual
  bool sent_without_workers{false};      // the current sample began after the old workers were gone
  std::vector<QueueSample> recent;       // the last 30, for the evidence
  std::vector<std::string> running_ids;  // jobs, as they were read last
};

/// A crash loop of the pool's workers on a node, seen while it held the pool.
struct CrashSeen {
  int ends{0};
  std::optional<Millis> within;
  Instant at;  // last
};

/// What the samples of one queue showed since the old node's workers were gone.
struct CureWatch {
  bool was_stalled{false};  // STALLED or HELD at the request: the flip has to cure this queue
  std::optional<QueueSample> base;  // the first sample
  std::optional<QueueSample> last;
  std::int64_t done_floor{};          // the lowest `done` so far: the count of a window may fall
  std::int64_t fewest_running{};      // so far: at most so many claims of the old workers are left
  bool all_new{false};                // every running job was taken under the new lease,
  bool has_old{false};                // or the oldest one surely before it
  bool had_work{false};               // some job was due or running
  Millis had_work_for{};              // for how long, since the start of the new workers
  Millis unconfirmed{};               // the same, since the last reading: the next one confirms it
  int failed_readings{0};             // since the start of the new workers
  int failed_in_a_row{0};             // of them, since the last good one
  std::optional<Instant> counted_at;  // until when that is counted
  bool completed{false};              // a job completed on the new node
  bool backlog_moves{false};          // the oldest due job does not just get older
};

/// How often the holder's workers ended in a crash loop, as the snapshots show it.
struct CrashCount {
  NodeName node;
  int ends{0};
  std::optional<Instant> last_end;  // empty: before the first snapshot
};

/// The current step of a flip, as the snapshots show it. Time that the supervisor could not see
/// does not count against the flip: while the store gave no reply, no node could act.
struct FlipStepWatch {
  FlipState state{};
  Instant since;  // without a gap
  Instant last_seen;
  Millis unseen{};  // the sum of the gaps in this state
};

struct PoolWatch {
  PoolSettings settings;
  std::map<QueueName, QueueWatch> queues;
  Epoch epoch;                            // of the lease; with a new one the detectors start again
  std::optional<Instant> stalled_since;   // since when a flip may help one of its queues
  PoolJudgement judgement;                // of the last reading
  std::map<NodeName, CrashSeen> crashed;  // on which nodes, since a job completed
  CrashCount crashes;                     // of the holder
  int cooldown_level{0};                  // by the last snapshot; `jobflip ack` makes it 0
  std::optional<Instant> restart_until;   // no restart until then; `jobflip ack` ends it
  std::string held_by;                    // the rule of the last recorded hold; "": none
  Instant not_before;                     // the store refused a request: no new one until then
  std::optional<FlipId> flip;             // the open flip, as last seen or accepted
  FlipStepWatch step;                     // of that flip
  bool restarts{false};                   // that flip is a restart: the detectors go on over it
  bool workers_gone{false};               // that flip's old node has no worker left
  std::optional<FlipId> judging;          // that flip, while its outcome is watched
  bool judged{false};                     // its outcome was sent; a new snapshot shows the result
  std::map<QueueName, CureWatch> cures;
  std::optional<FlipId> first_job;    // the flip whose first job was reported
  std::optional<Instant> well_since;  // since when nothing is wrong with the pool
  std::optional<Instant> calm_since;  // since when no due job waits for long
  bool publish_due{false};
  Instant published_at;
};

/// What is to be said of an incident. Its age is counted when it is sent: that may take a while.
struct SeenIncident {
  IncidentReport report;
  std::optional<Instant> at;  // the onset, the first job or the recovery; empty: not known
};

enum class StoreCall { none, snapshot, request, outcome, hold, incident, publish, heads };

struct SupervisorState {
  NodeName self;
  Uuid run;
  std::int64_t requests{0};
  std::optional<Epoch> epoch;  // while elected
  Instant trusted_until;
  std::map<PoolName, PoolWatch> pools;
  /// What was learned about queues that are not watched now, or were not yet when it was read.
  std::map<std::pair<PoolName, QueueName>, Rhythm> remembered;
  std::optional<Snapshot> snapshot;
  Instant snapshot_at;  // when it arrived
  Instant next_snapshot;
  Millis snapshot_every{1000};
  Instant expected_tick;            // Instant::max(): none
  Millis lateness{};                // of the last tick
  StoreCall call{StoreCall::none};  // in flight
  PoolName call_pool;
  std::optional<Epoch> call_epoch;  // the epoch in which it was sent
  int failed_calls{0};              // in a row, for the back-off
  Instant calls_not_before;
  std::string last_error;
  std::vector<FlipRequest> wanted;  // to be sent, again if the outcome is unknown; one per pool
  std::vector<HoldRecord> holds;    // to be sent; one per pool
  std::vector<FlipOutcome> outcomes;
  std::vector<SeenIncident> incidents;  // to be sent, in this order
  bool heads_due{false};                // a chain has a new head to log, at most once a minute
  Instant heads_not_before;
  std::map<std::string, std::int64_t> logged_heads;  // seq, by chain
  std::vector<ChainHead> seen_heads;  // at most kMostHeads; the most recently changed come first
};

/// How many heads a supervisor remembers and claims with each full beat. If the store lacks a
/// single one of them, it was set back. jobflip.claimed_head checks as many.
inline constexpr std::size_t kMostHeads = 100;

}  // namespace jobflip::core

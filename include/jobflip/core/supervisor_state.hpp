#pragma once
/// What a leading supervisor knows: the queues that it watches, flips whose cure it looks for, and
/// the one call of the store that is in flight. A value: supervisor_step makes the next one of it.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/core/detector.hpp"
#include "jobflip/core/flip_calls.hpp"
#include "jobflip/core/gates.hpp"
#include "jobflip/core/history.hpp"
#include "jobflip/core/snapshot.hpp"

namespace jobflip::core {

struct QueueWatch {
  QueueSettings settings;
  DetectorState detector;
  std::string reason;
  Instant next_sample;
  bool sampling{false};
  bool sent_without_workers{false};  // the sample under way: after the old node's workers were gone
  std::vector<QueueSample> recent;   // the last 30: evidence
};

/// What is seen of one queue since the old node's workers were gone.
struct CureWatch {
  bool was_stalled{false};          // when the flip was asked for: this one must be cured
  std::optional<QueueSample> base;  // the first reading
  std::optional<QueueSample> last;
  std::int64_t done_floor{};  // the lowest `done` since: a sliding window may fall
  bool was_due{false};        // some work was due or running
  bool completed{false};      // a job completed on the new node
  bool backlog_moves{false};  // and the oldest is not merely getting older
};

/// The step that a flip is in, as the snapshots show it. What the supervisor could not see does not
/// count against the flip: nobody could act while the store gave no answer.
struct FlipStepWatch {
  FlipState state{};
  Instant since;  // without a gap
  Instant last_seen;
  Millis unseen{};  // the gaps before, in this state
};

struct PoolWatch {
  PoolSettings settings;
  std::map<QueueName, QueueWatch> queues;
  Epoch epoch;                           // of the holding watched; a new one warms up anew
  std::optional<Instant> stalled_since;  // of the pool: its first STALLED queue
  std::string held_by;                   // rule of the last recorded hold, "" where none
  Instant not_before;                    // no new request: the store refused the last one
  std::optional<FlipId> flip;            // in progress, as last seen or accepted
  FlipStepWatch step;                    // of that flip
  bool workers_gone{false};              // of the old node, in that flip
  std::optional<FlipId> judging;         // a started flip whose cure is watched
  bool judged{false};                    // it was said; the next snapshot shows what came of it
  std::map<QueueName, CureWatch> cures;
  bool publish_due{false};
  Instant published_at;
};

enum class StoreCall { none, snapshot, request, judge, hold, publish, heads };

struct SupervisorState {
  NodeName self;
  Uuid run;
  std::int64_t requests{0};
  std::optional<Epoch> epoch;  // while elected
  Instant trusted_until;
  std::map<PoolName, PoolWatch> pools;
  std::optional<Snapshot> snapshot;
  Instant snapshot_at;  // when it arrived
  Instant next_snapshot;
  Millis snapshot_every{1000};
  Instant expected_tick;            // Instant::max(): none
  Millis lateness{};                // of the last tick
  StoreCall call{StoreCall::none};  // in flight
  PoolName call_pool;
  std::optional<Epoch> call_epoch;  // the reign that it was sent in
  int failed_calls{0};              // in a row; backs off
  Instant calls_not_before;
  std::string last_error;
  std::vector<FlipRequest> wanted;  // asked for again after an unknown outcome; one a pool at most
  std::vector<HoldRecord> holds;    // one a pool at most
  std::vector<FlipOutcome> outcomes;
  bool heads_due{false};  // a chain has moved on: its head is told again, once a minute at most
  Instant heads_not_before;
  std::map<std::string, std::int64_t> told_heads;  // seq, by chain
  std::vector<ChainHead> seen_heads;  // at most kMostHeads, those that moved last first
};

/// How many heads a supervisor remembers, and claims with each full beat. A single one that the
/// store does not have shows that the store was set back. jobflip.claimed_head looks at as many.
inline constexpr std::size_t kMostHeads = 100;

}  // namespace jobflip::core

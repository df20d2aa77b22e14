#pragma once
/// What the leading supervisor does next: a pure function of its state, one event and the time.
/// It samples every queue at the queue's pace and publishes a verdict for each. If a pool is
/// STALLED, it requests a flip, or records a hold if a gate blocks the flip. After a flip it
/// records the outcome.
///
/// Invariants:
///  - it acts only between Elected and trusted_until, and each changing call carries its epoch;
///  - its own lateness is added to every clock, and after a long one the detectors start again: an
///    observer that was away must not call others silent;
///  - at most one store call is in flight; the samples of queues run beside it;
///  - a decision about a flip uses the snapshot of the same step, never an older one;
///  - a request with an unknown outcome is repeated under its id while the flip is still wanted.

#include <variant>
#include <vector>

#include "jobflip/core/kept_sample.hpp"
#include "jobflip/core/log_event.hpp"
#include "jobflip/core/supervisor_state.hpp"

namespace jobflip::core {

struct Elected {  // sent again after every acknowledged beat, with a later trusted_until
  Epoch epoch;
  Instant trusted_until;
};
struct Deposed {};
struct SupervisorTick {};
struct SnapshotRead {
  Result<Snapshot> snapshot;
};
struct Sampled {
  PoolName pool;
  QueueName queue;
  Result<QueueSample> sample;
  Millis took{};                 // the reading itself, without the wait for its turn
  std::optional<WallTime> at{};  // when it was read, on a clock for people
};
struct RunningRead {  // read beside the decisions, after a sample that showed running jobs
  PoolName pool;
  QueueName queue;
  std::vector<std::string> ids;
};
struct FlipAnswered {
  PoolName pool;
  Result<FlipAnswer> answer;
};
struct Recorded {  // the reply to Publish, RecordHold, RecordFlipOutcome and RecordIncident
  Result<bool> still_leader;
};
struct LearnedRead {  // what an earlier leader kept of the queues
  std::vector<Learned> learned;
};
struct HeadsRead {
  Result<std::vector<ChainHead>> heads;
};
using SupervisorEvent = std::variant<Elected, Deposed, SupervisorTick, SnapshotRead, Sampled,
                                     RunningRead, FlipAnswered, Recorded, LearnedRead, HeadsRead>;

struct ReadSnapshot {};
struct SampleQueue {
  PoolName pool;
  QueueSettings queue;
};
struct Publish {
  VerdictReport report;
};
struct RequestFlip {
  FlipRequest request;
};
struct RecordHold {
  HoldRecord hold;
};
struct RecordFlipOutcome {
  FlipOutcome step;
};
struct RecordIncident {
  IncidentReport report;
};
struct ReadHeads {};
using SupervisorAction = std::variant<ReadSnapshot, SampleQueue, Publish, RequestFlip, RecordHold,
                                      RecordFlipOutcome, RecordIncident, ReadHeads>;

struct SupervisorStep {
  SupervisorState next;
  std::vector<SupervisorAction> actions;  // at most one that calls the store
  std::vector<LogEvent> log_events;       // for the journal and the log
  Instant wake_at;                        // send a SupervisorTick then; max(): never
};

SupervisorState first_supervisor_state(const NodeName& self, const Uuid& run, Instant now);

SupervisorStep supervisor_step(SupervisorState state, const SupervisorEvent& event, Instant now);

}  // namespace jobflip::core

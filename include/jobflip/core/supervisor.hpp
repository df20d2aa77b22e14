#pragma once
/// What the leading supervisor does next: a pure function of its state, one event and the time.
/// It samples every queue at its own pace, says a verdict for each, asks for a flip where one would
/// help and every gate allows it, records a hold if one blocks, and judges whether a flip cured.
///
/// Invariants:
///  - it acts only between Elected and its trusted_until, and every changing call carries its
///  epoch;
///  - its own lateness is added to every clock, and a long one starts the detectors anew: an
///  observer
///    that was away must not judge others;
///  - one call of the store in flight at most; samples of different queues run apart from it;
///  - a flip is decided on in the step that takes in a snapshot, never on an older one;
///  - a request whose outcome is unknown is asked again under its own id while it is still wanted.

#include <variant>
#include <vector>

#include "jobflip/core/log_event.hpp"
#include "jobflip/core/supervisor_state.hpp"

namespace jobflip::core {

struct Elected {  // sent again with every acknowledged beat: trusted_until moves
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
};
struct FlipAnswered {
  PoolName pool;
  Result<FlipAnswer> answer;
};
struct Recorded {  // the answer to Publish, RecordHold and RecordFlipOutcome
  Result<bool> still_leader;
};
struct HeadsRead {
  Result<std::vector<ChainHead>> heads;
};
using SupervisorEvent = std::variant<Elected, Deposed, SupervisorTick, SnapshotRead, Sampled,
                                     FlipAnswered, Recorded, HeadsRead>;

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
struct ReadHeads {};
using SupervisorAction = std::variant<ReadSnapshot, SampleQueue, Publish, RequestFlip, RecordHold,
                                      RecordFlipOutcome, ReadHeads>;

struct SupervisorStep {
  SupervisorState next;
  std::vector<SupervisorAction> actions;  // at most one that calls the store
  std::vector<LogEvent> log_events;       // for the journal and the log
  Instant wake_at;                        // send a tick then; max(): no need
};

SupervisorState first_supervisor_state(const NodeName& self, const Uuid& run, Instant now);

SupervisorStep supervisor_step(SupervisorState state, const SupervisorEvent& event, Instant now);

}  // namespace jobflip::core

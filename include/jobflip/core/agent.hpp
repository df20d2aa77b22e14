#pragma once
/// What an agent does next: a pure function of its state, one event and the time.
///
/// Each pool that the node is a candidate of is in one phase:
///
///   watching   another node holds the pool, or none does; this node takes it when it is released,
///              or when the holder has not renewed it for takeover_after
///   taking     a take was sent and its outcome is unknown; the agent sends the same attempt again
///   starting   this node holds the lease and starts the workers
///   holding    the workers run; every acknowledged beat moves their deadline
///   stopping   the workers are being stopped (a flip, a shutdown, a lost lease, a failed start)
///   releasing  no worker is left; the lease is being released
///
/// Invariants:
///  - a deadline counts from just before the acknowledged beat or take was sent;
///  - a pool is renewed only in starting, holding and stopping, and only before its deadline;
///  - a lease that ran out is renewed only if the store can't have lost another node's take;
///  - the workers of a stalled pool are stopped only after a capture of them has ended or its time
///    limit has passed (black_box.hpp); nothing else waits for a capture;
///  - a release is sent only after no worker was seen; a start only before its deadline;
///  - workers that can't be seen count as running: their lease is neither renewed nor released;
///  - if workers turn up in any phase, the agent adopts them or stops them;
///  - at most one store call is in flight; the state alone decides which one comes next, so a lost
///    reply or a restart of the process loses nothing.

#include <string>
#include <variant>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/core/agent_state.hpp"
#include "jobflip/core/log_event.hpp"
#include "jobflip/core/wake_hint.hpp"

namespace jobflip::core {

struct Tick {};  // the time that the last step asked for has come
struct WakeUp {  // something may have changed in the store
  WakeHint hint{};
};
struct ShutdownAsked {};
struct WorkersSeen {
  PoolName pool;
  WorkerStatus status;
};
/// The audit heads that this node's supervisor has read. Its beats claim them from now on.
struct HeadsSeen {
  std::vector<ChainHead> heads;
};
/// A capture has ended.
struct BlackBoxCaptured {
  BlackBox black_box;
};
/// The reply to the call in flight. Requires: a call of this kind is in flight.
struct StoreAnswered {
  std::variant<Result<BeatReply>, Result<TakeReply>, Result<ReleaseOutcome>,
               Result<FlipStepOutcome>, Result<BlackBoxReply>>
      answer;
};
using AgentEvent = std::variant<Tick, WakeUp, ShutdownAsked, WorkersSeen, HeadsSeen,
                                BlackBoxCaptured, StoreAnswered>;

struct CallStore {
  std::variant<BeatRequest, TakeRequest, ReleaseRequest, FlipStepRequest, KeepBlackBoxRequest>
      request;
  Instant give_up_at;  // then the caller cancels the call, which fails with store_timeout
};
/// The caller carries out PrepareWorkers and StartWorkers at once, and sends a WorkersSeen of the
/// pool before any other event.
struct PrepareWorkers {
  PoolName pool;
  LeaseTimings timings;
};
struct StartWorkers {
  PoolName pool;
  Epoch epoch;
  Instant deadline;
};
struct ExtendDeadline {
  PoolName pool;
  Instant deadline;
};
struct StopWorkers {
  PoolName pool;
  Millis grace;
};
/// Starts a capture of the pool's workers. It runs beside everything else and ends with a
/// BlackBoxCaptured, or never.
struct CaptureBlackBox {
  BlackBoxOf of;
};
/// Save `seen` for the next process of this node on this boot. Nothing waits for it; it may fail.
struct KeepSeen {
  SeenOfStore seen;
};
struct Finish {};  // every lease is released or over: the process may exit
using AgentAction = std::variant<CallStore, PrepareWorkers, StartWorkers, ExtendDeadline,
                                 StopWorkers, CaptureBlackBox, KeepSeen, Finish>;

struct AgentStep {
  AgentState next;
  std::vector<AgentAction> actions;
  std::vector<LogEvent> log_events;  // for the journal and the log
  std::string reason;  // the sentences of the log events, joined with "; "; "" if there are none
  Instant wake_at;     // send a Tick then
};

/// Until when a flip waits for a capture that starts now: never so long that the guard would stop
/// the workers on its own.
Instant look_until(Instant now, Instant deadline, const LeaseTimings& timings);

/// Before the first Tick, send a WorkersSeen for each pool whose workers already run on this
/// machine: the agent continues a lease whose deadline has not passed. `seen` is what an earlier
/// process saved (KeepSeen).
AgentState first_agent_state(const NodeName& node, const Uuid& instance, const Uuid& run,
                             Instant now, SeenOfStore seen = {});

AgentStep agent_step(AgentState state, const AgentEvent& event, Instant now);

}  // namespace jobflip::core

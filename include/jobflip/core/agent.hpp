#pragma once
/// What an agent does next: a pure function of its state, one event and the time.
///
/// Each pool that the node is a candidate of is in one phase:
///
///   watching   another node holds the pool, or nobody does; a lease seen to stand still for
///              takeover_after, or released, is taken
///   taking     a take was sent and its outcome is not known yet; the same attempt is sent again
///   starting   the lease is ours; the guard is told to start the workers
///   holding    the workers run; every beat that is acknowledged moves their deadline
///   stopping   the workers were told to end (a flip, a shutdown, a lost lease, a failed start)
///   releasing  no worker is left; the lease is being given up
///
/// Invariants:
///  - a deadline is counted from the moment just before the acknowledged beat or take was sent;
///  - a pool is renewed only in starting, holding and stopping, and only before its deadline;
///  - a lease that ran out is renewed only where the store can't have lost another node's take;
///  - before a stalled pool's workers are told to end their host has a look at them, bounded in
///  time (black_box.hpp); nothing else waits for it;
///  - a release is sent only after the workers were seen empty; a start only under a live deadline;
///  - workers that cannot be seen count as running: their lease is neither renewed nor released;
///  - workers that turn up in any phase are gone on with or told to end;
///  - at most one call of the store is in flight; which one comes next is derived from the state,
///  so
///    that a lost answer or a restart of the process loses nothing.

#include <string>
#include <variant>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/core/agent_state.hpp"
#include "jobflip/core/log_event.hpp"
#include "jobflip/core/wake_hint.hpp"

namespace jobflip::core {

struct Tick {};  // the time asked for came
struct WakeUp {  // the store hinted that something changed
  WakeHint hint{};
};
struct ShutdownAsked {};
struct WorkersSeen {
  PoolName pool;
  WorkerStatus status;
};
/// The audit heads that this node's supervisor has read: from now on its beats claim them.
struct HeadsSeen {
  std::vector<ChainHead> heads;
};
/// What CaptureBlackBox found.
struct BlackBoxCaptured {
  BlackBox black_box;
};
/// The answer to the call in flight. Requires: one is in flight, and of this kind.
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
  Instant give_up_at;  // then the caller cuts the call, which answers store_timeout
};
/// PrepareWorkers and StartWorkers are carried out at once, and followed by a WorkersSeen of the
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
/// Begins a look at the pool's workers, which goes on beside everything else and ends in an
/// BlackBoxCaptured, or never.
struct CaptureBlackBox {
  BlackBoxOf of;
};
/// Keep it for the next process of this node on this boot. Nothing waits for it, and it may fail.
struct KeepSeen {
  SeenOfStore seen;
};
struct Finish {};  // everything is given back: the process may end
using AgentAction = std::variant<CallStore, PrepareWorkers, StartWorkers, ExtendDeadline,
                                 StopWorkers, CaptureBlackBox, KeepSeen, Finish>;

struct AgentStep {
  AgentState next;
  std::vector<AgentAction> actions;
  std::vector<LogEvent> log_events;  // for the journal and the log
  std::string reason;  // the sentences of the log_events in one; "" where nothing is worth one
  Instant wake_at;     // send a Tick then
};

/// How long a flip waits for a look that begins now: never into the time in which the guard would
/// end the workers by itself.
Instant look_until(Instant now, Instant deadline, const LeaseTimings& timings);

/// Before the first Tick, send a WorkersSeen for each pool with what this machine's guard already
/// runs: a lease goes on only if its deadline has not passed. `seen`: what an earlier process kept.
AgentState first_agent_state(const NodeName& node, const Uuid& instance, const Uuid& run,
                             Instant now, SeenOfStore seen = {});

AgentStep agent_step(AgentState state, const AgentEvent& event, Instant now);

}  // namespace jobflip::core

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
///  - a pool is vouched for only in starting, holding and stopping, and only before its deadline;
///  - a release is sent only after the workers were seen empty; a start only under a live deadline;
///  - at most one call of the store is in flight; which one comes next is derived from the state,
///  so
///    that a lost answer or a restart of the process loses nothing.

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/lease_calls.hpp"
#include "jobflip/core/settings.hpp"
#include "jobflip/core/worker.hpp"

namespace jobflip::core {

enum class LeasePhase { watching, taking, starting, holding, stopping, releasing };
std::string_view name_of(LeasePhase phase) noexcept;

/// A taker's own watch over a lease: since when, on this node's boot clock, the triple stood still.
/// A gap between two polls that is longer than expected starts it anew: an agent that was itself
/// late, or had no store, must not judge others.
struct LeaseWatch {
  Uuid incarnation;
  Epoch epoch;
  BeatNumber lease_beat;
  OwnerState state{};
  Instant since;  // arrival of the first reply that showed the triple
  Instant last_poll;
  int polls{0};
};

/// Why the workers were told to end, and so what follows when none is left.
enum class StopCause {
  none,
  flip,           // release, for the target to take
  shutdown,       // release, for anybody to take
  start_failed,   // release, and wait before trying again
  not_candidate,  // release
  lost,           // somebody else holds the pool: nothing to release
  expired,        // the store was away: no release, so that this node takes anew before others do
  resume,         // the flip was aborted in the drain: start again under the same lease
};
std::string_view name_of(StopCause cause) noexcept;

struct PoolLease {
  LeasePhase phase{LeasePhase::watching};
  PoolSettings settings;
  std::optional<PoolReport> report;  // the newest
  LeaseWatch watch;
  WorkerStatus workers;
  Epoch epoch;                  // of our holding, from taking on
  Instant deadline;             // when our right ends
  bool ran{false};              // workers ran under this epoch
  std::optional<Uuid> attempt;  // of the take or release that is under way
  Instant attempt_since;        // its first sending: a lease taken by it is counted from there
  TakeRequest take;             // what the attempt asked, to ask the same again
  StopCause stop_cause{StopCause::none};
  std::string stop_reason;                   // why we are stopping or releasing
  int overdue_polls{0};                      // how many replies in a row showed the flip overdue
  std::optional<FlipStepRequest> flip_step;  // to be told to the store
  Instant not_before;  // no take or start before: back-off after a failed start
  int failed_starts{0};
  Instant prepare_again;  // no second try to arm a broken guard before
  Instant running_since;
};

struct AgentState {
  NodeName node;
  Uuid instance;
  Uuid run;  // of this process; makes attempts unique
  std::int64_t attempts{0};
  Uuid incarnation;
  std::optional<Instant> history_lost_at;  // when this process first saw a new incarnation
  Epoch highest_epoch;
  std::map<PoolName, PoolLease> pools;
  Instant next_beat;  // when the next one is due
  Instant last_beat_sent;
  int hints{0};  // since hints_since
  Instant hints_since;
  int replies{0};                    // beats answered since the start of the process
  int failed_calls{0};               // in a row; backs off
  Instant next_call;                 // no call but a due beat before: back-off after a failed one
  std::optional<Instant> call_sent;  // a call is in flight since
  std::variant<std::monostate, BeatRequest, TakeRequest, ReleaseRequest, FlipStepRequest> call;
  bool shutting_down{false};
  std::string last_error;
};

struct Tick {};   // the time asked for came
struct Poked {};  // the store hinted that something changed
struct ShutdownAsked {};
struct WorkersSeen {
  PoolName pool;
  WorkerStatus status;
};
/// The answer to the call in flight. Requires: one is in flight, and of this kind.
struct StoreAnswered {
  std::variant<Result<BeatReply>, Result<TakeReply>, Result<ReleaseOutcome>,
               Result<FlipStepOutcome>>
      answer;
};
using AgentEvent = std::variant<Tick, Poked, ShutdownAsked, WorkersSeen, StoreAnswered>;

struct CallStore {
  std::variant<BeatRequest, TakeRequest, ReleaseRequest, FlipStepRequest> request;
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
struct WakePool {
  PoolName pool;
};
struct Finish {};  // everything is given back: the process may end
using AgentAction = std::variant<CallStore, PrepareWorkers, StartWorkers, ExtendDeadline,
                                 StopWorkers, WakePool, Finish>;

struct AgentStep {
  AgentState next;
  std::vector<AgentAction> actions;
  std::string reason;  // one sentence for the log; "" where nothing is worth one
  Instant wake_at;     // send a Tick then
};

/// Before the first Tick, send a WorkersSeen for each pool with what this machine's guard already
/// runs: a lease is gone on with only where its deadline has not passed.
AgentState first_agent_state(const NodeName& node, const Uuid& instance, const Uuid& run,
                             Instant now);

AgentStep agent_step(AgentState state, const AgentEvent& event, Instant now);

}  // namespace jobflip::core

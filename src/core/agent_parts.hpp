#pragma once
/// The parts of agent_step. Each changes the state of the step and adds actions and log events.

#include <optional>
#include <string>
#include <vector>

#include "jobflip/core/agent.hpp"

namespace jobflip::core::agent {

/// How many black boxes may wait for the store.
inline constexpr std::size_t kMaxBlackBoxesWaiting = 4;

struct Step {
  AgentState& state;
  Instant now;
  std::vector<AgentAction>& actions;
  std::vector<LogEvent>& log_events;
  std::string& reason;

  /// Concerns the whole node.
  void log(LogEventKind kind, std::string text);
  /// Concerns one pool's lease.
  void log(LogEventKind kind, const PoolName& pool, const PoolLease& lease,
           const std::string& text);
};

/// This node holds the lease and has neither lost nor released it.
bool is_ours(const PoolLease& lease) noexcept;

/// This node holds a lease that has not run out.
bool holds_live_lease(const AgentState& state, Instant now);

/// The pool's workers may run beyond the lease until the reply to a beat decides. The settings
/// state that the fence keeps them from claiming jobs of another node.
bool keeps_workers(const AgentState& state, const PoolLease& lease) noexcept;

/// When the guard's deadline must be moved next, if workers are kept.
Instant keep_from(const PoolLease& lease);

/// Until when another node may hold the pool by a take that the store lost when its server was
/// restarted. By then that node has reached the store again, or its lease has run out.
Instant lost_takes_over(const AgentState& state, const PoolLease& lease);

/// The deadline may come from an earlier process that kept its workers beyond the lease. Such a
/// deadline is not a lease and allows no start.
bool may_be_of_kept(const PoolLease& lease) noexcept;

/// Whether the beat renews this lease.
bool does_renew(const BeatRequest& beat, const PoolName& pool, Epoch epoch);

/// Moves the deadline after an acknowledged beat that renewed the lease, unless the store may have
/// lost another node's take. Requires: this node still holds the pool, and the lease has a report.
void renew(Step& step, const PoolName& pool, PoolLease& lease, Instant sent);

/// Begins to release the lease. If beats may have renewed it after its end, a beat without the
/// renewal goes first. Requires: no worker is left.
void begin_release(Step& step, PoolLease& lease);

/// Processes the reply to a beat; `sent` is when that beat was sent.
void take_in_reply(Step& step, const BeatReply& reply, const BeatRequest& asked, Instant sent);
/// Processes a refused beat. A refusal is a reply, so no worker is kept any longer.
void take_in_refusal(Step& step);

void take_in_take(Step& step, const TakeRequest& asked, const Result<TakeReply>& reply);
void take_in_release(Step& step, const ReleaseRequest& asked,
                     const Result<ReleaseOutcome>& outcome);
void take_in_flip_step(Step& step, const FlipStepRequest& asked,
                       const Result<FlipStepOutcome>& outcome);
/// Counts an exit of workers that nobody stopped, or a failed start.
void count_crash(Step& step, const PoolName& pool, PoolLease& lease);
void see_crash_loop_end(Step& step, const PoolName& pool, PoolLease& lease);
void take_in_workers(Step& step, const PoolName& pool, const WorkerStatus& status);
void on_start_failed(Step& step, const PoolName& pool, PoolLease& lease);
/// Restarts them under the same lease, or releases it.
void on_ended_by_themselves(Step& step, const PoolName& pool, PoolLease& lease);

/// Workers run although this process did not start them: adopts them or stops them.
/// Requires: the phase is `watching`.
void adopt(Step& step, const PoolName& pool, PoolLease& lease);
/// Stops workers that run, or may run, during a take, a stop or a release.
void end_strays(Step& step, const PoolName& pool, PoolLease& lease);

/// The current step of the open flip is overdue, and the store was reachable in that time.
bool is_overdue(const PoolLease& lease);

/// Stops the workers for a flip to another node, or starts them again if it was aborted.
void follow_flip(Step& step, const PoolName& pool, PoolLease& lease);

/// Starts the capture for this flip, once. True while the flip must wait for it.
bool waits_for_capture(Step& step, const PoolName& pool, PoolLease& lease, FlipId flip);
void take_in_black_box(Step& step, const BlackBox& black_box);
std::optional<KeepBlackBoxRequest> black_box_to_send(const AgentState& state);
void take_in_kept(Step& step, const KeepBlackBoxRequest& asked,
                  const Result<BlackBoxReply>& outcome);
/// An agent that is stopping sends its black boxes once.
bool must_send_black_box(const AgentState& state);

/// What this process and earlier ones have seen. Each beat claims it.
SeenOfStore seen_of(const AgentState& state);
/// Saves it if an epoch is new, and now and then for the beat.
void keep_seen(Step& step, bool at_the_end);

/// Begins to stop the workers of a pool that this node holds.
void begin_stop(Step& step, const PoolName& pool, PoolLease& lease, StopCause cause, Millis grace,
                std::string why);

/// Advances every pool as far as the time and its workers allow, and begins takes that are due.
void advance_pools(Step& step);

/// The longest gap between two polls of an agent that is on time. After a longer one the agent was
/// late or had no store, and must not count the missed time against another node.
Millis allowed_gap(const LeaseTimings& timings);

/// Whether the watch over a lease allows a take now, or from when on.
struct TakeChance {
  bool now{false};
  bool confirmed_empty{false};
  bool by_hint{false};  // without a watch: the take succeeds only if the pool was released
  std::optional<Instant> at{};
  std::string why{};
};
TakeChance take_chance(const AgentState& state, const PoolLease& lease, Instant now);
/// Requires: chance.now.
void begin_take(Step& step, PoolLease& lease, const TakeChance& chance);

/// Sends the most urgent call, if none is in flight.
void send_call(Step& step);

/// When the next Tick is wanted.
Instant wake_time(const AgentState& state, Instant now);

/// With less than this left of the lease, the guard would stop the workers right after the start.
Millis least_left_to_start(const LeaseTimings& timings);

Uuid next_attempt(AgentState& state);
Millis beat_interval(const AgentState& state);

}  // namespace jobflip::core::agent

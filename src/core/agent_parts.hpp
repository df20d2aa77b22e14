#pragma once
/// The parts of agent_step: each takes the state by reference and adds to the actions of one step.

#include <optional>
#include <string>
#include <vector>

#include "jobflip/core/agent.hpp"

namespace jobflip::core::agent {

/// Black boxes that wait for the store.
inline constexpr std::size_t kMaxBlackBoxesWaiting = 4;

struct Step {
  AgentState& state;
  Instant now;
  std::vector<AgentAction>& actions;
  std::vector<LogEvent>& log_events;
  std::string& reason;

  /// Of the whole node.
  void tell(LogEventKind kind, std::string text);
  /// Of one pool's lease.
  void tell(LogEventKind kind, const PoolName& pool, const PoolLease& lease,
            const std::string& text);
};

/// The node may still use the lease that it holds.
bool is_ours(const PoolLease& lease) noexcept;

/// Some pool's lease is ours and has not run out.
bool holds_live_lease(const AgentState& state, Instant now);

/// The pool's workers may go on past our right until a beat's answer decides: whoever wrote the
/// settings states that the fence keeps them from claiming what is another node's.
bool keeps_workers(const AgentState& state, const PoolLease& lease) noexcept;

/// From when on the guard must be told to wait for longer, where workers are kept.
Instant keep_from(const PoolLease& lease);

/// A take of another node that the store lost with its server's last life gives no right any more:
/// whoever got it has been heard since then, or has run out.
Instant lost_takes_over(const AgentState& state, const PoolLease& lease);

/// The deadline may be one that a former process gave to workers that it kept: no right to start
/// anything, nor one that ever was.
bool may_be_of_kept(const PoolLease& lease) noexcept;

bool vouches_for(const BeatRequest& beat, const PoolName& pool, Epoch epoch);

/// A beat that renewed the lease was acknowledged, and the pool is still ours: moves its
/// deadline, or not yet. Requires: the lease has a report.
void renew(Step& step, const PoolName& pool, PoolLease& lease, Instant sent);

/// No worker is left, and the lease is to be given up: after a beat that renews it no more,
/// where beats may have vouched past its end.
void begin_release(Step& step, PoolLease& lease);

/// Takes what a beat's answer says of each pool; `sent` is when that beat was sent.
void take_in_reply(Step& step, const BeatReply& reply, const BeatRequest& asked, Instant sent);
/// The store refused a beat: an answer, after which no worker is kept.
void take_in_refusal(Step& step);

void take_in_take(Step& step, const TakeRequest& asked, const Result<TakeReply>& reply);
void take_in_release(Step& step, const ReleaseRequest& asked,
                     const Result<ReleaseOutcome>& outcome);
void take_in_flip_step(Step& step, const FlipStepRequest& asked,
                       const Result<FlipStepOutcome>& outcome);
/// The workers ended by themselves, or did not start.
void count_crash(Step& step, const PoolName& pool, PoolLease& lease);
void see_crash_loop_end(Step& step, const PoolName& pool, PoolLease& lease);
void take_in_workers(Step& step, const PoolName& pool, const WorkerStatus& status);
void on_start_failed(Step& step, const PoolName& pool, PoolLease& lease);
/// Starts them again under the same lease, or gives it up.
void on_ended_by_themselves(Step& step, const PoolName& pool, PoolLease& lease);

/// Workers that a former process of this boot started, or that run although nothing should: goes on
/// with them or ends them. Requires: the pool is being watched.
void adopt(Step& step, const PoolName& pool, PoolLease& lease);
/// Workers that run, or may run, beside a take, a stop or a release: tells them to end.
void end_strays(Step& step, const PoolName& pool, PoolLease& lease);

/// The step that the flip in progress is in lasts too long, and not for want of a store.
bool is_overdue(const PoolLease& lease);

/// A flip that takes the pool from us, or no longer does.
void follow_flip(Step& step, const PoolName& pool, PoolLease& lease);

/// Begins the look of this flip, once; true while the workers must not be stopped for it.
bool waits_for_a_look(Step& step, const PoolName& pool, PoolLease& lease, FlipId flip);
void take_in_black_box(Step& step, const BlackBox& black_box);
std::optional<KeepBlackBoxRequest> black_box_to_send(const AgentState& state);
void take_in_kept(Step& step, const KeepBlackBoxRequest& asked,
                  const Result<BlackBoxReply>& outcome);
/// An agent that stops tries once.
bool must_send_black_box(const AgentState& state);

/// What this process and those before it have seen: what a beat claims.
SeenOfStore seen_of(const AgentState& state);
/// Keeps it where an epoch is new, and now and then for the beat.
void keep_seen(Step& step, bool at_the_end);

/// Begins to end the workers of a pool that is ours.
void begin_stop(Step& step, const PoolName& pool, PoolLease& lease, StopCause cause, Millis grace,
                std::string why);

/// Moves every pool on as far as time and the workers allow, and begins takes that are due.
void advance_pools(Step& step);

/// The longest gap between two looks of an agent that is on time. After a longer one it was itself
/// late, or had no store, and must not judge others by the time that it missed.
Millis allowed_gap(const LeaseTimings& timings);

/// What the watch over a lease allows: a take that may be sent now, or the moment at which it may.
struct TakeChance {
  bool now{false};
  bool confirmed_empty{false};
  bool by_hint{false};  // nothing was watched: it succeeds only if the pool was released
  std::optional<Instant> at{};
  std::string why{};
};
TakeChance take_chance(const AgentState& state, const PoolLease& lease, Instant now);
/// Requires: the chance is one to take now.
void begin_take(Step& step, PoolLease& lease, const TakeChance& chance);

/// Sends the most urgent call that the state wants, if none is in flight.
void send_call(Step& step);

/// When the next Tick is wanted.
Instant wake_time(const AgentState& state, Instant now);

/// A start with less than this left of the lease would be fenced before it did anything.
Millis least_left_to_start(const LeaseTimings& timings);

Uuid next_attempt(AgentState& state);
Millis beat_interval(const AgentState& state);

}  // namespace jobflip::core::agent

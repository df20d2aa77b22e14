#pragma once
/// What an agent remembers of one pool: the phase that its lease is in, its watch over a lease that
/// it does not hold, and the workers of the one that it holds. AgentState has all of them.

#include <optional>
#include <string>
#include <string_view>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/crash_loop.hpp"
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
  ServerLife life{};
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
  flip,            // release, for the target to take
  shutdown,        // release, for anybody to take
  start_failed,    // release, and wait before trying again
  not_candidate,   // release
  not_configured,  // release: the agent's file does not name the pool
  lost,            // somebody else holds the pool: nothing to release
  ended,           // they ended by themselves, and what they left behind is being ended
  expired,         // the store was away: no release, so that this node takes anew before others do
  resume,          // the flip was aborted in the drain: start again under the same lease
};
std::string_view name_of(StopCause cause) noexcept;

/// A look at the workers that a flip by stall waits for (black_box.hpp).
struct Capture {
  FlipId flip;
  Instant until;  // then the flip goes on without it
  bool over{false};
};

/// This agent's own look at a step of a flip: since when it sees that step without a gap. A
/// deadline that passed while nobody could reach the store is nobody's fault: whoever must make the
/// step gets two beats to make it in.
struct StepWatch {
  FlipId flip;
  FlipState state{};
  Instant since;
  Instant last_poll;
  int overdue_polls{0};  // how many replies in a row showed it overdue
};

struct PoolLease {
  LeasePhase phase{LeasePhase::watching};
  PoolSettings settings;
  std::optional<PoolReport> report;  // the newest
  std::optional<FlipId> flip;        // in progress, as the newest report of all had it
  Epoch seen;                        // the highest of all that this process knows of
  LeaseWatch watch;
  WorkerStatus workers;
  Epoch epoch;          // of our holding, from taking on
  Instant deadline;     // when our right ends
  bool adopted{false};  // the deadline is the guard's: who keeps workers may have moved it further
  bool ran{false};      // workers ran under this epoch
  Epoch gone;           // workers of this epoch and of all before were seen gone from this machine
  Epoch unseen_end;     // nobody saw the workers of this epoch end: their lease ran out
  Epoch given_up;  // this process gave up the leases up to this epoch: their workers may not run
  std::optional<Uuid> attempt;  // of the take or release that is under way
  Instant attempt_since;        // its first sending: a lease taken by it is counted from there
  TakeRequest take;             // what the attempt asked, to ask the same again
  StopCause stop_cause{StopCause::none};
  std::string stop_reason;                   // why we are stopping or releasing
  Instant stop_began;                        // when the workers were told to end
  std::optional<Millis> stop_grace;          // until they are killed; unknown: as in a drain
  StepWatch step;                            // of the flip in progress
  std::optional<FlipStepRequest> flip_step;  // to be told to the store
  std::optional<Capture> capture;            // the last one
  Instant not_before;  // no take or start before: back-off after a failed start
  int failed_starts{0};
  CrashLoop crashes;
  bool offered{false};            // a hint said that it may have been released for this node
  std::optional<FlipId> carries;  // the flip that our take carried out, until that is told
  bool announce{false};    // a beat must say that we are not ready before the lease is released
  Instant prepare_again;   // no second try to arm a broken guard before
  int failed_prepares{0};  // in a row: each one doubles the wait
  Instant running_since;
  std::optional<Instant> kept_since;  // workers are kept past the end of our right
  bool unrenewed{false};              // the store has it as ours, and that is not enough (yet)
  Instant keep_again;                 // the guard must be told again then
};

}  // namespace jobflip::core

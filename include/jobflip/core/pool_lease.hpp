#pragma once
/// The state of one pool in an agent: the phase, the watch over a lease that another node holds,
/// and the workers of its own lease. AgentState has one for each pool.

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

/// A candidate's watch over a lease: since when, by this node's boot clock, the triple
/// (incarnation, epoch, beat number) has not changed. Too long a gap between two polls starts a new
/// watch: an agent that was late itself, or had no store, must not call the holder silent.
struct LeaseWatch {
  Uuid incarnation;
  ServerLife life{};
  Epoch epoch;
  BeatNumber lease_beat;
  OwnerState state{};
  Instant since;  // when the first reply with this triple arrived
  Instant last_poll;
  int polls{0};
};

/// Why the workers are being stopped. It decides what follows when none is left.
enum class StopCause {
  none,
  flip,            // release, for the flip's target
  shutdown,        // release, for any candidate
  start_failed,    // release, and wait before the next take
  not_candidate,   // release
  not_configured,  // release: the agent's file does not name the pool
  lost,            // another node holds the pool: there is nothing to release
  ended,           // the workers ended by themselves; the rest of them are being stopped
  expired,         // the store was away: no release, so this node can take the pool before others
  resume,          // the flip was aborted in the drain: restart under the same lease
};
std::string_view name_of(StopCause cause) noexcept;

/// A capture of the workers that a flip by stall waits for (black_box.hpp).
struct Capture {
  FlipId flip;
  Instant until;  // the flip waits no longer
  bool over{false};
};

/// How long this agent has seen the current step of a flip without a gap. If the step's deadline
/// passed while no node could reach the store, the step is not overdue yet: the node that must make
/// it first gets two beats.
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
  std::optional<PoolReport> report;  // the newest; empty if it no longer holds
  std::string unreadable;            // why the newest settings can't be read; "" if they can
  std::optional<FlipId> flip;        // the open flip, as the newest reply had it
  Epoch seen;                        // the highest epoch that this process has seen
  LeaseWatch watch;
  WorkerStatus workers;
  Epoch epoch;          // of this node's lease
  Instant deadline;     // when this node's lease ends
  bool adopted{false};  // the deadline is the guard's; to keep workers, an agent may have moved it
  bool ran{false};      // workers ran under this epoch
  Epoch gone;           // workers up to this epoch were seen gone from this machine
  Epoch unseen_end;     // the end of this epoch's workers was not seen: their lease ran out
  Epoch given_up;       // this process released all leases up to this epoch: their workers must end
  std::optional<Uuid> attempt;  // of the take or release in progress
  Instant attempt_since;        // when it was first sent; a lease that it takes counts from then
  TakeRequest take;             // the attempt's request, to send it again
  StopCause stop_cause{StopCause::none};
  std::string stop_reason;                   // why we are stopping or releasing
  Instant stop_began;                        // when the stop began
  std::optional<Millis> stop_grace;          // until SIGKILL; unknown: as in a drain
  StepWatch step;                            // of the open flip
  std::optional<FlipStepRequest> flip_step;  // to be reported to the store
  std::optional<Capture> capture;            // the last one
  Instant not_before;  // back-off after a failed start: no take and no start until then
  int failed_starts{0};
  CrashLoop crashes;
  bool offered{false};            // a wake-up said that it may be released for this node
  std::optional<FlipId> carries;  // the flip that the take carried out, until that is reported
  bool announce{false};           // a beat must report "not ready" before the lease is released
  Instant prepare_again;          // when a broken guard may be armed again
  int failed_prepares{0};         // in a row: each one doubles the wait
  Instant running_since;
  std::optional<Instant> kept_since;  // workers are kept after the lease ended
  bool unrenewed{false};              // the store names this node, but may have lost a take
  Instant keep_again;                 // when the guard's deadline must be moved again
};

}  // namespace jobflip::core

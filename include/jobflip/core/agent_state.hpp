#pragma once
/// What an agent remembers between two steps (core/agent.hpp has the step and its invariants). It
/// is lost with the process, and can be: what must outlive it is in the store and with the guard.
/// The exception is `kept`, which is in a file too: only that shows a store that was set back.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/crash_loop.hpp"
#include "jobflip/core/evidence.hpp"
#include "jobflip/core/lease_calls.hpp"
#include "jobflip/core/seen_of_store.hpp"
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

/// A look at the workers that a flip by stall waits for (evidence.hpp).
struct Look {
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
  Epoch epoch;       // of our holding, from taking on
  Instant deadline;  // when our right ends
  bool ran{false};   // workers ran under this epoch
  Epoch gone;        // workers of this epoch and of all before were seen gone from this machine
  Epoch unseen_end;  // nobody saw the workers of this epoch end: their lease ran out
  Epoch given_up;    // this process gave up the leases up to this epoch: their workers may not run
  std::optional<Uuid> attempt;  // of the take or release that is under way
  Instant attempt_since;        // its first sending: a lease taken by it is counted from there
  TakeRequest take;             // what the attempt asked, to ask the same again
  StopCause stop_cause{StopCause::none};
  std::string stop_reason;                   // why we are stopping or releasing
  Instant stop_began;                        // when the workers were told to end
  std::optional<Millis> stop_grace;          // until they are killed; unknown: as in a drain
  StepWatch step;                            // of the flip in progress
  std::optional<FlipStepRequest> flip_step;  // to be told to the store
  std::optional<Look> look;                  // the last one
  Instant not_before;  // no take or start before: back-off after a failed start
  int failed_starts{0};
  CrashLoop crashes;
  bool offered{false};            // a hint said that it may have been released for this node
  std::optional<FlipId> carries;  // the flip that our take carried out, until that is told
  bool announce{false};    // a beat must say that we are not ready before the lease is released
  Instant prepare_again;   // no second try to arm a broken guard before
  int failed_prepares{0};  // in a row: each one doubles the wait
  Instant running_since;
  std::optional<Instant> kept_since;  // workers are kept past the end of our right, without a store
  Instant keep_again;                 // the guard must be told again then
};

struct AgentState {
  NodeName node;
  Uuid instance;
  Uuid run;  // of this process; makes attempts unique
  std::int64_t attempts{0};
  Uuid incarnation;
  std::optional<Instant> history_lost_at;  // when this process first knew of it
  ServerLife
      life{};  // of the store's server, and since when this process has been in touch with it
  Instant life_since;
  BeatNumber seen_beat;          // the last one of its own that was acknowledged
  std::vector<ChainHead> heads;  // of audit chains, as this node's supervisor has read them
  SeenOfStore kept;              // what the next process will find; has earlier processes' epochs
  Instant kept_at;
  std::map<PoolName, PoolLease> pools;
  Instant next_beat;  // when the next one is due
  Instant last_beat_sent;
  int hints{0};  // since hints_since
  Instant hints_since;
  Instant own_hint_until;            // a hint until then is most likely that of an own release
  bool hinted{false};                // a hint came since the last beat or take was sent
  int replies{0};                    // beats answered since the start of the process
  int failed_calls{0};               // in a row
  bool store_away{false};            // the last call got no answer; a refusal is one
  int backed_off{0};                 // those of them that no live lease was held at
  std::uint64_t seed{0};             // of the back-off's jitter
  Instant next_call;                 // no call but a due beat before: back-off after a failed one
  std::optional<Instant> call_sent;  // a call is in flight since
  std::variant<std::monostate, BeatRequest, TakeRequest, ReleaseRequest, FlipStepRequest,
               KeepEvidenceRequest>
      call;
  std::vector<Evidence> evidence;  // for the store, the oldest first; a few at most
  int evidence_tries{0};           // of the first of them
  bool shutting_down{false};
  std::string last_error;
};

}  // namespace jobflip::core

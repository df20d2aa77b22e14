#pragma once
/// The questions and answers of the lease protocol: what an agent says to the store
/// (ports/agent_store.hpp has the calls and their rules).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/black_box.hpp"
#include "jobflip/core/crash_loop.hpp"
#include "jobflip/core/flip_steps.hpp"
#include "jobflip/core/history.hpp"
#include "jobflip/core/seen_of_store.hpp"
#include "jobflip/core/settings.hpp"
#include "jobflip/core/snapshot.hpp"

namespace jobflip::core {

struct LeaseRenewal {
  PoolName pool;
  Epoch epoch;
  bool operator==(const LeaseRenewal&) const = default;
};

/// What the agent knows of the settings of a pool it was told of before.
struct KnownPool {
  PoolName pool;
  SettingsVersion version;
};

struct BeatRequest {
  NodeName node;
  Uuid instance;  // of this agent on this boot: a second one of the name is refused
  std::vector<LeaseRenewal> renewals;  // the leases that this beat renews
  std::vector<PoolName> ready;         // pools whose workers this node could start now
  std::string not_ready_reason;        // why for the others, one sentence ("" where all are ready)
  std::vector<KnownPool> known;        // pools that the last reply told of; empty at first
  std::vector<SeenEpoch> seen;  // the highest epoch of each pool that this agent has seen, and
  BeatNumber seen_beat{};       // its own last beat: where the store has less, it was set back
  bool in_full{false};          // a hint came: the store looks at everything at once
  std::vector<CrashReport> crashing{};  // pools whose workers are in a crash loop here
  std::vector<ChainHead> heads{};       // of audit chains, as a supervisor last read them
};

/// What is so for one pool that this node is a candidate of.
struct PoolReport {
  PoolName pool;
  SettingsVersion version;
  std::optional<PoolSettings> settings;  // only where KnownPool did not name this version
  Epoch epoch;
  OwnerState state{};
  NodeName holder;
  BeatNumber lease_beat;  // the holder's; stands still when it stops renewing (pool, epoch)
  bool paused{false};     // or mode observe: no takeover of a silent holder
  bool frozen{false};     // the store lost history: no take at all
  bool drained{false};    // this node is drained
  bool own{false};        // this very instance of the agent took it
  bool settled{false};    // written since the server was started: nobody can know better
  int rank{0};            // how many live, ready candidates are preferred to this node
  std::optional<FlipDirective> flip;
};

/// When the store's server was started, by its own clock: compared, never reckoned with.
using ServerLife = std::int64_t;

struct BeatReply {
  Uuid incarnation;               // changes when the store lost history, or is another store
  BeatNumber beat;                // this node's
  std::vector<PoolReport> pools;  // every pool that this node is a candidate of
  bool history_whole{false};      // the store never lost history: its first marker is still there
  ServerLife life{};              // changes with each start of the server; below 0: not on record
};

struct TakeRequest {
  NodeName node;
  PoolName pool;
  Uuid attempt;
  Uuid incarnation;  // the triple that was watched
  Epoch epoch;
  BeatNumber lease_beat;
  Millis stood_still{};    // for how long, on this node's boot clock; 0 where the lease is released
  int polls{};             // how many beats showed it unchanged
  bool confirmed_empty{};  // this instance is the holder of record and has no worker: it takes anew
  std::string reason;
  Uuid instance{};
  ServerLife life{};  // in which it was watched
  Millis in_touch{};  // how long ago this process first spoke to that life of the server
};

enum class TakeOutcome {
  taken,
  moved,        // the triple is another one: watch anew
  not_expired,  // the store's clock says that the lease still runs
  frozen,       // the store lost history a short while ago
  paused,       // pause or observe mode stops takeovers
  reserved,     // a flip names another node
  drained,      // this node is drained
  not_candidate,
  blocked,  // somebody holds the ownership row and could not be ended; try again
};
std::string_view name_of(TakeOutcome outcome) noexcept;

struct TakeReply {
  TakeOutcome outcome{};
  Epoch epoch;                   // the new one where taken
  std::string sentence;          // what the store says of it
  std::optional<FlipId> flip{};  // that this take carries out
};

struct ReleaseRequest {
  NodeName node;
  PoolName pool;
  Epoch epoch;
  Uuid attempt;
  std::string reason;  // such as "agent stops", "flip 17", "workers did not start: ..."
  NodeName next{};     // for whom; empty: whoever takes it
};

enum class ReleaseOutcome {
  released,
  not_holder,  // this node does not hold (pool, epoch) any more: as good as released
  blocked,
};
std::string_view name_of(ReleaseOutcome outcome) noexcept;

}  // namespace jobflip::core

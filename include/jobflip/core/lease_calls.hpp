#pragma once
/// The requests and replies of the lease protocol: an agent's calls to the store
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
#include "jobflip/core/worker.hpp"

namespace jobflip::core {

struct LeaseRenewal {
  PoolName pool;
  Epoch epoch;
  bool operator==(const LeaseRenewal&) const = default;
};

/// The version of a pool's settings that the agent has.
struct KnownPool {
  PoolName pool;
  SettingsVersion version;
};

/// A store that has less than `seen`, `seen_beat` or `heads` claim was set back.
struct BeatRequest {
  NodeName node;
  Uuid instance;  // of this agent on this boot: a second one with the same name is refused
  std::vector<LeaseRenewal> renewals;   // the leases that this beat renews
  std::vector<PoolName> ready;          // pools whose workers this node could start now
  std::string not_ready_reason;         // one sentence about the others; "" if all are ready
  std::vector<KnownPool> known;         // pools of the last reply; empty at first
  std::vector<SeenEpoch> seen;          // the highest epoch of each pool that this agent has seen
  BeatNumber seen_beat{};               // its last acknowledged beat
  bool in_full{false};                  // after a wake-up: send a full beat, not the fast path
  std::vector<CrashReport> crashing{};  // pools whose workers are in a crash loop on this node
  std::vector<ChainHead> heads{};       // of audit chains, as a supervisor last read them
};

/// The current state of one pool that this node is a candidate of.
struct PoolReport {
  PoolName pool;
  SettingsVersion version;
  std::optional<PoolSettings> settings;  // only if KnownPool did not name this version
  std::string unreadable{};              // why its settings can't be read; "" if they can
  Epoch epoch;
  OwnerState state{};
  NodeName holder;
  BeatNumber lease_beat;  // the holder's last beat that renewed (pool, epoch)
  bool paused{false};     // paused or in mode observe: a silent holder is not taken over
  bool frozen{false};     // the store lost history: no node may take the pool
  bool drained{false};    // this node is drained
  bool own{false};        // this instance of the agent took it
  bool settled{false};    // the owner's row was written since the server's start: it is current
  int rank{0};            // how many live, ready candidates are preferred to this node
  std::optional<FlipDirective> flip;
};

/// When the store's server was started, in microseconds of its own clock. Only ever compared: no
/// sum uses it.
using ServerLife = std::int64_t;

struct BeatReply {
  Uuid incarnation;               // changes if the store lost history or is another store
  BeatNumber beat;                // this node's
  std::vector<PoolReport> pools;  // every pool that this node is a candidate of
  bool history_whole{false};      // the store has never lost history
  ServerLife life{};              // changes with each start of the server; < 0: not on record yet
};

struct TakeRequest {
  NodeName node;
  PoolName pool;
  Uuid attempt;
  Uuid incarnation;  // this and the next two are the triple that was watched
  Epoch epoch;
  BeatNumber lease_beat;
  Millis stood_still{};    // how long the triple has not changed, by this node's boot clock; 0 if
                           // the lease is released
  int polls{};             // how many replies showed the triple unchanged
  bool confirmed_empty{};  // this instance is the holder of record and runs no worker
  std::string reason;
  Uuid instance{};
  ServerLife life{};  // the server's life in which the triple was watched
  Millis in_touch{};  // since the first reply of that server life to this process
};

enum class TakeOutcome {
  taken,
  moved,        // the triple has changed: start a new watch
  not_expired,  // by the store's clock the lease may still be valid
  frozen,       // the store lost history a short while ago
  paused,       // a pause or mode observe forbids takeovers
  reserved,     // an open flip names another node
  drained,      // this node is drained
  not_candidate,
  blocked,  // a session holds the ownership row and could not be ended; try again
};
std::string_view name_of(TakeOutcome outcome) noexcept;

struct TakeReply {
  TakeOutcome outcome{};
  Epoch epoch;                   // if taken: the new epoch
  std::string sentence;          // the store's reason
  std::optional<FlipId> flip{};  // the flip that this take carries out
};

struct ReleaseRequest {
  NodeName node;
  PoolName pool;
  Epoch epoch;
  Uuid attempt;
  std::string reason;  // such as "agent stops", "flip 17", "workers did not start: ..."
  NodeName next{};     // the node that is to take it; empty: any candidate
  WorkersEnd workers{WorkersEnd::unknown};  // how those of this epoch ended
};

enum class ReleaseOutcome {
  released,
  not_holder,  // this node no longer holds (pool, epoch), so there is nothing to release
  blocked,
};
std::string_view name_of(ReleaseOutcome outcome) noexcept;

}  // namespace jobflip::core

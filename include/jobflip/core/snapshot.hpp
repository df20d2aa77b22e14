#pragma once
/// A snapshot of the store, read in one transaction: the input of `status`, of `explain` and of
/// every decision about a flip. Ages are in milliseconds of the store's clock at the time of
/// reading. They do not depend on the reader's clock: a reader only adds the time since then, by
/// its own boot clock.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/deployment.hpp"
#include "jobflip/core/flip.hpp"
#include "jobflip/core/incident.hpp"
#include "jobflip/core/sample.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::core {

enum class OwnerState { released, held };

struct OwnerView {
  Epoch epoch;  // 0: never held
  OwnerState state{OwnerState::released};
  NodeName holder;                 // if released, the last holder; empty if it was never held
  std::optional<Millis> beat_age;  // since the holder last renewed the lease; empty if released
  std::optional<WallTime> taken_at;
};

struct CandidateView {
  NodeName node;
  int priority{100};
  std::optional<Millis> beat_age;  // empty: never seen
  bool ready{false};               // by its last beat, it could start the pool's workers now
  std::string not_ready_reason;    // "" if ready
  bool drained{false};
  std::string drain_reason;
  std::string program{};       // the version of its agent; "": not reported
  int crashes{0};              // exits of its workers in the current crash loop; 0: there is none
  std::string crash_reason{};  // of the last exit
  std::optional<Millis> crashed_within{};  // from the first to the last; empty: not reported
};

struct FlipView {
  FlipId id;
  PoolName pool;
  FlipState state{FlipState::requested};
  NodeName from;  // empty: no node held the pool
  NodeName to;
  bool automatic{false};
  bool host_is_off{false};
  std::string actor;
  std::string reason;
  WallTime requested_at;
  std::optional<WallTime> drained_at;   // when the drain began
  std::optional<WallTime> released_at;  // or expired
  std::optional<WallTime> taken_at;
  std::optional<WallTime> started_at;
  std::optional<WallTime> ended_at;
  Epoch from_epoch;            // the pool's epoch at the request
  std::optional<Epoch> epoch;  // of the new lease
  bool overdue{false};         // the deadline of the current step has passed
  Millis age;                  // since the request
  Millis state_age;            // since the flip entered the current state
  std::string last_sentence;
  bool takeover{false};  // of a silent holder: nobody asked for it, and it began with the take
  std::optional<IncidentId> incident{};  // of which it is part; empty: a flip of 0.1.0
};

inline bool is_restart(const FlipView& flip) {
  return is_restart(flip.from, flip.to);
}

struct PauseView {
  WallTime until;
  Millis left;
  std::string reason;
  std::string actor;
};

struct CooldownView {
  Millis left;   // > 0
  int level{0};  // how many flips in a row did not cure; each doubled the length
  FlipId flip;   // the flip that started the cooldown
};

/// The pool's last automatic flip was a restart, and no other restart may follow it now.
struct RestartView {
  FlipId flip;
  FlipState state{};
  Millis left{};        // of its cooldown, which forbids restarts and no flip
  bool uncured{false};  // it did not cure the lease that is held now: no restart under that one
};

/// The verdict that the leading supervisor last published for a queue.
struct QueueView {
  QueueName queue;
  std::string verdict;  // a name of core::QueueState
  std::string reason;
  Millis verdict_age;  // since the verdict changed
  Millis sample_age;   // since it was last published
  std::optional<QueueSample> sample;
};

struct PoolView {
  PoolSettings settings;
  OwnerView owner;
  std::vector<CandidateView> candidates;
  std::optional<FlipView> open_flip;
  std::optional<PauseView> pause;
  std::optional<CooldownView> cooldown;
  int cooldown_level{0};  // of the last cooldown, also once it is over; 0 after `jobflip ack`
  std::optional<RestartView> restart;
  std::optional<Millis> frozen_for;  // the store lost history: it refuses takes for this long
  std::vector<QueueView> queues;
  std::optional<FlipView> last_flip{};  // the newest one, open or ended
  std::optional<OpenIncident> incident{};
  std::optional<RunningDeployment> deployment{};
};

struct BudgetView {
  BudgetSettings settings;
  /// Automatic flips of all pools, requested within the window, without restarts that did not cure.
  int used{0};
};

struct Snapshot {
  WallTime store_time;
  BudgetView budget;
  std::string read_only{};      // why the store takes no writes: "it is a standby"; "": it does
  bool copied{false};           // a copy of another store: no takes until an operator accepts it
  std::string set_back;         // what showed within the last day that it was set back; "": nothing
  std::vector<PoolView> pools;  // sorted by name, without the supervisors' pool
  std::optional<PoolView> supervisors;
  std::vector<std::string> damaged;  // a sentence for each row that is left out or impossible
};

}  // namespace jobflip::core

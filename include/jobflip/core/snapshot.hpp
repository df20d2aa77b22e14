#pragma once
/// What the store knows, read in one go: the input of every decision about a flip, of `status` and
/// of `explain`. Ages are counted on the store's clock at the moment of reading, so that no clock
/// of the reader enters; only the reader's own decisions add its own boot clock.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/flip.hpp"
#include "jobflip/core/sample.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::core {

enum class OwnerState { released, held };

struct OwnerView {
  Epoch epoch;  // 0: never held
  OwnerState state{OwnerState::released};
  NodeName holder;                 // the last holder where released; empty where never held
  std::optional<Millis> beat_age;  // since the holder last vouched; empty where released
  std::optional<WallTime> taken_at;
};

struct CandidateView {
  NodeName node;
  int priority{100};
  std::optional<Millis> beat_age;  // empty: never seen
  bool ready{false};               // its last beat said that it could start the pool's workers now
  std::string not_ready_reason;    // "" where ready
  bool drained{false};
  std::string drain_reason;
  std::string program{};       // the version of its daemon; "": never said
  int crashes{0};              // ends of its workers in the crash loop that goes on; 0: none does
  std::string crash_reason{};  // of the newest of them
};

struct FlipView {
  FlipId id;
  PoolName pool;
  FlipState state{FlipState::requested};
  NodeName from;  // empty: nobody held the pool
  NodeName to;
  bool automatic{false};
  bool host_is_off{false};
  std::string actor;
  std::string reason;
  WallTime requested_at;
  std::optional<WallTime> drained_at;   // the drain began
  std::optional<WallTime> released_at;  // or expired
  std::optional<WallTime> taken_at;
  std::optional<WallTime> started_at;
  std::optional<WallTime> ended_at;
  Epoch from_epoch;            // the epoch it was requested against
  std::optional<Epoch> epoch;  // of the new holding
  bool overdue{false};         // the deadline of the step it is in has passed
  Millis age;                  // since requested, store clock
  Millis state_age;            // since the current state was entered, store clock
  std::string last_sentence;
};

struct PauseView {
  WallTime until;
  Millis left;
  std::string reason;
  std::string actor;
};

struct CooldownView {
  Millis left;   // > 0
  int level{0};  // how many ineffective flips in a row doubled it
  FlipId flip;   // the flip that began it
};

/// What the leading supervisor last published of a queue.
struct QueueView {
  QueueName queue;
  std::string verdict;  // a name of core::QueueState
  std::string reason;
  Millis verdict_age;  // since it became so
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
  std::optional<Millis> frozen_for;  // takes are refused for so long: the store lost history
  std::vector<QueueView> queues;
};

struct BudgetView {
  BudgetSettings settings;
  int used{0};  // automatic flips requested within the window, over all pools
};

struct Snapshot {
  WallTime store_time;
  BudgetView budget;
  bool copied{false};           // of another store: nobody takes a pool before a person accepts it
  std::string set_back;         // what showed, within a day, that its files were put back; or ""
  std::vector<PoolView> pools;  // by name; without the supervisors' own
  std::optional<PoolView> supervisors;
  std::vector<std::string> damaged;  // rows that are left out or can't be true, a sentence each
};

}  // namespace jobflip::core

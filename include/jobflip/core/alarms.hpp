#pragma once
/// What is wrong with the fleet, a pool or a candidate: facts, in the order in which people should
/// read them. `view` has the sentences; front ends choose the colours.

#include <vector>

#include "jobflip/core/snapshot.hpp"

namespace jobflip::core {

enum class AlarmKind {
  // of the fleet
  copied,         // another store's files: nobody takes a pool
  set_back,       // older files of this store
  damaged,        // rows that are left out or can't be true
  no_supervisor,  // no verdicts, no automatic flips
  budget_used,    // no automatic flips for now
  // of a pool
  not_active,   // nobody holds it
  silent,       // its holder's node sends no beats
  not_renewed,  // the holder's node sends beats and does not renew the lease
  crash_loop,   // of one candidate
  queue_stuck,  // a queue is STALLED, HELD or STARVED
  queue_blind,  // a queue can't be judged: it can't be read, or no supervisor looks
  queue_alarm,  // FAILING, UNPROMOTED, BLOCKED, LAGGING or SILENT
  frozen,       // nobody takes over
  flip_open,
  paused,
  cooldown,
  restarted,  // by the last automatic move, and no restart may follow it now
  keep,       // nothing is wrong: its workers outlive a lost store, which whoever looks should know
  observe,
};

enum class AlarmLevel { note, warning, critical };

AlarmLevel level_of(AlarmKind kind) noexcept;

struct Alarm {
  AlarmKind kind{};
  NodeName node{};    // of silent, not_renewed and crash_loop
  QueueName queue{};  // of those about a queue

  bool operator==(const Alarm&) const = default;
};

std::vector<Alarm> alarms_of(const Snapshot& snapshot);
std::vector<Alarm> alarms_of(const PoolView& pool);

/// The first of these that holds for a candidate.
enum class CandidateNote {
  none,
  drained,
  never_seen,
  silent,
  not_ready,
  holder_not_ready,  // it holds the pool: its workers are ending, or can't be seen
  crash_loop,
};

CandidateNote note_of(const PoolView& pool, const CandidateView& candidate);

}  // namespace jobflip::core

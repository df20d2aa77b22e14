#pragma once
/// What is wrong with the fleet, a pool or a candidate: facts, in the order in which people should
/// read them. `view` has the sentences; front ends choose the colours.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/core/queue_state.hpp"
#include "jobflip/core/refusals.hpp"
#include "jobflip/core/snapshot.hpp"

namespace jobflip::core {

enum class AlarmKind {
  // of the fleet
  read_only,      // no lease is renewed, and nothing can be changed
  copied,         // another store's files: nobody takes a pool
  set_back,       // older files of this store
  damaged,        // rows that are left out or can't be true
  no_supervisor,  // no verdicts, no automatic flips
  budget_used,    // no automatic flips for now
  // of a pool
  not_active,   // nobody holds it
  silent,       // its holder's node sends no beats
  not_renewed,  // the holder's node sends beats and does not renew the lease
  crash_loop,   // of the holder
  not_cured,    // the last flip did not help, and no queue is seen to move since
  queue_stuck,  // a queue is STALLED, HELD or STARVED
  flip_held,    // the pool is STALLED for long enough, and a rule keeps it from an automatic flip
  flip_due,     // nothing keeps it from one: it comes by itself
  queue_blind,  // a queue can't be judged: it can't be read, or no supervisor looks
  queue_alarm,  // FAILING, UNPROMOTED, BLOCKED, LAGGING or SILENT
  frozen,       // nobody takes over
  flip_open,
  standby_crash_loop,  // of one candidate
  no_standby,          // no other candidate could take over
  standby_silent,      // of one candidate that is not drained
  paused,
  deployment,  // one is running: automatic flips wait, or wait no longer
  cooldown,
  restarted,  // by the last automatic move, and no restart may follow it now
  keep,       // nothing is wrong: its workers outlive a lost store, which whoever looks should know
  observe,
};

inline constexpr AlarmKind kLastAlarmKind = AlarmKind::observe;

enum class AlarmLevel { note, warning, critical };

AlarmLevel level_of(AlarmKind kind) noexcept;
std::string_view name_of(AlarmLevel level) noexcept;
std::string_view name_of(AlarmKind kind) noexcept;  // "queue-stuck": what scripts compare
/// The inverse of name_of.
std::optional<AlarmKind> parse_alarm_kind(std::string_view name) noexcept;
/// The names of all kinds, in the order of the enum.
std::vector<std::string> alarm_kind_names();

struct Alarm {
  AlarmKind kind{};
  NodeName node{};  // of silent, not_renewed, crash_loop and standby_silent; the target of flip_due
  QueueName queue{};           // of those about a queue
  std::optional<Rule> rule{};  // of flip_held
  std::string why{};           // of flip_held: the figures of the rule
  Millis left{};               // of flip_due: until it is wanted, about

  bool operator==(const Alarm&) const = default;
};

/// The alarm that a verdict is; empty if it needs nobody's attention.
std::optional<AlarmKind> alarm_of(QueueState verdict) noexcept;

std::vector<Alarm> alarms_of(const Snapshot& snapshot);
std::vector<Alarm> alarms_of(const Snapshot& snapshot, const PoolView& pool);

/// The first of the most serious ones; nullptr if nothing is wrong.
const Alarm* worst_of(const std::vector<Alarm>& alarms) noexcept;

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

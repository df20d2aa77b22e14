#pragma once
/// The verdicts about a queue. docs/detector.md has an example of each.
///
/// Movement (movement.hpp) has grades: a job completed, a job was taken or ended, something
/// stirred. The first state whose condition holds is the verdict:
///
///   state       condition                                                            may flip
///   BLIND       3 readings in a row failed, or 6 of the last 10; or none ever         no
///               succeeded
///   PAUSED      the queue says that it is paused                                      no
///   WARMUP      the first max(stall_after, 12 ticks) after a start, a flip or a reset no
///   STALLED     jobs are due, nothing moved for W, and no running job can be younger  yes
///               than its limit
///   HELD        the oldest running job is over twice its limit, and none has ended    if 2 or
///               since it was taken                                                    more run
///   STARVED     STALLED, while other queues of the pool complete and have a backlog  no
///               (pool_judgement.hpp decides it)
///   FAILING     at least 3 attempts ended, and none completed for the success limit   no
///   UNPROMOTED  jobs are due, and for W none was promoted to where workers look       no
///   BLOCKED     for W, only jobs behind a concurrency key were due                    no
///   BUSY        as STALLED, but a running job may be younger than its limit           no
///   LAGGING     jobs complete, but the oldest due job is older than the age limit     no
///   SILENT      no work came for longer than the silence limit (rhythm.hpp)           no
///   IDLE        no job is due                                                         no
///   OK          otherwise                                                             no
///
///   W             stall_after, or what was learned (rhythm.hpp); at least 3 x pickup_every
///   run limit     job_timeout, or what was learned
///   age limit     age_target, or what was learned
///   one tick      sample_every
///
/// An alarm is entered once `enter_after` ticks in a row show it (STALLED: once so many have passed
/// since the last movement). STALLED is left after two completions less than W apart, after 3 ticks
/// without a due job, or for FAILING; a claim alone is not enough. No flip is wanted for W after a
/// completion, for `enter_after` ticks after any movement, or while the workers may be waiting on
/// purpose (rhythm.hpp).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace jobflip::core {

enum class QueueState {
  blind,
  paused,
  warmup,
  stalled,
  held,
  starved,
  failing,
  unpromoted,
  blocked,
  busy,
  lagging,
  silent,
  idle,
  ok,
};
inline constexpr std::size_t kQueueStates = 14;
std::string_view name_of(QueueState state) noexcept;  // "BLIND", "PAUSED", ...
std::optional<QueueState> parse_queue_state(std::string_view name) noexcept;

/// STALLED or HELD: what an automatic flip is for.
constexpr bool is_stuck(QueueState state) {
  return state == QueueState::stalled || state == QueueState::held;
}

/// STALLED, or HELD with at least 2 jobs: a single held job may just be a long one, and a flip
/// would kill it.
inline constexpr std::int64_t kHeldToFlip = 2;
constexpr bool flip_may_help(QueueState state, std::int64_t running) {
  return state == QueueState::stalled || (state == QueueState::held && running >= kHeldToFlip);
}

}  // namespace jobflip::core

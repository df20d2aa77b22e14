#pragma once
/// Is this queue moving, and would a flip help? A pure function of (settings, state, reading, now).
///
/// Movement is read from the whole row (movement.hpp) in grades: a job completed, a job was taken or
/// ended, something stirred. The first state that matches is the verdict:
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
///               (pool_judgement.hpp says it)
///   FAILING     at least 3 attempts ended, and none completed for the success limit   no
///   UNPROMOTED  jobs are due, and nobody moves them to where workers look, for W      no
///   BLOCKED     only jobs behind a concurrency key are due, and that for W            no
///   BUSY        as STALLED, but a running job may be younger than its limit           no
///   LAGGING     jobs complete, but the oldest due job is older than the age limit     no
///   SILENT      no work came for far longer than ever before                          no
///   IDLE        no job is due                                                         no
///   OK          otherwise                                                             no
///
///   W             stall_after, or what was learned (rhythm.hpp); at least 3 x pickup_every
///   run limit     job_timeout, or what was learned; beside a stall_after that is set, STALLED goes
///                 by 1.5 x the longest run
///   age limit     age_target, or what was learned
///   one tick      sample_every
///
/// The alarms are entered after `enter_after` readings (STALLED and HELD: so many since the last
/// movement). STALLED is left after two completions less than W apart, after 3 ticks without a due
/// job, or for FAILING; a claim alone is not enough. But no flip is wanted for W after a completion,
/// nor for `enter_after` readings after a claim, nor while the workers may wait on purpose
/// (rhythm.hpp).
///
/// A failed reading changes nothing that is known. Time in which the queue was not read does not
/// count: it is added to every clock. If it is longer than W, the detector starts again.
///
/// Due jobs that are passed over (newer ones complete, the oldest stays) are leftovers: they are
/// named, and do not count as due.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/rhythm.hpp"
#include "jobflip/core/sample.hpp"
#include "jobflip/core/settings.hpp"

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
inline constexpr std::array<std::string_view, 14> kQueueStateNames{
    "BLIND",      "PAUSED",  "WARMUP", "STALLED", "HELD",   "STARVED", "FAILING",
    "UNPROMOTED", "BLOCKED", "BUSY",   "LAGGING", "SILENT", "IDLE",    "OK"};
std::string_view name_of(QueueState state) noexcept;  // "BLIND", "PAUSED", ...
std::optional<QueueState> parse_queue_state(std::string_view name) noexcept;

/// STALLED or HELD: what an automatic flip is for.
constexpr bool is_stuck(QueueState state) {
  return state == QueueState::stalled || state == QueueState::held;
}

/// STALLED, or HELD of at least 2 jobs: a flip ends a single long job for nobody's good.
inline constexpr std::int64_t kHeldToFlip = 2;
constexpr bool flip_may_help(QueueState state, std::int64_t running) {
  return state == QueueState::stalled || (state == QueueState::held && running >= kHeldToFlip);
}

/// Attempts that ended without a completion, since the last completion.
struct FailedAttempts {
  std::int64_t count{};
  Instant first;
  Instant last;
  Millis longest_gap{};  // between two of them
};

/// The oldest due job, while it stays where it is.
struct WaitingHead {
  Instant since;               // first seen
  int passes{0};               // completions that went past it
  std::int64_t fewest_due{0};  // while it stood there
  std::int64_t leftovers{0};   // that many due jobs are passed over
};

struct DetectorState {
  QueueState state{QueueState::blind};
  Instant state_since;
  Rhythm rhythm;
  std::optional<QueueSample> last;      // the last sample that could be read
  std::optional<WallTime> last_at;      // when, on a clock for people
  std::optional<Instant> last_tick;     // of that sample
  Instant watched_since;                // without a gap that was too long
  std::optional<Instant> due_since;     // since when jobs are due that are no leftovers
  std::optional<Instant> last_backlog;  // jobs had been due for a minute without a break
  std::optional<Instant> last_movement;
  std::optional<Instant> last_success;
  std::optional<Instant> last_claim;
  std::optional<Instant> last_end;
  std::optional<Instant> idle_since;
  std::optional<Instant> unpromoted_since;
  std::optional<Instant> blocked_since;
  std::optional<WaitingHead> head;
  FailedAttempts failures;
  Instant warm_at;        // when WARMUP ends
  int ticks_matching{0};  // how many ticks in a row matched `candidate`
  QueueState candidate{QueueState::blind};
  int ticks_unmoved{0};               // readings since the last movement
  int ticks_idle{0};                  // in a row without a due job
  int failed_in_a_row{0};             // readings
  std::uint32_t failed_readings{0};   // of the last 10, the newest in the lowest bit
  std::string last_error;             // of the last reading that failed
  std::optional<Instant> recovering;  // while STALLED: the last completion
  bool recovered{false};              // while STALLED: two completions less than W apart
  bool done_is_known{false};          // `done` was seen to change
  std::int64_t done_falls{0};         // of a counter that should only rise
  std::int64_t shifted_ages{0};       // ages that began at a whole number of hours
  std::int64_t held_floor{0};         // while the oldest running job is over its limit: the
                                      // fewest that ran
};

/// The times that this queue is judged by.
struct Windows {
  Millis stall;     // W
  Millis run;       // the run limit
  Millis busy;      // a running job younger than this may be why nothing moves
  Millis success;   // the success limit
  Millis age;       // the age limit
  Millis recovery;  // two completions less than this apart end a stall
};
Windows windows_of(const QueueSettings& settings, const Rhythm& rhythm);

struct Detection {
  DetectorState next;
  Millis quiet{};   // since the last movement, or since jobs became due
  Millis window{};  // W
  bool flip_may_help{false};
};

/// For a detector that starts: after the supervisor's start and after every flip. What was learned
/// stays.
DetectorState first_detector_state(const QueueSettings& settings, Rhythm rhythm, Instant now);

/// `at` is the time of the reading on a clock for people; without it, hours of the week are not
/// learned.
Detection detect(const QueueSettings& settings, DetectorState state,
                 const Result<QueueSample>& reading, Instant now,
                 std::optional<WallTime> at = std::nullopt);

/// The sentence for a verdict, with the figures that a person would ask for: how many, how old,
/// since when, compared with what.
std::string reason_of(const QueueSettings& settings, const DetectorState& state, Instant now);

/// What is worth knowing beside the verdict, a sentence each: leftovers, jobs held, a counter that
/// says nothing, ages that are off by hours, a pause that lasts.
std::vector<std::string> notes_of(const QueueSettings& settings, const DetectorState& state,
                                  Instant now);

}  // namespace jobflip::core

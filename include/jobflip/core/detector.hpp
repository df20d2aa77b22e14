#pragma once
/// Is this queue moving, and would a flip help? A pure function of (settings, state, reading, now).
///
/// queue_state.hpp has the verdicts and their conditions, rhythm.hpp what is learned, movement.hpp
/// what counts as movement. A tick is one reading; ticks are about `sample_every` apart.
///
/// Invariants:
/// - A failed reading changes nothing that was learned or seen. It only counts towards BLIND.
/// - Time in which the queue was not read counts neither for nor against the workers: every clock
///   is moved on by it. If it is longer than W, the detector starts again.
/// - Leftovers do not count as due: jobs that are skipped, since newer ones complete while they
///   stay. The sentence names them.
/// - A stall that is flipped is followed over the flip, until the queue moves again: then it is
///   known whether the flip ended it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/queue_state.hpp"
#include "jobflip/core/rhythm.hpp"
#include "jobflip/core/sample.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::core {

/// Attempts that ended without a completion, since the last completion.
struct FailedAttempts {
  std::int64_t count{};
  Instant first;
  Instant last;
  Millis longest_gap{};  // between two of them
};

/// The oldest due job, for as long as it is the same one.
struct WaitingHead {
  Instant since;               // first seen
  int passes{0};               // ticks in which another job completed
  std::int64_t fewest_due{0};  // since then
  std::int64_t leftovers{0};   // so many due jobs are skipped
};

/// A stall whose pool is flipped, until the queue moved again and the flip's outcome is known.
struct FlippedStall {
  Instant since;                      // nothing moved
  bool waited{false};                 // and nothing ran: on purpose, perhaps
  bool judged{false};                 // the outcome is known, or nobody will know it
  std::optional<Instant> workers_at;  // since then there are new workers
  std::optional<Instant> moved_at;    // the first movement after that
};

struct DetectorState {
  QueueState state{QueueState::blind};
  Instant state_since;
  Rhythm rhythm;
  std::optional<QueueSample> last;      // the last sample that could be read
  std::optional<WallTime> last_at;      // its wall-clock time
  std::optional<Instant> last_tick;     // its time
  Instant watched_since;                // since when, without a gap longer than W
  std::optional<Instant> due_since;     // since when jobs are due, leftovers aside
  std::optional<Instant> last_backlog;  // when jobs had last been due for a minute
  std::optional<Instant> last_movement;
  std::optional<Instant> last_success;
  std::optional<Instant> last_claim;
  std::optional<Instant> last_end;
  std::optional<Instant> idle_since;
  std::optional<Instant> unpromoted_since;
  std::optional<Instant> blocked_since;
  std::optional<WaitingHead> head;
  std::optional<FlippedStall> flipped;
  FailedAttempts failures;
  std::int64_t due_at_movement{0};  // jobs that were due at the last movement
  std::int64_t most_due{0};         // since the queue was last empty
  Millis oldest_due{};              // the oldest age since no job was due
  Instant warm_at;                  // when WARMUP ends
  int ticks_matching{0};            // how many in a row had `candidate`
  QueueState candidate{QueueState::blind};
  int ticks_unmoved{0};               // since the last movement
  int ticks_idle{0};                  // in a row, without a due job
  int failed_in_a_row{0};             // readings
  std::uint32_t failed_readings{0};   // of the last 10, the newest in the lowest bit
  std::uint32_t ill_readings{0};      // those of them that failed because of the database
  std::string last_error;             // of the last failed reading
  std::optional<Instant> recovering;  // while STALLED: the last completion
  bool recovered{false};              // while STALLED: two completions less than W apart
  bool done_is_known{false};          // `done` has changed at least once
  std::int64_t done_falls{0};         // how often `done` fell though it should only rise
  std::int64_t shifted_ages{0};       // how often an age began at a whole number of hours
  // while the oldest running job is over its limit: the fewest and the most that ran
  std::int64_t held_floor{0};
  std::int64_t held_peak{0};
};

/// The limits that this queue is judged by, set or learned (rhythm.hpp).
struct Windows {
  Millis stall;     // W: quiet for longer is a stall
  Millis run;       // the run limit: a running job that is older may hang
  Millis success;   // the success limit: attempts without a completion for longer are FAILING
  Millis age;       // the age limit: an oldest due job that is older is LAGGING
  Millis recovery;  // two completions less than this apart end a stall
};
Windows windows_of(const QueueSettings& settings, const Rhythm& rhythm);

struct Detection {
  DetectorState next;
  Millis quiet{};   // time since the last movement, or since jobs became due if that was later
  Millis window{};  // W
  bool flip_may_help{false};
};

/// For a detector that starts. What was learned stays.
DetectorState first_detector_state(const QueueSettings& settings, const Rhythm& rhythm,
                                   Instant now);

/// A flip of the pool begins: a stall of this queue is followed from now on.
void begin_flip(DetectorState& state, Instant now);

/// For a detector that starts again with new workers.
DetectorState restarted(const QueueSettings& settings, const DetectorState& before, Instant now);

enum class FlipEffect {
  cured,
  none,     // an automatic flip, ineffective or unverified
  unknown,  // neither was recorded, or a person asked for it
};
/// The flip of a stuck queue ended.
void learn_from_flip(DetectorState& state, FlipEffect effect);

/// `at`: the wall-clock time of the reading; without it, hours of the week are not learned.
Detection detect(const QueueSettings& settings, DetectorState state,
                 const Result<QueueSample>& reading, Instant now,
                 std::optional<WallTime> at = std::nullopt);

/// What is said of a reading that failed: the error, and how to fix it.
std::string sentence_of_failure(const Error& error);

/// The sentence for a verdict, with the figures that a person would ask for: how many, how old,
/// since when, compared with which limit, and where the limit comes from.
std::string reason_of(const QueueSettings& settings, const DetectorState& state, Instant now);

/// What else looks wrong, one sentence each: leftovers, jobs that may hang, a counter that says
/// nothing, ages that are off by hours, a pause that lasts.
std::vector<std::string> notes_of(const QueueSettings& settings, const DetectorState& state,
                                  Instant now);

}  // namespace jobflip::core

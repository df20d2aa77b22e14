#pragma once
/// Is this queue moving, and would a flip help? A pure function of (settings, state, reading, now).
///
/// The verdicts are in queue_state.hpp, what is learned in rhythm.hpp.
///
/// A failed reading changes nothing that is known. Time in which the queue was not read does not
/// count: it is added to every clock. If it is longer than W, the detector starts again.
///
/// Due jobs that are skipped (newer ones complete, the oldest stays) are leftovers: they are
/// named, and do not count as due.

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

/// The oldest due job, while it stays where it is.
struct WaitingHead {
  Instant since;               // first seen
  int passes{0};               // completions that went past it
  std::int64_t fewest_due{0};  // while it stood there
  std::int64_t leftovers{0};   // that many due jobs are skipped
};

struct DetectorState {
  QueueState state{QueueState::blind};
  Instant state_since;
  Rhythm rhythm;
  std::optional<QueueSample> last;      // the last sample that could be read
  std::optional<WallTime> last_at;      // when, on a clock for people
  std::optional<Instant> last_tick;     // of that sample
  Instant watched_since;                // without a gap that was too long
  std::optional<Instant> due_since;     // since when jobs are due, without the leftovers
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
  std::int64_t due_at_movement{0};  // jobs that were due at the last movement
  std::int64_t most_due{0};         // since the queue was empty
  Instant warm_at;                  // when WARMUP ends
  int ticks_matching{0};            // how many ticks in a row matched `candidate`
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
DetectorState first_detector_state(const QueueSettings& settings, const Rhythm& rhythm,
                                   Instant now);

/// `at` is the time of the reading on a clock for people; without it, hours of the week are not
/// learned.
Detection detect(const QueueSettings& settings, DetectorState state,
                 const Result<QueueSample>& reading, Instant now,
                 std::optional<WallTime> at = std::nullopt);

/// What is said of a reading that failed: the error, and how to fix it.
std::string sentence_of_failure(const Error& error);

/// The sentence for a verdict, with the figures that a person would ask for: how many, how old,
/// since when, compared with what.
std::string reason_of(const QueueSettings& settings, const DetectorState& state, Instant now);

/// What is worth knowing beside the verdict, a sentence each: leftovers, jobs held, a counter that
/// says nothing, ages that are off by hours, a pause that lasts.
std::vector<std::string> notes_of(const QueueSettings& settings, const DetectorState& state,
                                  Instant now);

}  // namespace jobflip::core

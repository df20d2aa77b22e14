#pragma once
/// What the detector (detector.hpp) knows of a queue between two readings.

#include <cstdint>
#include <optional>
#include <string>

#include "jobflip/base/time.hpp"
#include "jobflip/core/queue_state.hpp"
#include "jobflip/core/rhythm.hpp"
#include "jobflip/core/sample.hpp"

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
  std::optional<Instant> workers_since;  // the last flip, or its new workers
  std::optional<Instant> stuck_at;       // when it was last STALLED or HELD
  FailedAttempts failures;
  std::int64_t due_at_movement{0};  // jobs that were due at the last movement
  std::int64_t most_due{0};         // since the queue was last empty
  Millis oldest_due{};              // the oldest age since no job was due
  bool due_while_stuck{false};      // what is due now grew in a stall: its age teaches nothing
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

}  // namespace jobflip::core

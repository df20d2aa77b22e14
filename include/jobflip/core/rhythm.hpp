#pragma once
/// What is normal for one queue, learned while it works: for how long nothing moves although jobs
/// are due, for how long a job runs, how far apart completions are, how old the oldest due job
/// gets, for how long there is no work at all. It survives a flip and a change of supervisor (the
/// store keeps it as JSON), and fades with a half-life of 14 days.
///
/// Settings win over what is learned. Until enough is known, the limits are long: a wrong flip
/// costs more than ten minutes of a stall. The factors were chosen, and are tested, with traces of
/// real incidents (tests/traces) and simulated queues (tests/detector); docs/detector.md has the
/// figures, docs/decisions/0025-what-is-not-set-is-learned.md the reasons.
///
///   known           25 minutes of movement were seen, or the queue was emptied 10 times
///   quiet limit     the longest of 3 min, 3 x what 95 % of the quiet *time* is below, 1.2 x the
///                   longest quiet gap; 2 h while not known
///   run limit       the longest of 3 min, 3 x the 99th percentile of run times, 1.5 x the longest;
///                   beside a set stall_after, of that and 1.5 x the longest; while fewer than 10
///                   are known, 4 h (stall_after)
///   success limit   the longest of 5 min, 3 x what 95 % of the time between completions is below
///   age limit       the longest of 10 min and 3 x the 95th percentile of the oldest age that each
///                   backlog reached before it was worked off
///   silence limit   the longest of 15 min and 5 x the longest time without work, if none of those
///                   times is twice their median, and that is 15 s or more; after 8 days, the
///                   longest of 15 min and 3 x the longest of this hour of the week
///   wait limit      once workers that run nothing were seen to wait for longer than the quiet
///                   limit: the longest of 1.2 x the longest wait and (up to 2 h) 3 x it; it takes
///                   the place of the quiet limit while nothing runs; forgotten after 14 days
///                   without such a wait
///
/// If no job runs, the workers may wait on purpose: for the next hour of a quota. Until that had a
/// chance to show, such a stall is said, but not flipped, and it is learned if it is long and
/// ends by itself. Later such a stall is a wait if a flip did not end it, or if it ended by itself
/// and so did the one before, after about the same time.
///
/// A flip that did not help raises what the next one of its kind needs: twice the time, 4 times, 8
/// times (detector.hpp). Half of these flips are forgotten in 14 days.
///
/// Quiet gaps are weighed by their length because waits on purpose (a quota, a batch) are few and
/// long: by number they would vanish among the short ones.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/length_counts.hpp"

namespace jobflip::core {

inline constexpr Millis kLeastWindow{180'000};
inline constexpr Millis kUnknownWindow{2 * 3'600'000};
inline constexpr Millis kUnknownRunLimit{4 * 3'600'000};
inline constexpr Millis kMovingToKnow{25 * 60'000};
inline constexpr int kServedToKnow = 10;
inline constexpr int kRunsToKnow = 10;
inline constexpr std::size_t kHoursOfWeek = 168;
inline constexpr std::uint16_t kMostIdleMinutes = 60'000;

/// The limits that follow from what was learned. They are stored, since they change far less often
/// than they are read.
struct RhythmLimits {
  Millis quiet{kUnknownWindow};
  std::optional<Millis> run;  // empty: not known
  Millis success{300'000};
  Millis recovery{};
  Millis age{600'000};
  std::optional<Millis> silence;  // empty: work does not come regularly
  std::optional<Millis> wait;     // while nothing runs; empty: no wait is known

  bool operator==(const RhythmLimits&) const = default;
};

struct Rhythm {
  LengthCounts quiet_gaps;    // no movement although jobs were due and nothing ran
  LengthCounts run_times;     // of jobs that completed
  LengthCounts success_gaps;  // between completions while there was work
  LengthCounts due_ages;      // of the oldest due job, a reading each
  LengthCounts idle_gaps;     // without any work
  std::array<std::uint16_t, kHoursOfWeek> idle_minutes{};  // the longest in that hour; 0: not seen
  Millis watched{};                                        // in all
  Millis moving{};                                         // how much movement was watched
  int served{0};         // how often a queue with work became empty by completing it
  int jobs{0};           // about so many completed; not counted for ever
  int most_drained{0};   // the largest backlog that was worked off to its end
  Millis backlogged{};   // how much movement was watched with a backlog
  int most_running{0};   // at once, while jobs completed
  Millis faded{};        // time since the counts last faded
  Millis wait{};         // the longest on purpose, beyond the quiet limit; 0: none is known
  Millis wait_age{};     // since one was last seen
  Millis unsure_wait{};  // the last stall with nothing running that ended by itself; 0: none
  Millis unsure_age{};   // since then
  int vain_waits{0};     // flips that did not help while nothing ran
  int vain_hangs{0};     // while jobs ran
  Millis vain_age{};     // since the last one, or since half of them were forgotten
  int taught{0};         // how often a person had it learned from the queue's history
  RhythmLimits limits;

  bool is_known() const { return moving >= kMovingToKnow || served >= kServedToKnow; }

  bool operator==(const Rhythm&) const = default;
};

/// Computes the limits again. Call it after adding to the counts.
void update_limits(Rhythm& rhythm);

/// The oldest age of a due job that 95 % of the backlogs stayed below.
Millis usual_age(const Rhythm& rhythm);

/// Counts time that was watched, and lets what is known fade once a day.
void pass_time(Rhythm& rhythm, Millis passed);

/// The hour of the week in UTC, from 0 (Monday 0:00) to 167.
std::size_t hour_of_week(WallTime at);

/// The silence limit at that time: no work for longer is SILENT. Empty: not known well enough.
std::optional<Millis> silence_limit(const Rhythm& rhythm, std::optional<WallTime> at);

/// Work was seen, after none for `idle` (0: there was work before, too).
void learn_work(Rhythm& rhythm, Millis idle, std::optional<WallTime> at);

/// Workers waited so long with nothing running, and no flip is a fix for that.
void learn_wait(Rhythm& rhythm, Millis gap);

/// A stall with nothing running ended by itself: a wait, if the one before was about as long.
void learn_stall_that_ended(Rhythm& rhythm, Millis gap);

/// A person has looked: flips that did not help no longer raise what the next one needs.
void forget_vain_flips(Rhythm& rhythm);

/// At most 8 KiB of JSON, and back. A document that cannot be read is an error that names the key.
std::string rhythm_document(const Rhythm& rhythm);
Result<Rhythm> parse_rhythm_document(std::string_view json);

}  // namespace jobflip::core

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

#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/detector_state.hpp"
#include "jobflip/core/rhythm.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::core {

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

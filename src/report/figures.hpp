#pragma once
/// The figures of a post-mortem, each from facts alone. docs/postmortem.md has their formulas.

#include <cstdint>
#include <optional>

#include "jobflip/report/facts.hpp"

namespace jobflip::report {

/// What is not known is absent, never 0.
struct Figures {
  std::optional<Millis> standstill;       // onset -> first_job
  std::optional<Millis> detection_delay;  // onset -> detected
  std::optional<Millis> decision_delay;   // detected -> decided
  std::optional<Millis> flip_time;        // decided -> started, of `flip`
  std::optional<Millis> to_first_job;     // started -> first_job, of `flip`
  std::optional<Millis> recovery_time;    // first_job -> recovered
  std::optional<Millis> whole;            // onset -> recovered

  /// The flip that cured; if none did, the last one whose workers ran.
  std::optional<FlipId> flip;

  std::optional<std::int64_t> most_waiting;  // in one queue
  std::optional<Millis> longest_wait;

  std::optional<std::int64_t> in_flight;  // jobs that ran on the old nodes when flips were decided
  std::optional<std::int64_t> maybe_twice;  // those of them that may have run, and may run again
};

Figures figures_of(const Facts& facts);

/// How many of the jobs in flight may run twice: all of them unless the workers drained. Of a
/// takeover all of them, too: nobody saw how the workers ended. Empty if it was not recorded, or
/// the flip has not got so far.
std::optional<std::int64_t> maybe_twice(const core::FlipTimeline& timeline);

/// The pool works again, and a completed job showed it.
bool is_cured(const Facts& facts);

}  // namespace jobflip::report

#pragma once
/// The readings of one queue around an incident, bounded: whoever gathers them feeds every reading
/// once, and what is kept fits a page.
///
/// Invariants: at most kMostPoints points, by time. If there are more readings, each stretch of
/// time keeps its first reading and those with the most jobs waiting, the fewest, and the oldest
/// job: no peak is lost. The peaks and times beside the points are those of all readings, kept or
/// not.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/kept_sample.hpp"
#include "jobflip/core/queue_state.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::report {

inline constexpr std::size_t kMostPoints = 600;

/// One reading.
struct Point {
  WallTime at;
  std::optional<core::QueueState> verdict;  // empty: one that this version does not know
  bool read{false};                         // false: it failed, and has no figures
  std::int64_t waiting{};                   // jobs due and not taken
  std::optional<Millis> oldest;             // the age of the oldest of them
  std::int64_t running{};
  std::int64_t done{};  // what it counts: DoneKind

  bool operator==(const Point&) const = default;
};

struct Series {
  QueueName queue;
  core::DoneKind done_kind{core::DoneKind::queue};
  std::int64_t readings{0};
  std::int64_t failed{0};        // of them
  std::optional<WallTime> last;  // the newest reading
  std::vector<Point> points;

  // Of the readings from the onset to the end of the trouble.
  std::optional<Point> most_waiting;
  std::optional<Point> longest_wait;
  bool in_trouble{false};  // its verdict was bad meanwhile
  bool was_judged{false};  // there was a verdict; without one, whether it was is not known

  // Of the readings after the new workers ran.
  std::optional<WallTime> first_done;  // the first reading that shows one more completed job
  std::optional<WallTime> well_again;  // the first one with a good verdict after that
};

/// OK, IDLE or BUSY: nothing that a person has to look at.
bool is_well(core::QueueState verdict) noexcept;

/// What a series is made for. `since` and `until` bound the page, the others the trouble.
struct SeriesRange {
  WallTime since;
  WallTime until;
  WallTime onset;                   // the trouble; `since` if it is not known
  std::optional<WallTime> over;     // its end; empty: not known
  std::optional<WallTime> started;  // the first workers of a flip ran
};

class SeriesBuilder {
 public:
  SeriesBuilder(const QueueName& queue, core::DoneKind done_kind, const SeriesRange& range);

  /// By time. A reading outside of the range is left out.
  void add(const core::KeptSample& sample);
  Series finish();

 private:
  /// One stretch of time: its first reading and its extremes.
  struct Stretch {
    std::vector<Point> kept;
    std::optional<Point> fewest;
    std::optional<Point> most;
    std::optional<Point> oldest;
  };

  void add_point(const Point& point);
  void note_trouble(const Point& point);
  void note_cure(const core::KeptSample& sample, const Point& point);

  SeriesRange range_;
  Series series_;
  std::vector<Point> all_;          // as long as they fit
  std::vector<Stretch> stretches_;  // from then on
  std::optional<core::QueueSample> last_;
};

}  // namespace jobflip::report

#include "core/movement.hpp"

namespace jobflip::core {
namespace {

/// Ages are rounded to seconds by some systems.
constexpr Millis kRounding{1000};
constexpr std::int64_t kRoundLimit = 100;

bool rose(const std::optional<std::int64_t>& before, const std::optional<std::int64_t>& after) {
  return before && after && *after > *before;
}
bool fell(const std::optional<std::int64_t>& before, const std::optional<std::int64_t>& after) {
  return before && after && *after < *before;
}

/// The oldest due job that stays gets older by exactly the time between, a new one in its place is
/// younger. Half of that time is allowed for, since a reading takes its time.
bool has_head_left(const QueueSample& before, const QueueSample& after, Millis between) {
  if (before.runnable == 0 || !before.oldest_runnable) return false;
  if (after.runnable == 0) return true;
  if (after.oldest_runnable &&
      *after.oldest_runnable + kRounding < *before.oldest_runnable + between / 2)
    return true;
  return before.head && after.head && before.head != after.head && after.runnable < before.runnable;
}

bool has_oldest_running_left(const QueueSample& before, const QueueSample& after, Millis between) {
  if (!before.oldest_running || before.running == 0) return false;
  if (after.running == 0) return true;
  // all that run now were taken since
  if (after.oldest_running && *after.oldest_running + kRounding < between) return true;
  return after.oldest_running && *after.oldest_running + kRounding < *before.oldest_running;
}

/// A `done` that never changes, or that has reached the limit of its query (`limit 1000`).
bool says_nothing(DoneKind kind, bool done_is_known, const QueueSample& before,
                  const QueueSample& after) {
  if (kind == DoneKind::window || after.last_done_at || after.done != before.done) return false;
  return !done_is_known || (after.done > 0 && after.done % kRoundLimit == 0);
}

/// By the columns that count completions, as far as they are about this queue.
bool has_completed(DoneKind kind, const QueueSample& before, const QueueSample& after,
                   const Movement& m) {
  const bool later =
      after.last_done_at && (!before.last_done_at || *after.last_done_at > *before.last_done_at);
  if (later) return true;
  // unlike the count of a table or of a window it is about this queue, and not about minutes ago
  if (after.last_done_at && kind != DoneKind::queue) return false;
  switch (kind) {
    case DoneKind::queue:
      return after.done > before.done;
    case DoneKind::table:  // some queue of the table: this one, if something moved here
      return after.done > before.done && (m.claim || m.ended);
    case DoneKind::window:  // what was taken while as many completed as the window forgot
      return after.done > before.done ||
             (after.done > 0 && (m.ended || (m.claim && after.running <= before.running)));
  }
  return false;
}

}  // namespace

Movement compare(DoneKind kind, bool done_is_known, const QueueSample& before,
                 const QueueSample& after, Millis between) {
  Movement m;
  const bool failed = after.failed > before.failed || rose(before.deferred, after.deferred);
  m.done_fell = kind != DoneKind::window && after.done < before.done;
  m.was_reset = m.done_fell && after.done <= before.done / 2;
  m.head_left = has_head_left(before, after, between);
  m.oldest_ended = has_oldest_running_left(before, after, between);
  m.marker_rose = rose(before.marker, after.marker);
  m.claim = m.marker_rose || after.running > before.running || after.runnable < before.runnable ||
            m.head_left;
  m.ended = after.running < before.running || m.oldest_ended || failed;
  // what was taken does not run any more, or something else has ended
  if ((m.head_left || after.runnable < before.runnable) && after.running <= before.running)
    m.ended = true;
  m.success = has_completed(kind, before, after, m);
  if (m.ended && !failed && says_nothing(kind, done_is_known, before, after)) m.success = true;
  m.ended = m.ended || m.success;
  m.stir = after.unpromoted < before.unpromoted || fell(before.blocked, after.blocked) ||
           fell(before.deferred, after.deferred);
  return m;
}

}  // namespace jobflip::core

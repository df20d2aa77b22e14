// What flips teach: how long workers wait on purpose, and that a flip did not fix it.

#include "core/detector_parts.hpp"

namespace jobflip::core {
namespace detector {
namespace {

/// New workers that can work move by then.
constexpr Millis kCuredWithin{kLeastWindow};
constexpr int kMostVain = 1000;
constexpr int kMostDoublings = 3;

/// Both the end of the stall and the outcome of the flip are known.
void settle(DetectorState& s) {
  const FlippedStall& f = *s.flipped;
  if (!f.judged || !f.moved_at) return;
  if (f.waited && between(*f.workers_at, *f.moved_at) >= kCuredWithin)
    learn_wait(s.rhythm, between(f.since, *f.moved_at));
  s.flipped.reset();
}

}  // namespace

/// As far as these workers were seen.
Millis stuck_for(const DetectorState& s, Instant now) {
  return s.due_since ? quiet_of(s, now) : between(s.last_movement.value_or(s.watched_since), now);
}

Millis flip_bar(const QueueSettings& settings, const Windows& windows, const DetectorState& s) {
  const bool waits = s.last && s.last->running == 0;
  const int vain = waits ? s.rhythm.vain_waits : s.rhythm.vain_hangs;
  if (vain == 0) return Millis{};
  const int times = 1 << std::min(vain, kMostDoublings);
  if (!waits)
    return times * std::max(windows.stall, (s.state == QueueState::held ? 2 : 1) * windows.run);
  const Millis window = stall_window(settings, windows, s);
  if (settings.stall_after) return times * window;
  // workers that are new and take nothing, either, wait more probably than they hang
  const Millis most = std::max(window, kUnknownWindow);
  return s.flipped ? most : std::min(times * window, most);
}

bool is_below_flip_bar(const QueueSettings& settings, const Windows& windows,
                       const DetectorState& s, Instant now) {
  return stuck_for(s, now) < flip_bar(settings, windows, s);
}

void keep_hang(const DetectorState& before, DetectorState& next) {
  next.workers_since = before.workers_since;
  next.stuck_at = before.stuck_at;
  next.due_while_stuck = before.due_while_stuck || is_stuck(before.state);
}

bool is_of_hang(const QueueSettings& settings, const DetectorState& s) {
  if (!s.last || !s.last->oldest_running || !s.last_tick) return false;
  const Millis ran = *s.last->oldest_running;
  const Instant started = *s.last_tick - std::min(ran, kLengthMax);
  if (s.workers_since && started < *s.workers_since) return true;
  return s.stuck_at && started < *s.stuck_at && ran >= windows_of(settings, s.rhythm).run;
}

void follow_flipped_stall(DetectorState& s, bool moved, Instant now) {
  if (!s.flipped || !moved || !s.flipped->workers_at || s.flipped->moved_at) return;
  s.flipped->moved_at = now;
  settle(s);
}

}  // namespace detector

using namespace detector;

void begin_flip(DetectorState& s, Instant now) {
  s.workers_since = now;
  const bool stuck = s.last && is_stuck(s.state);
  if (!stuck && !s.flipped) return;
  FlippedStall next;
  next.since = s.flipped ? s.flipped->since : now - quiet_of(s, now);
  next.waited = stuck ? s.last->running == 0 : s.flipped->waited;
  s.flipped = next;
}

DetectorState restarted(const QueueSettings& settings, const DetectorState& before, Instant now) {
  DetectorState s = first_detector_state(settings, before.rhythm, now);
  keep_hang(before, s);
  s.workers_since = now;
  s.flipped = before.flipped;
  if (s.flipped && !s.flipped->workers_at) s.flipped->workers_at = now;
  return s;
}

void learn_from_flip(DetectorState& s, FlipEffect effect) {
  if (!s.flipped) return;
  int& vain = s.flipped->waited ? s.rhythm.vain_waits : s.rhythm.vain_hangs;
  if (effect == FlipEffect::cured) vain = 0;
  // the old workers went on: there was no flip
  if (effect == FlipEffect::cured || !s.flipped->workers_at) return s.flipped.reset();
  if (effect == FlipEffect::none && !s.flipped->judged) {
    vain = std::min(vain + 1, kMostVain);
    s.rhythm.vain_age = Millis{};
  }
  s.flipped->judged = true;
  settle(s);
}

}  // namespace jobflip::core

#pragma once
/// A queue and its detector on a clock that the test controls.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "jobflip/core/detector.hpp"

namespace jobflip::core {

using namespace std::chrono_literals;

inline constexpr Millis kTick = 10s;

inline QueueSettings email(DoneKind kind = DoneKind::queue) {
  QueueSettings settings;
  settings.name = QueueName::of("email");
  settings.done_kind = kind;
  settings.sample_every = kTick;
  settings.stall_after = 60s;
  settings.job_timeout = 60s;
  return settings;
}

/// Nothing set: what is learned decides.
inline QueueSettings unset() {
  QueueSettings settings = email();
  settings.stall_after.reset();
  settings.job_timeout.reset();
  return settings;
}

/// A queue and its detector; each tick changes the sample and reads it.
class Watch {
 public:
  explicit Watch(QueueSettings s = email()) : settings(std::move(s)) {
    sample.queue = settings.name;
    state = first_detector_state(settings, {}, now);
  }

  QueueState tick() { return read(sample); }
  QueueState fail() { return read(Error{ErrorCode::probe_failed, "no such table", ""}); }

  /// Jobs that are due or running get older by themselves.
  QueueState ticks(int count) {
    for (int i = 0; i < count; ++i) {
      age();
      tick();
    }
    return state.state;
  }
  void age() {
    if (sample.oldest_runnable) *sample.oldest_runnable += kTick;
    if (sample.oldest_running) *sample.oldest_running += kTick;
  }
  /// A job completes with each.
  QueueState ticks_that_complete(int count) {
    for (int i = 0; i < count; ++i) {
      ++sample.done;
      tick();
    }
    return state.state;
  }

  /// Runs through WARMUP, with jobs that complete.
  void warm_up() {
    sample.runnable = 5;
    ticks_that_complete(14);
    ASSERT_EQ(state.state, QueueState::ok) << reason;
  }
  /// Until what is normal is known: one job a tick, taken at once.
  void learn() {
    for (int i = 0; i < 160; ++i) {
      ++sample.done;
      tick();
    }
    ASSERT_TRUE(state.rhythm.is_known());
  }

  QueueState read(const Result<QueueSample>& reading) {
    now += gap.value_or(settings.sample_every);
    gap.reset();
    Detection d = detect(settings, std::move(state), reading, now, wall());
    state = std::move(d.next);
    reason = reason_of(settings, state, now);
    quiet = d.quiet;
    flip_may_help = d.flip_may_help;
    return state.state;
  }
  WallTime wall() const { return WallTime{std::chrono::duration_cast<Micros>(now - Instant{})}; }

  QueueSettings settings;
  DetectorState state;
  QueueSample sample;
  Instant now{1000s};
  std::optional<Millis> gap;  // before the next tick
  std::string reason;
  Millis quiet{};
  bool flip_may_help{false};
};

/// A flip that other workers follow at once.
inline void replace_workers(Watch& watch) {
  begin_flip(watch.state, watch.now);
  watch.state = restarted(watch.settings, watch.state, watch.now);
}

/// A queue that was quick, and has stood for 5 minutes with nothing running.
inline Watch stalled_watch() {
  Watch watch{unset()};
  watch.sample.runnable = 2;
  watch.sample.oldest_runnable = Millis{1000};
  for (int i = 0; i < 160; ++i) {
    watch.sample.done += 9;
    watch.ticks_that_complete(1);
  }
  EXPECT_EQ(watch.ticks(30), QueueState::stalled) << watch.reason;
  return watch;
}

}  // namespace jobflip::core

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
  return settings;
}

/// A queue and its detector; each tick changes the sample and reads it.
class Watch {
 public:
  explicit Watch(QueueSettings s = email()) : settings(std::move(s)) {
    sample.queue = settings.name;
    state = first_detector_state(settings, now);
  }

  QueueState tick() { return read(sample); }
  QueueState fail() { return read(Error{ErrorCode::probe_failed, "no such table", ""}); }

  QueueState ticks(int count) {
    for (int i = 0; i < count; ++i) tick();
    return state.state;
  }

  /// Runs through WARMUP, with jobs that complete.
  void warm_up() {
    sample.runnable = 5;
    for (int i = 0; i < 14; ++i) {
      ++sample.done;
      tick();
    }
    ASSERT_EQ(state.state, QueueState::ok) << reason;
  }

  QueueState read(const Result<QueueSample>& reading) {
    now += gap.value_or(settings.sample_every);
    gap.reset();
    Detection d = detect(settings, std::move(state), reading, now);
    state = std::move(d.next);
    reason = d.reason;
    quiet = d.quiet;
    return state.state;
  }

  QueueSettings settings;
  DetectorState state;
  QueueSample sample;
  Instant now{1000s};
  std::optional<Millis> gap;  // before the next tick
  std::string reason;
  Millis quiet{};
};

}  // namespace jobflip::core

// What counts as movement, each kind on its own.

#include "jobflip/core/detector.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/core/detector_harness.hpp"

namespace jobflip::core {
namespace {

struct Kind {
  const char* name;
  DoneKind kind;
  void (*change)(QueueSample&);
  bool is_movement;
};

const std::vector<Kind>& counters() {
  static const std::vector<Kind> kinds{
      {"a completion", DoneKind::queue, [](QueueSample& s) { ++s.done; }, true},
      {"a completion in a window", DoneKind::window, [](QueueSample& s) { ++s.done; }, true},
      {"a window that slid", DoneKind::window, [](QueueSample& s) { s.done -= 1; }, false},
      {"a window that slid over a completion", DoneKind::window,
       [](QueueSample& s) {
         s.done -= 1;
         s.last_done_at = s.last_done_at.value_or(WallTime{1s}) + 1s;
       },
       true},
      {"a failure", DoneKind::queue, [](QueueSample& s) { ++s.failed; }, true},
      {"failures cleared away", DoneKind::queue, [](QueueSample& s) { --s.failed; }, false},
      {"a job more that runs", DoneKind::queue, [](QueueSample& s) { ++s.running; }, true},
      {"a job fewer that runs", DoneKind::queue, [](QueueSample& s) { --s.running; }, true},
      {"fewer due", DoneKind::queue, [](QueueSample& s) { --s.runnable; }, true},
      {"fewer blocked", DoneKind::queue, [](QueueSample& s) { --*s.blocked; }, true},
      {"more blocked", DoneKind::queue, [](QueueSample& s) { ++*s.blocked; }, false},
      {"an attempt that will be repeated", DoneKind::queue, [](QueueSample& s) { ++*s.deferred; },
       true},
      {"fewer wait for promotion", DoneKind::queue, [](QueueSample& s) { --s.unpromoted; }, true},
      {"more wait for promotion", DoneKind::queue, [](QueueSample& s) { ++s.unpromoted; }, false},
      {"completions of another queue of the table", DoneKind::table,
       [](QueueSample& s) { ++s.done; }, false},
      {"a completion of this queue of the table", DoneKind::table,
       [](QueueSample& s) {
         ++s.done;
         --s.runnable;
       },
       true},
      {"the oldest due job is a younger one", DoneKind::queue,
       [](QueueSample& s) { s.oldest_runnable = s.oldest_runnable.value_or(900s) - 1500ms; }, true},
      {"the oldest running job is a younger one", DoneKind::queue,
       [](QueueSample& s) {
         const bool old = s.oldest_running.value_or(0s) >= 20s;
         s.oldest_running = old ? 0s : s.oldest_running.value_or(0s) + 10s;
       },
       true},
      {"a time zone's shift", DoneKind::queue,
       [](QueueSample& s) { s.oldest_runnable = s.oldest_runnable.value_or(3600s) + 10s; }, false},
      {"a claim", DoneKind::queue, [](QueueSample& s) { s.marker = s.marker.value_or(7) + 1; },
       true},
  };
  return kinds;
}

const std::vector<Kind>& jobs() {
  static const std::vector<Kind> kinds{
      {"an arrival", DoneKind::queue, [](QueueSample& s) { ++s.runnable; }, false},
      {"an arrival at the front", DoneKind::queue,
       [](QueueSample& s) {
         ++s.runnable;
         s.head = "job-" + std::to_string(s.runnable);
       },
       false},
      {"another head with as many due", DoneKind::queue,
       [](QueueSample& s) { s.head = *s.head + "x"; }, false},
      {"the head taken", DoneKind::queue,
       [](QueueSample& s) {
         --s.runnable;
         s.head = "job-" + std::to_string(s.runnable);
       },
       true},
      {"the oldest only gets older", DoneKind::queue,
       [](QueueSample& s) { s.oldest_runnable = s.oldest_runnable.value_or(0s) + 10s; }, false},
  };
  return kinds;
}

void expect_movement(const std::vector<Kind>& kinds) {
  for (const Kind& kind : kinds) {
    SCOPED_TRACE(kind.name);
    Watch watch{email(kind.kind)};
    watch.sample.runnable = 1000;
    watch.sample.done = 1000;
    watch.sample.failed = 1000;
    watch.sample.running = 1000;
    watch.sample.unpromoted = 500;
    watch.sample.blocked = 500;
    watch.sample.deferred = 500;
    watch.sample.head = "first";
    watch.sample.marker = 1;
    watch.ticks(4);
    bool was_stalled = false;
    for (int i = 0; i < 60; ++i) {
      kind.change(watch.sample);
      watch.tick();
      was_stalled = watch.quiet >= 60s || was_stalled;
    }
    EXPECT_EQ(was_stalled, !kind.is_movement) << watch.reason;
  }
}

TEST(Movement, IsKnownByCounters) {
  expect_movement(counters());
}

TEST(Movement, IsKnownByTheJobsThatAreThereAndTheirAges) {
  expect_movement(jobs());
}

}  // namespace
}  // namespace jobflip::core

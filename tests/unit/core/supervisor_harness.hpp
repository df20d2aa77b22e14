#pragma once
/// A supervisor in a world that the test plays: the store answers from `fleet`, the queues answer
/// from `samples`, and the clock jumps from one wake-up to the next.

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "jobflip/core/invariants.hpp"
#include "unit/core/supervisor_surroundings.hpp"

namespace jobflip::core {

class SupervisedWorld : public PlayedSurroundings {
 public:
  SupervisedWorld() {
    using namespace std::chrono_literals;
    PoolView& pool = fleet.pools.front();
    pool.settings.hold_down = 3s;
    pool.settings.verify_timeout = 20s;
    QueueSettings& email = pool.settings.queues.front();
    email.sample_every = 1s;
    email.stall_after = 5s;
    sample.queue = email.name;
    sample.runnable = 5;
    sample.oldest_runnable = 1s;
    state = first_supervisor_state(NodeName::of("sup1"),
                                   Uuid{"00000000-1111-4222-8333-444444444444"}, now);
  }

  PoolView& pool() { return fleet.pools.front(); }
  PoolWatch& watch() { return state.pools.at(pool().settings.name); }
  QueueState verdict() { return watch().queues.begin()->second.detector.state; }

  void elect(Millis length = std::chrono::hours{1}, Epoch epoch = Epoch{7}) {
    give(Elected{epoch, now + length});
  }

  void give(const SupervisorEvent& event) {
    SupervisorStep step = supervisor_step(std::move(state), event, now);
    EXPECT_EQ(check_invariants(step, now), "");
    state = std::move(step.next);
    wake_at = step.wake_at;
    for (const LogEvent& log_event : step.log_events) {
      if (log_event.kind != LogEventKind::anchor) reasons.push_back(log_event.sentence);
      log_events.push_back(log_event);
    }
    EXPECT_TRUE(step.actions.empty() || now < silent_from) << "it acts without the right to";
    ++steps;
    for (auto& action : step.actions) {
      ++actions;
      if (auto* asked = std::get_if<SampleQueue>(&action)) {
        sampling.push_back(*asked);
      } else {
        EXPECT_FALSE(call) << "one call at a time";
        call = action;
      }
    }
    if (on_step) on_step();
  }

  /// Answers every call and jumps from wake-up to wake-up until `length` has passed.
  void run(Millis length) {
    const Instant end = now + length;
    for (int guard = 0; guard < 200'000; ++guard) {
      if (!sampling.empty()) {
        answer_sample();
      } else if (call && !silent_store) {
        answer_call();
      } else if (wake_at <= end) {
        go_to(std::max(now, wake_at));
        give(SupervisorTick{});
      } else {
        return go_to(end);
      }
    }
    FAIL() << "it never rests";
  }

  /// Runs until `condition` holds, for at most `length`.
  [[nodiscard]] bool run_until(const std::function<bool()>& condition, Millis length) {
    for (const Instant end = now + length; now < end && !condition();) run(Millis{100});
    return condition();
  }

  /// Completes a job before each sample, until the warm-up is over.
  void run_well(Millis length = std::chrono::seconds{15}) {
    working = true;
    run(length);
    working = false;
  }

  void answer_sample() {
    const SampleQueue asked = sampling.front();
    sampling.erase(sampling.begin());
    if (working) ++sample.done;
    ++samples_taken;
    sample.queue = asked.queue.name;
    const auto slow = took.find(asked.queue.name);
    give(Sampled{asked.pool, asked.queue.name, reading_of(asked.queue.name),
                 slow == took.end() ? Millis{} : slow->second});
  }

  void answer_call() {
    const SupervisorAction asked = *std::exchange(call, std::nullopt);
    note(asked);
    if (broken) {
      if (std::holds_alternative<ReadSnapshot>(asked)) return give(SnapshotRead{*broken});
      if (std::holds_alternative<ReadHeads>(asked)) return give(HeadsRead{*broken});
      if (const auto* flip = std::get_if<RequestFlip>(&asked))
        return give(FlipAnswered{flip->request.pool, *broken});
      return give(Recorded{*broken});
    }
    if (std::holds_alternative<ReadSnapshot>(asked)) return give(SnapshotRead{fleet});
    if (std::holds_alternative<ReadHeads>(asked)) {
      ++heads_read;
      return give(HeadsRead{heads});
    }
    if (const auto* flip = std::get_if<RequestFlip>(&asked)) {
      if (on_request) return give(FlipAnswered{flip->request.pool, on_request(flip->request)});
      pool().open_flip = flip_in(FlipState::requested);
      return give(FlipAnswered{flip->request.pool, FlipAnswer{true, FlipId{17}, "", ""}});
    }
    give(Recorded{still_leader});
  }

  /// The flip in the snapshot moves to `to` now.
  void flip_becomes(FlipState to) {
    FlipView flip = flip_in(to);
    flip.started_at = WallTime{std::chrono::seconds{1000}};
    entered_at = now;
    pool().open_flip = flip;
    if (to == FlipState::taken || to == FlipState::started) {
      pool().owner.holder = flip.to;
      pool().owner.epoch = Epoch{43};
    }
  }

  void go_to(Instant at) {
    now = at;
    if (pool().open_flip)
      pool().open_flip->state_age = std::chrono::duration_cast<Millis>(now - entered_at);
  }
};

}  // namespace jobflip::core

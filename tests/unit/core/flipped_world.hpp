#pragma once
/// A supervisor that requested a flip, which then continues without it.

#include "unit/core/supervisor_harness.hpp"

namespace jobflip::core {

using namespace std::chrono_literals;

/// The flip was requested because the queue is STALLED, and continues without the supervisor.
struct FlippedWorld : SupervisedWorld {
  FlippedWorld() {
    elect();
    run_well();
    EXPECT_TRUE(run_until([this] { return !requests.empty(); }, 30s));
    flip_becomes(FlipState::draining);
    run(2s);
  }
  void start() {
    flip_becomes(FlipState::released);
    run(2s);
    flip_becomes(FlipState::taken);
    run(1s);
    flip_becomes(FlipState::started);
    run(1500ms);
  }
  std::optional<FlipEvent> judged() const {
    if (outcomes.empty()) return std::nullopt;
    return outcomes.front().event;
  }
};

}  // namespace jobflip::core

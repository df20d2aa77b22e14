#pragma once
/// The pool under judgement: the detector on each of its queues, the pool's judgement, and when a
/// flip is wanted. As the supervisor does it; the other gates (cooldown, budget, candidates) are no
/// facts of the queues.

#include <optional>
#include <string>
#include <vector>

#include "detector/reading.hpp"
#include "jobflip/core/detector.hpp"
#include "jobflip/core/pool_judgement.hpp"

namespace jobflip::detsim {

class Watch {
 public:
  Watch(const core::QueueSettings& settings, std::size_t queues);

  void take_in(std::size_t queue, const Read& read, Instant now, WallTime wall);
  /// After all queues were read: is a flip wanted that was not wanted before?
  bool wants_flip(Instant now);
  /// The pool is flipped: the detectors start again with the new workers, and once more when the
  /// outcome is known. What was learned stays.
  void flip(Instant now);

  const core::DetectorState& state(std::size_t queue) const { return queues_[queue].state; }
  const core::PoolJudgement& judgement() const { return judgement_; }
  std::string reason(std::size_t queue, Instant now) const;

 private:
  struct Queue {
    core::QueueSettings settings;
    core::DetectorState state;
    bool flip_may_help{false};
    Millis usual_took{};
    int slow_in_a_row{0};
    bool flipped{false};  // it was stuck when the pool was flipped
  };
  void begin_again(Instant now);
  void judge_flip(Instant now);
  static void time_reading(Queue& queue, Millis took);
  core::PoolCondition condition(Instant now) const;

  std::vector<Queue> queues_;
  core::PoolJudgement judgement_;
  std::optional<Instant> stuck_since_;
  bool wanted_{false};
  bool began_{false};
  std::optional<Instant> flipped_at_;  // its outcome is not known yet
};

}  // namespace jobflip::detsim

#pragma once
/// What a host shows its agent of the workers: the guard's true state, or `unknown` if it can't
/// see it. The guard and its workers run on in either case.
///
/// An agent process opens the runtime folder once, when it starts, and keeps what it opened:
/// damage to the folder affects the next process.

#include <string>

#include "sim/guard.hpp"

namespace jobflip::sim {

enum class Sight {
  clear,
  page_missing,
  page_old,
  page_of_other_boot,
  events_broken,
  unconfigured,  // the file does not name the pool; the folder does
};

class HostView final : public ports::WorkerHost {
 public:
  HostView(World& world, Guard& guard) : world_(world), guard_(guard) {}

  Result<void> prepare(const core::LeaseTimings& timings) override;
  Result<void> start(Epoch epoch, Instant deadline) override;
  void extend(Instant deadline) noexcept override;
  void stop(Millis grace) noexcept override;
  core::WorkerStatus status() override;
  int event_descriptor() const noexcept override { return -1; }

  /// An agent process starts.
  void open();
  /// The runtime folder, or the agent's file, is damaged.
  void damage(Sight what);
  void silence_bus(Nanos until) { bus_silent_until_ = until; }
  /// An operator repairs what is broken; what is lost stays lost.
  void repair();
  void host_died();
  /// True if the agent is notified of changes of its workers.
  bool brings_news() const { return sight_ == Sight::clear || sight_ == Sight::unconfigured; }
  /// True if the agent's calls reach the guard.
  bool reaches_guard() const { return brings_news(); }

 private:
  bool nothing_is_left() const;
  bool bus_is_silent() const { return world_.time.now < bus_silent_until_; }
  bool start_is_unknown() const { return world_.time.now < start_unknown_until_; }
  void lose_answer(Epoch epoch, Instant deadline);
  core::WorkerStatus after_escape();
  core::WorkerStatus without_sight() const;

  World& world_;
  Guard& guard_;
  Sight damage_{Sight::clear};  // to the folder, as the next process finds it
  Sight sight_{Sight::clear};   // of the running process
  Nanos bus_silent_until_{};
  Nanos start_unknown_until_{};
  Mutant start_mutant_{};  // the mistake that would treat this start as failed
  bool own_guard_{false};  // this agent process started the guard, and reaps what it leaves behind
  int start_{0};
  core::WorkerStatus before_start_;  // what the page contained before the last start
  core::WorkerStatus old_page_;
};

}  // namespace jobflip::sim

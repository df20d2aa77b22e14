#pragma once
/// A store and queue sources that the test plays, for the supervisor's loop.

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "jobflip/ports/queue_probe.hpp"
#include "jobflip/ports/supervisor_store.hpp"
#include "unit/core/supervisor_fleet.hpp"

namespace jobflip::daemon {

using namespace std::chrono_literals;

/// A call that waits here ends when it is let go or cut. Waits at most 10 s.
class Gate {
 public:
  void shut() { set(true); }
  void open() { set(false); }
  /// False: it was cut.
  bool pass() {
    std::unique_lock lock{mutex_};
    waiting = shut_;
    changed_.wait_for(lock, 10s, [this] { return !shut_ || cut_; });
    waiting = false;
    return !std::exchange(cut_, false);
  }
  void cancel() {
    const std::lock_guard lock{mutex_};
    if (!waiting) return;
    cut_ = true;
    ++cuts;
    changed_.notify_all();
  }
  std::atomic<bool> waiting{false};
  std::atomic<int> cuts{0};

 private:
  void set(bool shut) {
    const std::lock_guard lock{mutex_};
    shut_ = shut;
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  bool shut_{false};
  bool cut_{false};
};

inline const Error kCut{ErrorCode::store_timeout, "cut \x1b[2J", ""};

class PlayedSupervisorStore : public ports::SupervisorStore {
 public:
  Result<core::Snapshot> snapshot() override {
    ++snapshots;
    if (!reading.pass()) return kCut;
    return fleet;
  }
  Result<core::FlipAnswer> request_flip(const core::FlipRequest& request) override {
    ++requests;
    if (!changing.pass()) return kCut;
    fleet.pools.front().open_flip = core::flip_in(core::FlipState::requested);
    asked = request;
    return core::FlipAnswer{true, FlipId{17}, "", ""};
  }
  Result<bool> publish(const core::VerdictReport&) override {
    ++published;
    if (!changing.pass()) return kCut;
    return true;
  }
  Result<bool> record_hold(const core::HoldRecord&) override { return true; }
  Result<bool> record_flip_outcome(const core::FlipOutcome&) override { return true; }
  Result<bool> record_incident(const core::IncidentReport&) override { return true; }
  Result<std::vector<core::ChainHead>> audit_heads() override {
    return std::vector<core::ChainHead>{{"mail", 5, std::string(32, 'h')}};
  }
  void cancel() noexcept override {
    reading.cancel();
    changing.cancel();
  }

  core::Snapshot fleet = core::healthy_fleet();  // of the store's thread, once it runs
  core::FlipRequest asked;
  Gate reading, changing;
  std::atomic<int> snapshots{0}, requests{0}, published{0};
};

class PlayedQueueSource : public ports::QueueSource {
 public:
  Result<core::QueueSample> sample(const core::QueueSettings& queue) override {
    ++samples;
    if (!gate.pass()) return Error{ErrorCode::probe_failed, "cut", ""};
    core::QueueSample seen;
    seen.queue = queue.name;
    seen.runnable = 3;
    return seen;
  }
  Result<std::vector<std::string>> running_ids(const core::QueueSettings&) override {
    return std::vector<std::string>{};
  }
  Result<ports::SourceStatement> statement(const core::QueueSettings& queue) override {
    return ports::SourceStatement{queue.query, ""};
  }
  Result<std::string> plan(const core::QueueSettings&) override { return std::string{"a plan"}; }
  Result<std::vector<core::FinishedJob>> finished_jobs(const core::QueueSettings&) override {
    return std::vector<core::FinishedJob>{};
  }
  void cancel() noexcept override { gate.cancel(); }
  Gate gate;
  std::atomic<int> samples{0};
};

class PlayedQueueProbe : public ports::QueueProbe {
 public:
  Result<std::shared_ptr<ports::QueueSource>> source_of(const core::QueueSettings& queue) override {
    return queue.database == "other" ? other : app;
  }
  std::shared_ptr<PlayedQueueSource> app = std::make_shared<PlayedQueueSource>();
  std::shared_ptr<PlayedQueueSource> other = std::make_shared<PlayedQueueSource>();
};

}  // namespace jobflip::daemon

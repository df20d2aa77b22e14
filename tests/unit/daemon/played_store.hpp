#pragma once
/// A store with one pool that no other node wants.

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "jobflip/ports/agent_store.hpp"

namespace jobflip::daemon {

using namespace std::chrono_literals;

inline const PoolName kMail = PoolName::of("mail");
inline const NodeName kJob1 = NodeName::of("job1");

inline core::PoolSettings fast_settings() {
  core::PoolSettings settings;
  settings.name = kMail;
  settings.version = SettingsVersion{1};
  settings.timings.beat_every = 20ms;
  settings.timings.call_deadline = 200ms;
  settings.timings.lease = 3000ms;
  settings.timings.graceful_stop = 100ms;
  settings.timings.kill_to_empty = 50ms;
  settings.timings.guard_margin = 50ms;
  return settings;
}

/// One pool that no other node wants. It is called on the store thread and read from the test's.
class PlayedStore : public ports::AgentStore {
 public:
  Result<core::BeatReply> beat(const core::BeatRequest& request) override {
    std::unique_lock lock{mutex_};
    ++beats;
    if (hang) {
      cut_.wait_for(lock, 10s, [this] { return was_cut_; });
      was_cut_ = false;
      hang = false;
      return Error{ErrorCode::store_timeout, "cut", ""};
    }
    core::PoolReport report{
        .pool = kMail,
        .version = SettingsVersion{1},
        .settings = {},
        .epoch = epoch_,
        .state = holder_.empty() ? core::OwnerState::released : core::OwnerState::held,
        .holder = holder_,
        .lease_beat = BeatNumber{beats},
        /// Otherwise a free pool waits for takeover_after, which core's tests cover.
        .settled = true,
        .flip = flip_};
    if (request.known.empty()) report.settings = fast_settings();
    return core::BeatReply{Uuid{"incarnation"}, BeatNumber{beats}, {report}, true, 1};
  }
  Result<core::TakeReply> take(const core::TakeRequest& request) override {
    std::lock_guard lock{mutex_};
    holder_ = request.node;
    epoch_ = Epoch{epoch_.value + 1};
    return core::TakeReply{core::TakeOutcome::taken, epoch_, ""};
  }
  Result<core::ReleaseOutcome> release(const core::ReleaseRequest&) override {
    std::lock_guard lock{mutex_};
    holder_ = {};
    ++releases;
    return core::ReleaseOutcome::released;
  }
  Result<core::FlipStepOutcome> step_flip(const core::FlipStepRequest&) override {
    return core::FlipStepOutcome::done;
  }
  Result<core::BlackBoxReply> keep_black_box(const core::KeepBlackBoxRequest& request) override {
    std::lock_guard lock{mutex_};
    kept_ = request.black_box;
    return core::BlackBoxReply::kept;
  }
  void cancel() noexcept override {
    std::lock_guard lock{mutex_};
    was_cut_ = hang.load();
    ++cuts;
    cut_.notify_all();
  }

  void give_to(const NodeName& node) {
    std::lock_guard lock{mutex_};
    holder_ = node;
    epoch_ = Epoch{epoch_.value + 1};
  }

  std::atomic<int> beats{0}, releases{0}, cuts{0};
  std::atomic<bool> hang{false};
  std::optional<core::BlackBox> kept() {
    std::lock_guard lock{mutex_};
    return kept_;
  }
  void set_flip(std::optional<core::FlipDirective> next) {
    std::lock_guard lock{mutex_};
    flip_ = std::move(next);
  }

 private:
  std::mutex mutex_;
  std::condition_variable cut_;
  bool was_cut_{false};
  NodeName holder_;
  Epoch epoch_;
  std::optional<core::FlipDirective> flip_;
  std::optional<core::BlackBox> kept_;
};

}  // namespace jobflip::daemon

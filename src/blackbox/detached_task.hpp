#pragma once
/// Work that may hang, on a thread of its own that nobody has to wait for: a thread that sleeps in
/// the kernel can't be ended. The work owns what it uses; a result that comes too late is dropped.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "jobflip/base/time.hpp"

namespace jobflip::blackbox {

/// False if no thread is available, or too many earlier ones still hang. An exception of `work` is
/// dropped with it.
bool run_detached(std::function<void()> work);

template <class T>
class DetachedTask {
 public:
  /// Requires: `work` refers to nothing that may be destroyed before it ends.
  explicit DetachedTask(std::function<T()> work) : shared_{std::make_shared<Shared>()} {
    started_ = run_detached([shared = shared_, work = std::move(work)] {
      auto value = work();
      const std::lock_guard lock{shared->mutex};
      shared->value = std::move(value);
      shared->done.notify_all();
    });
  }

  /// Empty if it has not ended by then. May be called once.
  std::optional<T> take(Instant give_up) {
    if (!started_) return std::nullopt;
    std::unique_lock lock{shared_->mutex};
    const auto left = give_up - BootClock::now();
    shared_->done.wait_for(lock, left, [this] { return shared_->value.has_value(); });
    return std::exchange(shared_->value, std::nullopt);
  }

 private:
  struct Shared {
    std::mutex mutex;
    std::condition_variable done;
    std::optional<T> value;
  };
  std::shared_ptr<Shared> shared_;
  bool started_{false};
};

}  // namespace jobflip::blackbox

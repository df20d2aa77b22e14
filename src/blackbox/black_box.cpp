#include "jobflip/blackbox/black_box.hpp"

#include <sys/eventfd.h>

#include <algorithm>
#include <exception>
#include <mutex>
#include <utility>

#include "blackbox/black_box_parts.hpp"
#include "blackbox/detached_task.hpp"
#include "jobflip/base/check.hpp"
#include "jobflip/base/descriptor.hpp"

namespace jobflip::blackbox {
namespace {

/// Shared by the captures and their owner; a capture that outlives the owner keeps it.
class Finished {
 public:
  Finished() : event_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} { JF_CHECK(event_.open()); }

  int descriptor() const noexcept { return event_.fd(); }

  /// False if a capture of this pool is already running.
  bool begin(const PoolName& pool) {
    const std::lock_guard lock{mutex_};
    if (std::ranges::find(at_work_, pool) != at_work_.end()) return false;
    at_work_.push_back(pool);
    return true;
  }

  void end(core::BlackBox black_box) {
    const std::lock_guard lock{mutex_};
    std::erase(at_work_, black_box.of.pool);
    black_boxes_.push_back(std::move(black_box));
    const std::uint64_t one = 1;
    if (::write(event_.fd(), &one, sizeof one) < 0) return;  // full: it is readable anyway
  }

  std::vector<core::BlackBox> take() {
    const std::lock_guard lock{mutex_};
    std::uint64_t count = 0;
    if (::read(event_.fd(), &count, sizeof count) < 0) count = 0;
    return std::exchange(black_boxes_, {});
  }

 private:
  std::mutex mutex_;
  Descriptor event_;
  std::vector<PoolName> at_work_;
  std::vector<core::BlackBox> black_boxes_;
};

std::string safely(const BlackBoxSettings& settings, const core::BlackBoxOf& of, Instant begun) {
  try {
    return look_into(settings, of, begun);
  } catch (const std::exception& problem) {
    return nothing_seen(problem.what());
  }
}

class HostBlackBox : public ports::BlackBoxRecorder {
 public:
  explicit HostBlackBox(BlackBoxSettingsOf settings_of) : settings_of_{std::move(settings_of)} {}

  void begin(const core::BlackBoxOf& of) noexcept override {
    try {
      try_to_begin(of);
    } catch (const std::exception&) {  // no memory: the flip goes on without it
    }
  }
  std::vector<core::BlackBox> finished() override { return finished_->take(); }
  int event_descriptor() const noexcept override { return finished_->descriptor(); }

 private:
  void try_to_begin(const core::BlackBoxOf& of) {
    const auto begun = BootClock::now();
    const auto settings = settings_of_(of.pool);
    if (!finished_->begin(of.pool)) return;
    if (!settings)
      return finished_->end({of, nothing_seen("no workers of this pool are set up here")});
    const bool started = run_detached([finished = finished_, settings = *settings, of, begun] {
      finished->end({of, safely(settings, of, begun)});
    });
    if (!started) finished_->end({of, nothing_seen("no thread was available for it")});
  }

  BlackBoxSettingsOf settings_of_;
  std::shared_ptr<Finished> finished_{std::make_shared<Finished>()};
};

}  // namespace

std::unique_ptr<ports::BlackBoxRecorder> make_black_box(BlackBoxSettingsOf settings_of) {
  return std::make_unique<HostBlackBox>(std::move(settings_of));
}

std::unique_ptr<ports::BlackBoxRecorder> make_black_box(std::vector<BlackBoxSettings> settings) {
  return make_black_box([all = std::move(settings)](const PoolName& pool) {
    const auto found = std::ranges::find(all, pool, &BlackBoxSettings::pool);
    return found == all.end() ? std::nullopt : std::optional{*found};
  });
}

}  // namespace jobflip::blackbox

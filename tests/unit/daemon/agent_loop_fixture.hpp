#pragma once
/// A real loop with everything around it played: the store, the workers, the black box.

#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include "jobflip/daemon/agent_loop.hpp"

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

/// One pool that nobody else wants. Called on the store thread, looked at from the test's.
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
        .flip = flip_};
    if (request.known.empty()) report.settings = fast_settings();
    return core::BeatReply{Uuid{"incarnation"}, BeatNumber{beats}, {report}, true};
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
  Result<core::EvidenceOutcome> keep_evidence(const core::KeepEvidenceRequest& request) override {
    std::lock_guard lock{mutex_};
    kept_ = request.evidence;
    return core::EvidenceOutcome::kept;
  }
  void cut() noexcept override {
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
  std::optional<core::Evidence> kept() {
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
  std::optional<core::Evidence> kept_;
};

/// Ends a look when the test says so.
class PlayedBlackBox : public ports::BlackBox {
 public:
  ~PlayedBlackBox() override { ::close(event_); }
  void begin(const core::EvidenceOf& of) noexcept override { begun = of; }
  std::vector<core::Evidence> finished() override {
    eventfd_t drained{};
    (void)::eventfd_read(event_, &drained);
    return std::exchange(done_, {});
  }
  int event_descriptor() const noexcept override { return event_; }
  void end_look() {
    done_.push_back({*begun, "{}"});
    (void)::eventfd_write(event_, 1);
  }
  std::optional<core::EvidenceOf> begun;

 private:
  std::vector<core::Evidence> done_;
  int event_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
};

class PlayedHost : public ports::WorkerHost {
 public:
  ~PlayedHost() override { ::close(event_); }
  Result<void> prepare(const core::LeaseTimings&) override {
    ++prepares;
    state.phase = core::WorkerPhase::armed;
    return {};
  }
  Result<void> start(Epoch epoch, Instant deadline) override {
    if (!refusal.empty()) return Error{ErrorCode::host_failed, refusal, ""};
    state = {core::WorkerPhase::running, epoch, deadline, ""};
    ++starts;
    return {};
  }
  void extend(Instant deadline) noexcept override {
    state.deadline = std::max(state.deadline, deadline);
  }
  void stop(Millis) noexcept override {
    ++stops;
    become(core::WorkerPhase::empty);
  }
  core::WorkerStatus status() override {
    eventfd_t drained{};
    (void)::eventfd_read(event_, &drained);
    return state;
  }
  int event_descriptor() const noexcept override { return event_; }

  void become(core::WorkerPhase phase) noexcept {
    state.phase = phase;
    (void)::eventfd_write(event_, 1);
  }

  core::WorkerStatus state;
  std::string refusal;
  int prepares{0}, starts{0}, stops{0};

 private:
  int event_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
};

class AgentLoopTest : public testing::Test {
 protected:
  AgentLoopTest() { run_with(&black_box); }

  void run_with(ports::BlackBox* box) {
    AgentParts parts;
    parts.node = kJob1;
    parts.instance = Uuid{"instance"};
    parts.store = &store;
    parts.hosts = {{kMail, &host}};
    parts.black_box = box;
    parts.log =
        std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::null_sink_mt>());
    parts.on_finished = [this] { finished = true; };
    agent = std::make_unique<AgentLoop>(io, std::move(parts));
    agent->start();
  }

  template <class Condition>
  [[nodiscard]] bool until(Condition holds) {
    const Instant give_up = BootClock::now() + 20s;
    while (!holds() && BootClock::now() < give_up) io.run_one_for(10ms);
    return holds();
  }
  bool runs() const { return host.state.phase == core::WorkerPhase::running; }

  boost::asio::io_context io;
  PlayedStore store;
  PlayedHost host;
  PlayedBlackBox black_box;
  bool finished{false};
  std::unique_ptr<AgentLoop> agent;
};

}  // namespace jobflip::daemon

#pragma once
/// Ports whose real object can be replaced while they are in use: a SIGHUP may change the
/// connection string. A call goes to the object that was current when it began, which lives until
/// it ends; cancel() ends that one too.

#include <memory>
#include <mutex>
#include <utility>

#include "jobflip/ports/agent_store.hpp"
#include "jobflip/ports/queue_probe.hpp"
#include "jobflip/ports/sample_store.hpp"
#include "jobflip/ports/service_checker.hpp"
#include "jobflip/ports/service_store.hpp"
#include "jobflip/ports/supervisor_store.hpp"
#include "jobflip/ports/wake_signal.hpp"

namespace jobflip::app {

template <class Port>
class Current {
 public:
  explicit Current(std::shared_ptr<Port> first) : now_{std::move(first)} {}

  std::shared_ptr<Port> get() const {
    const std::lock_guard lock{mutex_};
    return now_;
  }
  void put(std::shared_ptr<Port> next) {
    const std::lock_guard lock{mutex_};
    before_ = std::exchange(now_, std::move(next));
  }
  /// Calls `act` on the current object, and on the previous one if a call still uses it.
  template <class Act>
  void each(Act act) const {
    const auto now = get();
    act(*now);
    std::shared_ptr<Port> before;
    {
      const std::lock_guard lock{mutex_};
      before = before_.lock();
    }
    if (before) act(*before);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<Port> now_;
  std::weak_ptr<Port> before_;
};

class CurrentAgentStore : public ports::AgentStore, public Current<ports::AgentStore> {
 public:
  using Current::Current;
  Result<core::BeatReply> beat(const core::BeatRequest& request) override {
    return get()->beat(request);
  }
  Result<core::TakeReply> take(const core::TakeRequest& request) override {
    return get()->take(request);
  }
  Result<core::ReleaseOutcome> release(const core::ReleaseRequest& request) override {
    return get()->release(request);
  }
  Result<core::FlipStepOutcome> step_flip(const core::FlipStepRequest& request) override {
    return get()->step_flip(request);
  }
  Result<core::BlackBoxReply> keep_black_box(const core::KeepBlackBoxRequest& request) override {
    return get()->keep_black_box(request);
  }
  void cancel() noexcept override {
    each([](auto& store) { store.cancel(); });
  }
};

class CurrentWakeSignal : public ports::WakeSignal, public Current<ports::WakeSignal> {
 public:
  using Current::Current;
  int descriptor() const noexcept override { return get()->descriptor(); }
  std::vector<core::WakeHint> collect() noexcept override { return get()->collect(); }
  void connect() noexcept override { get()->connect(); }
};

class CurrentSampleStore : public ports::SampleStore, public Current<ports::SampleStore> {
 public:
  using Current::Current;
  Result<bool> keep_samples(const core::SampleBatch& batch) override {
    return get()->keep_samples(batch);
  }
  Result<bool> keep_learned(const core::LearnedBatch& batch) override {
    return get()->keep_learned(batch);
  }
  Result<std::vector<core::Learned>> learned() override { return get()->learned(); }
  void cancel() noexcept override {
    each([](auto& store) { store.cancel(); });
  }
};

class CurrentServiceStore : public ports::ServiceStore, public Current<ports::ServiceStore> {
 public:
  using Current::Current;
  Result<std::vector<core::ServiceStatus>> services() override { return get()->services(); }
  Result<bool> report(const core::ServiceReport& report) override { return get()->report(report); }
  void cancel() noexcept override {
    each([](auto& store) { store.cancel(); });
  }
};

class CurrentServiceChecker : public ports::ServiceChecker, public Current<ports::ServiceChecker> {
 public:
  using Current::Current;
  std::shared_ptr<ports::ServiceCheck> open() override { return get()->open(); }
};

class CurrentSupervisorStore : public ports::SupervisorStore,
                               public Current<ports::SupervisorStore> {
 public:
  using Current::Current;
  Result<core::Snapshot> snapshot() override { return get()->snapshot(); }
  Result<core::FlipAnswer> request_flip(const core::FlipRequest& request) override {
    return get()->request_flip(request);
  }
  Result<bool> publish(const core::VerdictReport& report) override {
    return get()->publish(report);
  }
  Result<bool> record_hold(const core::HoldRecord& hold) override {
    return get()->record_hold(hold);
  }
  Result<bool> record_flip_outcome(const core::FlipOutcome& step) override {
    return get()->record_flip_outcome(step);
  }
  Result<bool> record_incident(const core::IncidentReport& report) override {
    return get()->record_incident(report);
  }
  Result<std::vector<core::ChainHead>> audit_heads() override { return get()->audit_heads(); }
  void cancel() noexcept override {
    each([](auto& store) { store.cancel(); });
  }
};

/// A reading keeps the source that it began with.
class CurrentQueueProbe : public ports::QueueProbe, public Current<ports::QueueProbe> {
 public:
  using Current::Current;
  Result<std::shared_ptr<ports::QueueSource>> source_of(const core::QueueSettings& queue) override {
    return get()->source_of(queue);
  }
};

}  // namespace jobflip::app

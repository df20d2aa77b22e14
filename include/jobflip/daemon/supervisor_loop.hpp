#pragma once
/// Runs the supervisor: feeds events to core::supervisor_step and carries out its actions.
/// Everything runs on the loop's thread, except the calls of the store, which run beside it, one at
/// a time, and the samples, with a thread for each database (SampleReaders): a slow queue delays no
/// decision and no other database's queues, and neither delays the lease.
///
/// It decides nothing unless elected, and ends by itself when its lease has run out.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "jobflip/core/supervisor.hpp"
#include "jobflip/daemon/deadline_call.hpp"
#include "jobflip/daemon/event_logger.hpp"
#include "jobflip/daemon/sample_keeper.hpp"
#include "jobflip/daemon/sample_readers.hpp"
#include "jobflip/daemon/service_watch.hpp"
#include "jobflip/ports/anchor_sink.hpp"
#include "jobflip/ports/queue_probe.hpp"
#include "jobflip/ports/supervisor_store.hpp"

namespace spdlog {
class logger;
}

namespace jobflip::daemon {

struct SupervisorParts {
  NodeName node;
  ports::SupervisorStore* store{};
  ports::QueueProbe* probe{};
  ports::SampleStore* samples{};    // may be null: no reading is kept
  ports::ServiceStore* services{};  // may be null: no service is watched
  ports::ServiceChecker* checker{};
  std::shared_ptr<spdlog::logger> log;
  ports::EventSink* journal{};   // may be null: log events go to the log
  ports::AnchorSink* anchors{};  // may be null: heads of audit chains go to the journal only
  Millis call_deadline{2000};    // then a call of the store is cancelled
  Millis sample_deadline{5000};  // then a sample is cancelled
};

class SupervisorLoop {
 public:
  SupervisorLoop(boost::asio::io_context& loop, SupervisorParts parts);
  ~SupervisorLoop();
  SupervisorLoop(const SupervisorLoop&) = delete;
  SupervisorLoop& operator=(const SupervisorLoop&) = delete;

  /// This process leads under `epoch` until `deadline`.
  void elected(Epoch epoch, Instant deadline);
  void extend(Instant deadline);
  /// Decides nothing from here on. A call that changes something may still be under way:
  /// is_quiet().
  void deposed();

  bool leads() const { return state_.epoch.has_value(); }
  /// True if it does not lead and no call that changes anything is under way.
  bool is_quiet() const { return !leads() && !changing_; }
  /// Sets a function that the loop calls each time it has become quiet.
  void on_quiet(std::function<void()> callback) { on_quiet_ = std::move(callback); }

  /// Sets a function that the loop calls each time it has read audit heads, with the heads that it
  /// remembers. It must not call this object.
  void on_heads(std::function<void(const std::vector<core::ChainHead>&)> callback) {
    on_heads_ = std::move(callback);
  }

  const core::SupervisorState& state() const { return state_; }
  /// How many databases it reads, each with a thread.
  std::size_t readers() const noexcept { return readers_.size(); }

 private:
  void feed(const core::SupervisorEvent& event);
  void act(const core::SupervisorAction& action);
  void set_timer(Instant at);
  void tell_if_quiet();
  void keep_anchors(const std::vector<core::LogEvent>& log_events);
  void sampled(core::Sampled sampled);
  std::vector<core::Learned> learned() const;
  bool is_read(const std::string& database) const;

  /// Runs `call` on the store thread and feeds what `to_event` makes of its answer.
  template <class F, class ToEvent>
  void call_store(bool changing, F call, ToEvent to_event);

  SupervisorParts parts_;
  core::SupervisorState state_;
  EventLogger event_logger_;
  std::function<void()> on_quiet_;
  std::function<void(const std::vector<core::ChainHead>&)> on_heads_;
  bool finished_{false};
  bool changing_{false};  // a call that changes something is in flight
  bool was_quiet_{true};
  boost::asio::steady_timer timer_;
  SampleKeeper keeper_;
  ServiceWatch watch_;
  SampleReaders readers_;  // last, since their destructors wait for calls that use the rest
  DeadlineCall store_call_;
};

}  // namespace jobflip::daemon

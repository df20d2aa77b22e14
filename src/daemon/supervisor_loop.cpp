#include "jobflip/daemon/supervisor_loop.hpp"

#include <algorithm>
#include <utility>

#include "daemon/must_hold.hpp"
#include "jobflip/base/check.hpp"
#include "jobflip/core/invariants.hpp"

namespace jobflip::daemon {
namespace {

constexpr std::chrono::hours kLongestSleep{1};

/// asio's timers stop while the machine is suspended. Every event is judged by the boot clock, so
/// that a timer that comes late finds the lease run out and does nothing.
std::chrono::steady_clock::duration left_until(Instant at) {
  const auto left = at - BootClock::now();
  return std::clamp<std::chrono::nanoseconds>(left, std::chrono::nanoseconds{0}, kLongestSleep);
}

}  // namespace

SupervisorLoop::SupervisorLoop(boost::asio::io_context& loop, SupervisorParts parts)
    : parts_(std::move(parts)),
      state_(core::first_supervisor_state(parts_.node, random_uuid(), BootClock::now())),
      event_logger_("supervisor", parts_.node, parts_.journal, parts_.log),
      timer_(loop),
      call_timer_(loop),
      sample_timer_(loop),
      sample_thread_(loop),
      store_thread_(loop) {
  JF_CHECK(parts_.store && parts_.probe);
}

SupervisorLoop::~SupervisorLoop() {
  finished_ = true;
  parts_.store->cancel();
  parts_.probe->cancel();
}

void SupervisorLoop::elected(Epoch epoch, Instant deadline) {
  was_quiet_ = false;
  feed(core::Elected{epoch, deadline});
}

void SupervisorLoop::extend(Instant deadline) {
  if (state_.epoch) feed(core::Elected{*state_.epoch, deadline});
}

void SupervisorLoop::deposed() {
  feed(core::Deposed{});
}

void SupervisorLoop::feed(const core::SupervisorEvent& event) {
  if (finished_) return;
  const bool led = leads();
  const Instant now = BootClock::now();
  core::SupervisorStep step = core::supervisor_step(std::move(state_), event, now);
  must_hold(core::check_invariants(step, now), "supervisor node=" + parts_.node.str(), *parts_.log);
  state_ = std::move(step.next);
  for (const core::LogEvent& log_event : step.log_events) event_logger_.log(log_event, now);
  set_timer(step.wake_at);
  for (const core::SupervisorAction& action : step.actions) act(action);
  if (led && !leads()) {
    samples_.clear();
    if (changing_) parts_.store->cancel();
  }
  if (on_heads_ && std::holds_alternative<core::HeadsRead>(event)) on_heads_(state_.seen_heads);
  tell_if_quiet();
}

void SupervisorLoop::tell_if_quiet() {
  if (!is_quiet() || std::exchange(was_quiet_, true)) return;
  if (on_quiet_) on_quiet_();
}

template <class F, class ToEvent>
void SupervisorLoop::call_store(bool changing, F call, ToEvent to_event) {
  changing_ = changing;
  arm_cancel(call_timer_, store_thread_, parts_.call_deadline, [this] { parts_.store->cancel(); });
  store_thread_.run(std::move(call), [this, to_event = std::move(to_event)](auto answer) {
    call_timer_.cancel();
    changing_ = false;
    feed(to_event(std::move(answer)));
  });
}

void SupervisorLoop::act(const core::SupervisorAction& action) {
  ports::SupervisorStore* store = parts_.store;
  const auto recorded = [](Result<bool> answer) { return core::Recorded{std::move(answer)}; };
  if (std::holds_alternative<core::ReadSnapshot>(action)) {
    call_store(
        false, [store] { return store->snapshot(); },
        [](Result<core::Snapshot> answer) { return core::SnapshotRead{std::move(answer)}; });
  } else if (const auto* sample = std::get_if<core::SampleQueue>(&action)) {
    samples_.push_back(*sample);
    sample_next();
  } else if (const auto* publish = std::get_if<core::Publish>(&action)) {
    call_store(
        true, [store, report = publish->report] { return store->publish(report); }, recorded);
  } else if (const auto* flip = std::get_if<core::RequestFlip>(&action)) {
    call_store(
        true, [store, request = flip->request] { return store->request_flip(request); },
        [pool = flip->request.pool](Result<core::FlipAnswer> answer) {
          return core::FlipAnswered{pool, std::move(answer)};
        });
  } else if (const auto* hold = std::get_if<core::RecordHold>(&action)) {
    call_store(
        true, [store, record = hold->hold] { return store->record_hold(record); }, recorded);
  } else if (const auto* judge = std::get_if<core::RecordFlipOutcome>(&action)) {
    call_store(
        true, [store, verdict = judge->step] { return store->record_flip_outcome(verdict); },
        recorded);
  } else if (std::holds_alternative<core::ReadHeads>(action)) {
    call_store(
        false, [store] { return store->audit_heads(); },
        [](Result<std::vector<core::ChainHead>> answer) {
          return core::HeadsRead{std::move(answer)};
        });
  }
}

void SupervisorLoop::sample_next() {
  if (samples_.empty() || sample_thread_.in_flight()) return;
  core::SampleQueue next = std::move(samples_.front());
  samples_.pop_front();
  arm_cancel(sample_timer_, sample_thread_, parts_.sample_deadline,
             [this] { parts_.probe->cancel(); });
  ports::QueueProbe* probe = parts_.probe;
  sample_thread_.run(
      [probe, queue = next.queue] { return probe->sample(queue); },
      [this, pool = next.pool, name = next.queue.name](Result<core::QueueSample> sample) {
        sample_timer_.cancel();
        feed(core::Sampled{pool, name, std::move(sample)});
        sample_next();
      });
}

void SupervisorLoop::set_timer(Instant at) {
  if (at == Instant::max()) {
    timer_.cancel();
    return;
  }
  timer_.expires_after(left_until(at));
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) feed(core::SupervisorTick{});
  });
}

/// Again and again until it is cancelled: a cut that came before its call had begun cuts nothing.
void SupervisorLoop::arm_cancel(boost::asio::steady_timer& timer, const CallThread& calls,
                                Millis after, std::function<void()> cancel) {
  timer.expires_after(after);
  timer.async_wait(
      [this, &timer, &calls, after, cancel](const boost::system::error_code& cancelled) {
        // an answer may have come, and another call begun, while this was on its way
        const bool of_an_earlier_call = std::chrono::steady_clock::now() < timer.expiry();
        if (cancelled || finished_ || of_an_earlier_call || !calls.in_flight()) return;
        cancel();
        arm_cancel(timer, calls, after, cancel);
      });
}

}  // namespace jobflip::daemon

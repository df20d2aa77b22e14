#include "jobflip/daemon/supervisor_loop.hpp"

#include <algorithm>
#include <utility>

#include "daemon/must_hold.hpp"
#include "daemon/time_left.hpp"
#include "jobflip/base/check.hpp"
#include "jobflip/base/hex.hpp"
#include "jobflip/core/invariants.hpp"

namespace jobflip::daemon {
SupervisorLoop::SupervisorLoop(boost::asio::io_context& loop, SupervisorParts parts)
    : parts_(std::move(parts)),
      state_(core::first_supervisor_state(parts_.node, random_uuid(), BootClock::now())),
      event_logger_("supervisor", parts_.node, parts_.journal, parts_.log),
      timer_(loop),
      keeper_(loop, {.node = parts_.node,
                     .store = parts_.samples,
                     .log = parts_.log,
                     .learned = [this] { return learned(); },
                     .on_learned =
                         [this](std::vector<core::Learned> known) {
                           feed(core::LearnedRead{std::move(known)});
                         }}),
      watch_(loop, {.node = parts_.node,
                    .store = parts_.services,
                    .checker = parts_.checker,
                    .log = parts_.log}),
      readers_(loop, {.probe = parts_.probe,
                      .deadline = parts_.sample_deadline,
                      .is_used = [this](const std::string& database) { return is_read(database); },
                      .on_sampled = [this](core::Sampled one) { sampled(std::move(one)); },
                      .on_running = [this](core::RunningRead one) { feed(std::move(one)); }}),
      store_call_(loop) {
  JF_CHECK(parts_.store);
}

SupervisorLoop::~SupervisorLoop() {
  finished_ = true;
  readers_.cancel();  // they end while the destructors wait for the store's call
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
  if (std::holds_alternative<core::HeadsRead>(event)) keep_anchors(step.log_events);
  set_timer(step.wake_at);
  for (const core::SupervisorAction& action : step.actions) act(action);
  if (led && !leads()) {
    readers_.drop_waiting();
    if (changing_) store_call_.cancel();
  }
  const bool may_be_other_queues = std::holds_alternative<core::SnapshotRead>(event);
  if (may_be_other_queues || led != leads()) readers_.end_unused();
  if (on_heads_ && std::holds_alternative<core::HeadsRead>(event)) on_heads_(state_.seen_heads);
  keeper_.follow(state_.epoch);
  watch_.follow(state_.epoch);
  tell_if_quiet();
}

/// The heads that the step logs are those that have moved.
void SupervisorLoop::keep_anchors(const std::vector<core::LogEvent>& log_events) {
  if (parts_.anchors == nullptr) return;
  std::vector<core::ChainHead> moved;
  for (const auto& one : log_events)
    if (one.kind == core::LogEventKind::anchor)
      moved.push_back({one.chain, one.seq, bytes_of_hex(one.hash).value_or("")});
  if (!moved.empty()) parts_.anchors->keep(moved);
}

/// The verdict that the reading led to is kept with it.
void SupervisorLoop::sampled(core::Sampled one) {
  const PoolName pool_name = one.pool;
  const QueueName queue_name = one.queue;
  core::WaitingSample kept{BootClock::now(), one.took, "", std::nullopt, ""};
  if (one.sample)
    kept.sample = *one.sample;
  else
    kept.error = core::sentence_of_failure(one.sample.error());
  feed(std::move(one));
  const auto pool = state_.pools.find(pool_name);
  if (pool == state_.pools.end()) return;
  const auto queue = pool->second.queues.find(queue_name);
  if (queue == pool->second.queues.end()) return;
  kept.verdict = name_of(queue->second.detector.state);
  kept.begins = queue->second.last_began;
  keeper_.add(pool_name, queue_name, std::move(kept));
}

std::vector<core::Learned> SupervisorLoop::learned() const {
  std::vector<core::Learned> out;
  for (const auto& [pool, watch] : state_.pools)
    for (const auto& [name, queue] : watch.queues)
      out.push_back({pool, name, core::rhythm_document(queue.detector.rhythm)});
  return out;
}

void SupervisorLoop::tell_if_quiet() {
  if (!is_quiet() || std::exchange(was_quiet_, true)) return;
  if (on_quiet_) on_quiet_();
}

template <class F, class ToEvent>
void SupervisorLoop::call_store(bool changing, F call, ToEvent to_event) {
  changing_ = changing;
  store_call_.run(
      BootClock::now() + parts_.call_deadline, std::move(call),
      [store = parts_.store] { store->cancel(); },
      [this, to_event = std::move(to_event)](auto answer) {
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
    readers_.sample(*sample);
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
  } else if (const auto* incident = std::get_if<core::RecordIncident>(&action)) {
    call_store(
        true, [store, report = incident->report] { return store->record_incident(report); },
        recorded);
  } else if (std::holds_alternative<core::ReadHeads>(action)) {
    call_store(
        false, [store] { return store->audit_heads(); },
        [](Result<std::vector<core::ChainHead>> answer) {
          return core::HeadsRead{std::move(answer)};
        });
  }
}

bool SupervisorLoop::is_read(const std::string& database) const {
  return std::ranges::any_of(state_.pools, [&](const auto& pool) {
    return std::ranges::any_of(pool.second.queues, [&](const auto& queue) {
      return queue.second.settings.database == database;
    });
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

}  // namespace jobflip::daemon

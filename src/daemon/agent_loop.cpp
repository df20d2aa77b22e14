#include "jobflip/daemon/agent_loop.hpp"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "daemon/must_hold.hpp"
#include "daemon/time_left.hpp"
#include "jobflip/base/check.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/core/invariants.hpp"

namespace jobflip::daemon {
namespace {

/// The status of a pool without a host. The caller that made this loop has checked: if the runtime
/// folder or a guard knew the pool, it has a host.
core::WorkerStatus nothing_configured() {
  return {.phase = core::WorkerPhase::broken,
          .epoch = {},
          .deadline = {},
          .sentence = "no workers are configured for it on this node",
          .at_deadline = false,
          .configured = false};
}

}  // namespace

AgentLoop::AgentLoop(boost::asio::io_context& loop, AgentParts parts)
    : loop_(loop),
      parts_(std::move(parts)),
      state_(core::first_agent_state(parts_.node, parts_.instance, random_uuid(), BootClock::now(),
                                     parts_.seen)),
      event_logger_(parts_.role, parts_.node, parts_.journal, parts_.log),
      timer_(loop),
      wake_timer_(loop),
      store_call_(loop) {
  JF_CHECK(parts_.store);
}

AgentLoop::~AgentLoop() {
  finished_ = true;
}

void AgentLoop::start() {
  for (const auto& [pool, host] : parts_.hosts) {
    watch_workers(pool);
    see_workers(pool);
  }
  if (parts_.black_box != nullptr) {
    look_events_.emplace(loop_, ::dup(parts_.black_box->event_descriptor()));
    wait_for_looks();
  }
  if (parts_.wake != nullptr) {
    wake_thread_ = std::make_unique<CallThread>(loop_);
    connect_wake();
  }
  feed(core::Tick{});
}

void AgentLoop::shut_down() {
  feed(core::ShutdownAsked{});
}

void AgentLoop::heads_seen(const std::vector<core::ChainHead>& heads) {
  feed(core::HeadsSeen{heads});
}

void AgentLoop::feed(const core::AgentEvent& event) {
  if (finished_) return;
  const Instant now = BootClock::now();
  core::AgentStep step = core::agent_step(std::move(state_), event, now);
  must_hold(core::check_invariants(step, now), "agent node=" + parts_.node.str(), *parts_.log);
  state_ = std::move(step.next);
  set_timer(step.wake_at);
  for (const core::LogEvent& log_event : step.log_events) event_logger_.log(log_event, now);
  for (const core::AgentAction& action : step.actions) act(action);
}

void AgentLoop::act(const core::AgentAction& action) {
  const auto host_of = [this](const PoolName& pool) -> ports::WorkerHost* {
    const auto found = parts_.hosts.find(pool);
    return found == parts_.hosts.end() ? nullptr : found->second;
  };
  // The core learns the result of a start or a preparation before anything else happens.
  const auto tell = [this](const PoolName& pool, const Result<void>& result) {
    core::WorkerStatus status = parts_.hosts.at(pool)->status();
    // a broken host keeps the reason in its own status
    if (!result && status.phase != core::WorkerPhase::broken)
      status = core::after_failed_call(std::move(status), result.error().text);
    if (!result) warn(pool, result.error());
    last_seen_[pool] = status;
    feed(core::WorkersSeen{pool, status});
  };
  if (const auto* call = std::get_if<core::CallStore>(&action)) {
    call_store(*call);
  } else if (const auto* prepare = std::get_if<core::PrepareWorkers>(&action)) {
    if (auto* host = host_of(prepare->pool)) {
      tell(prepare->pool, host->prepare(prepare->timings));
    } else {
      feed(core::WorkersSeen{prepare->pool, nothing_configured()});
    }
  } else if (const auto* begin = std::get_if<core::StartWorkers>(&action)) {
    auto* host = host_of(begin->pool);
    JF_CHECK(host != nullptr);
    tell(begin->pool, host->start(begin->epoch, begin->deadline));
  } else if (const auto* extend = std::get_if<core::ExtendDeadline>(&action)) {
    if (auto* host = host_of(extend->pool)) host->extend(extend->deadline);
  } else if (const auto* stop = std::get_if<core::StopWorkers>(&action)) {
    if (auto* host = host_of(stop->pool)) host->stop(stop->grace);
    see_workers(stop->pool);
  } else if (const auto* look = std::get_if<core::CaptureBlackBox>(&action)) {
    begin_look(look->of);
  } else if (const auto* kept = std::get_if<core::KeepSeen>(&action)) {
    keep(kept->seen);
  } else if (std::holds_alternative<core::Finish>(action)) {
    finished_ = true;
    timer_.cancel();
    wake_timer_.cancel();
    worker_events_.clear();
    wake_events_.reset();
    look_events_.reset();
    if (parts_.on_finished) boost::asio::post(loop_, parts_.on_finished);
  }
}

void AgentLoop::warn(const PoolName& pool, const Error& error) {
  const auto text =
      printable(error.text) + (error.hint.empty() ? "" : "; " + printable(error.hint));
  const auto repeats = failures_.count(pool.str(), text, BootClock::now());
  if (!repeats) return;
  const auto count = *repeats > 0 ? " repeats=" + std::to_string(*repeats) : std::string{};
  parts_.log->warn("agent node={} {}: {}{}", parts_.node.str(), pool.str(), text, count);
}

void AgentLoop::call_store(const core::CallStore& call) {
  const auto answered = [this](auto answer) { feed(core::StoreAnswered{std::move(answer)}); };
  ports::AgentStore* store = parts_.store;
  std::visit(
      [&](const auto& asked) {
        using Asked = std::decay_t<decltype(asked)>;
        store_call_.run(
            call.give_up_at,
            [store, asked] {
              if constexpr (std::is_same_v<Asked, core::BeatRequest>) return store->beat(asked);
              if constexpr (std::is_same_v<Asked, core::TakeRequest>) return store->take(asked);
              if constexpr (std::is_same_v<Asked, core::ReleaseRequest>)
                return store->release(asked);
              if constexpr (std::is_same_v<Asked, core::FlipStepRequest>)
                return store->step_flip(asked);
              if constexpr (std::is_same_v<Asked, core::KeepBlackBoxRequest>)
                return store->keep_black_box(asked);
            },
            [store] { store->cancel(); }, answered);
      },
      call.request);
}

void AgentLoop::set_timer(Instant at) {
  timer_.expires_after(left_until(at));
  timer_.async_wait([this](const boost::system::error_code& failed) {
    if (failed) return;
    // a guard that hangs reports nothing, so whoever waits for it must poll
    for (const auto& [pool, host] : parts_.hosts) see_workers(pool);
    feed(core::Tick{});
  });
}

void AgentLoop::see_workers(const PoolName& pool) {
  const auto host = parts_.hosts.find(pool);
  if (host == parts_.hosts.end()) return;
  const core::WorkerStatus status = host->second->status();
  core::WorkerStatus& last = last_seen_[pool];
  if (status == last) return;
  last = status;
  feed(core::WorkersSeen{pool, status});
}

void AgentLoop::watch_workers(const PoolName& pool) {
  const int fd = parts_.hosts.at(pool)->event_descriptor();
  if (fd < 0) return;
  const auto events = std::make_shared<Descriptor>(loop_, ::dup(fd));
  worker_events_[pool] = events;
  wait_for_workers(pool, events);
}

void AgentLoop::wait_for_workers(const PoolName& pool, const std::shared_ptr<Descriptor>& events) {
  events->async_wait(
      Descriptor::wait_read, [this, pool, events](const boost::system::error_code& failed) {
        const auto watched = [&] {
          const auto found = worker_events_.find(pool);
          return !finished_ && found != worker_events_.end() && found->second == events;
        };
        if (failed || !watched()) return;
        see_workers(pool);
        if (watched()) wait_for_workers(pool, events);
      });
}

bool AgentLoop::change_host(const PoolName& pool, ports::WorkerHost* host) {
  see_workers(pool);
  if (finished_ || state_.shutting_down) return false;
  const auto known = state_.pools.find(pool);
  if (known != state_.pools.end()) {
    if (known->second.phase != core::LeasePhase::watching ||
        !core::is_known_empty(known->second.workers.phase))
      return false;
  }
  if (const auto before = parts_.hosts.find(pool); before != parts_.hosts.end()) {
    before->second->stop(Millis{0});  // an armed guard has the old command
    parts_.hosts.erase(before);
    if (const auto events = worker_events_.extract(pool)) events.mapped()->cancel();
  }
  core::WorkerStatus status = nothing_configured();
  if (host != nullptr) {
    parts_.hosts[pool] = host;
    watch_workers(pool);
    status = host->status();
  }
  last_seen_[pool] = status;
  if (host != nullptr || known != state_.pools.end()) feed(core::WorkersSeen{pool, status});
  return true;
}

/// Without a black box the capture ends at once and has nothing to store.
void AgentLoop::begin_look(const core::BlackBoxOf& of) {
  if (parts_.black_box != nullptr) return parts_.black_box->begin(of);
  feed(core::BlackBoxCaptured{{of, ""}});
}

void AgentLoop::keep(const core::SeenOfStore& seen) {
  const auto kept = parts_.keep_seen ? parts_.keep_seen(seen) : Result<void>{};
  const std::string why = kept ? "" : kept.error().text;
  if (!kept && why != not_kept_)
    parts_.log->warn("agent node={} {}", parts_.node.str(), printable(why));
  not_kept_ = why;
}

void AgentLoop::wait_for_looks() {
  look_events_->async_wait(Descriptor::wait_read, [this](const boost::system::error_code& failed) {
    if (failed || finished_) return;
    for (auto& black_box : parts_.black_box->finished())
      feed(core::BlackBoxCaptured{std::move(black_box)});
    if (look_events_) wait_for_looks();
  });
}

}  // namespace jobflip::daemon

#include "sim/agent.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "jobflip/core/invariants.hpp"

namespace jobflip::sim {

Agent::Agent(World& world, Process& process, Store& store, const PoolName& pool,
             ports::WorkerHost& workers, std::function<void(const core::WakeHint&)> wake)
    : world_(world),
      process_(process),
      store_(store),
      mutation_(world.mutant),
      pool_(pool),
      workers_(workers),
      wake_(std::move(wake)) {}

void Agent::start(const NodeName& node) {
  finished_ = false;
  asked_about_workers_ = false;
  lease_undecided_ = true;
  heard_life_.reset();
  Host& host = process_.host();
  state_ = core::first_agent_state(node, host.instance, world_.next_uuid(), process_.local(),
                                   host.seen[node]);
  last_seen_ = workers_.status();
  feed(core::WorkersSeen{pool_, last_seen_});
  feed(core::Tick{});
}

void Agent::workers_changed() {
  const core::WorkerStatus status = workers_.status();
  if (finished_ || status == last_seen_) return;
  last_seen_ = status;
  feed(core::WorkersSeen{pool_, status});
}

bool Agent::may_keep(const PoolName& pool) const {
  const auto lease = state_.pools.find(pool);
  return lease != state_.pools.end() && lease_undecided_ && !state_.shutting_down &&
         lease->second.phase == core::LeasePhase::holding;
}

bool Agent::sees_workers(const PoolName& pool) const {
  const auto lease = state_.pools.find(pool);
  return lease != state_.pools.end() && lease->second.workers.phase == core::WorkerPhase::running;
}

bool Agent::store_decided_about_workers() const {
  const auto lease = state_.pools.find(pool_);
  if (state_.store_away || lease == state_.pools.end()) return false;
  const auto& report = lease->second.report;
  return asked_about_workers_ || (report && report->epoch > lease->second.workers.epoch);
}

void Agent::feed(core::AgentEvent event) {
  if (finished_) return;
  const auto sent = state_.call_sent;
  could_keep_ = may_keep(pool_);
  mutation_.before_step(state_, event, process_.local());
  core::AgentStep step = core::agent_step(std::move(state_), event, process_.local());
  world_.must_hold(process_.host().name.str(), core::check_invariants(step, process_.local()));
  state_ = std::move(step.next);
  if (!step.reason.empty()) world_.say(process_.host().name.str(), ": ", step.reason);
  mutation_.after_step(state_, event, sent, process_.local());
  if (!sees_workers(pool_)) asked_about_workers_ = false;
  set_timer(step.wake_at);
  if (world_.mutant == Mutant::keep_while_stopping && state_.shutting_down && state_.store_away)
    act(core::ExtendDeadline{pool_, process_.local() + world_.plan.pool.timings.lease});
  for (const core::AgentAction& action : step.actions) act(action);
}

void Agent::report_workers(const Result<void>& result) {
  core::WorkerStatus status = workers_.status();
  if (!result) status = core::after_failed_call(std::move(status), result.error().text);
  last_seen_ = status;
  feed(core::WorkersSeen{pool_, status});
}

void Agent::act(const core::AgentAction& action) {
  // A mutant that changes the deadline changes it for the guard too.
  const auto deadline_of = [this](Instant given) {
    return mutation_.moves_deadlines() ? state_.pools[pool_].deadline : given;
  };
  if (const auto* one = std::get_if<core::CallStore>(&action)) {
    call(*one);
  } else if (const auto* prepare = std::get_if<core::PrepareWorkers>(&action)) {
    if (prepare->pool == pool_) report_workers(workers_.prepare(prepare->timings));
  } else if (const auto* begin = std::get_if<core::StartWorkers>(&action)) {
    report_workers(workers_.start(begin->epoch, deadline_of(begin->deadline)));
  } else if (const auto* extend = std::get_if<core::ExtendDeadline>(&action)) {
    const Instant deadline = deadline_of(extend->deadline);
    store_.checker().deadline_was_moved(process_.host(), deadline, could_keep_ || may_keep(pool_));
    workers_.extend(deadline);
  } else if (const auto* stop = std::get_if<core::StopWorkers>(&action)) {
    workers_.stop(stop->grace);
    workers_changed();
  } else if (const auto* box = std::get_if<core::CaptureBlackBox>(&action)) {
    capture(box->of);
  } else if (const auto* kept = std::get_if<core::KeepSeen>(&action)) {
    process_.host().seen[node()] = kept->seen;
  } else if (std::holds_alternative<core::Finish>(action)) {
    finished_ = true;
    world_.say(process_.host().name.str(), ": agent has ended");
  }
}

/// Most captures end soon, some only after the flip has gone on without them, some never.
void Agent::capture(const core::BlackBoxOf& of) {
  constexpr double kNever = 0.1;
  if (world_.chance.one_in(kNever)) {
    ++world_.coverage.captures_without_end;
    return;
  }
  const Nanos length = world_.chance.exponential(std::chrono::milliseconds{500});
  process_.run_after(length, [this, of] {
    feed(core::BlackBoxCaptured{{of, R"({"version":1})"}});
  });
}

template <class Request, class Reply>
void Agent::note_right(const Request& request, const Result<Reply>& reply, Instant sent) {
  if (!reply) return;
  Host& host = process_.host();
  const Millis lease = world_.database.rows.pools.at(pool_).timings.lease;
  if constexpr (std::is_same_v<Request, core::BeatRequest>) {
    for (const core::LeaseRenewal& renewal : request.renewals)
      if (world_.database.fence(renewal.pool, renewal.epoch) &&
          world_.database.rows.owners.at(renewal.pool).holder == request.node)
        store_.checker().renewal_was_sent(host, renewal.epoch, sent, lease);
  } else if constexpr (std::is_same_v<Request, core::TakeRequest>) {
    if (reply->outcome == core::TakeOutcome::taken)
      store_.checker().take_was_accepted(host, request.attempt, lease);
  }
}

/// The answer to a beat decides a lease that ran out. If the store has just come back, it may have
/// lost another node's take, and then its answer decides nothing.
template <class Request, class Reply>
void Agent::note_decision(const Request& request, const Result<Reply>& reply,
                          bool asks_about_workers) {
  constexpr bool kIsBeat = std::is_same_v<Request, core::BeatRequest>;
  if (!reply) {
    const ErrorCode code = reply.error().code;
    if (code == ErrorCode::store_unreachable || code == ErrorCode::store_timeout) {
      lease_undecided_ = true;
    } else if (kIsBeat && code != ErrorCode::store_conflict) {
      lease_undecided_ = false;
    }
    return;
  }
  if constexpr (kIsBeat) {
    if (heard_life_ != reply->life) heard_life_since_ = process_.local();
    heard_life_ = reply->life;
    const Millis wait = world_.database.rows.pools.at(pool_).timings.takeover_after;
    const bool renewed =
        std::ranges::any_of(request.renewals, [&](const auto& one) { return one.pool == pool_; });
    if (asks_about_workers)
      lease_undecided_ = lease_undecided_ && renewed && process_.local() < heard_life_since_ + wait;
  }
}

template <class Request>
void Agent::send(const Request& request, Instant give_up_at) {
  const std::string login = state_.node.str();
  const Instant sent = process_.local();
  const Uuid boot = process_.host().instance;
  const bool asks_about_workers = std::is_same_v<Request, core::BeatRequest> && sees_workers(pool_);
  if constexpr (std::is_same_v<Request, core::TakeRequest>)
    store_.checker().take_is_sent(request.attempt, sent);
  const auto shared = std::make_shared<const Request>(request);
  using Reply = decltype(store_.ask(login, request));
  process_.call<typename Reply::value_type>(
      give_up_at,
      [this, login, shared, sent, boot] {
        auto reply = store_.ask(login, *shared);
        if (boot == process_.host().instance) note_right(*shared, reply, sent);
        return reply;
      },
      [this, shared, asks_about_workers](Reply reply) {
        note_decision(*shared, reply, asks_about_workers);
        if (asks_about_workers && reply) asked_about_workers_ = true;
        if constexpr (std::is_same_v<Request, core::ReleaseRequest>) wake_(core::hint_of(*shared));
        feed(core::StoreAnswered{std::move(reply)});
      });
}

void Agent::call(const core::CallStore& call) {
  std::visit([&](const auto& request) { send(request, call.give_up_at); }, call.request);
}

void Agent::set_timer(Instant at) {
  const std::int64_t timer = ++timer_;
  // A loop can't turn faster than this.
  const Instant soonest = process_.local() + std::chrono::microseconds{100};
  process_.run_at(std::max(at, soonest), [this, timer] {
    if (timer != timer_) return;
    workers_changed();
    feed(core::Tick{});
  });
}

}  // namespace jobflip::sim

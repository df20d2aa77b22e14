#include "sim/agent.hpp"

#include "sim/checker.hpp"

namespace jobflip::sim {

using jobflip::test::FakeDatabase;

Agent::Agent(World& world, Process& process, Checker& checker, const PoolName& pool,
             ports::WorkerHost& workers, std::function<void(const PoolName&)> wake)
    : world_(world),
      process_(process),
      checker_(checker),
      pool_(pool),
      workers_(workers),
      wake_(std::move(wake)) {}

void Agent::start() {
  finished_ = false;
  const Host& host = process_.host();
  state_ = core::first_agent_state(host.name, host.instance, world_.next_uuid(), process_.local());
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

void Agent::feed(const core::AgentEvent& event) {
  if (finished_) return;
  const auto sent = state_.call_sent;
  if (world_.mutant == Mutant::take_without_watching)
    for (auto& [name, lease] : state_.pools)
      if (lease.watch.polls > 0) {
        lease.watch.since = process_.local() - std::chrono::hours{1};
        lease.watch.polls = 10;
      }
  core::AgentStep step = core::agent_step(std::move(state_), event, process_.local());
  state_ = std::move(step.next);
  if (!step.reason.empty()) world_.say(process_.host().name.str(), ": ", step.reason);
  if (world_.mutant == Mutant::deadline_from_reply) be_mutated(event, sent);
  set_timer(step.wake_at);
  for (const core::AgentAction& action : step.actions) act(action);
}

/// Counts the right of the holder from the arrival of the answer.
void Agent::be_mutated(const core::AgentEvent& event, std::optional<Instant> sent) {
  if (!std::holds_alternative<core::StoreAnswered>(event) || !sent) return;
  for (auto& [name, lease] : state_.pools) {
    const Millis length = lease.settings.timings.lease;
    const bool counted =
        lease.deadline == *sent + length || lease.deadline == lease.attempt_since + length;
    if (counted) lease.deadline = process_.local() + length;
  }
}

void Agent::tell(const Result<void>& result) {
  core::WorkerStatus status = workers_.status();
  if (!result) status = {core::WorkerPhase::broken, status.epoch, {}, result.error().text};
  last_seen_ = status;
  feed(core::WorkersSeen{pool_, status});
}

void Agent::act(const core::AgentAction& action) {
  // What a mutant changed of the deadline goes to the guard too.
  const auto deadline_of = [this](Instant given) {
    return world_.mutant == Mutant::deadline_from_reply ? state_.pools[pool_].deadline : given;
  };
  if (const auto* one = std::get_if<core::CallStore>(&action)) {
    call(*one);
  } else if (const auto* prepare = std::get_if<core::PrepareWorkers>(&action)) {
    if (prepare->pool == pool_) tell(workers_.prepare(prepare->timings));
  } else if (const auto* begin = std::get_if<core::StartWorkers>(&action)) {
    tell(workers_.start(begin->epoch, deadline_of(begin->deadline)));
  } else if (const auto* extend = std::get_if<core::ExtendDeadline>(&action)) {
    workers_.extend(deadline_of(extend->deadline));
  } else if (const auto* stop = std::get_if<core::StopWorkers>(&action)) {
    workers_.stop(stop->grace);
    workers_changed();
  } else if (const auto* wake = std::get_if<core::WakePool>(&action)) {
    wake_(wake->pool);
  } else if (std::holds_alternative<core::Finish>(action)) {
    finished_ = true;
    world_.say(process_.host().name.str(), ": agent has ended");
  }
}

template <class Request, class Reply>
void Agent::note_right(const Request& request, const Result<Reply>& reply, Instant sent) {
  if (!reply) return;
  if constexpr (std::is_same_v<Request, core::BeatRequest>) {
    for (const core::Vouch& vouch : request.vouches)
      if (world_.database.fence(vouch.pool, vouch.epoch))
        checker_.right_was_given(process_.host(), sent);
  } else if constexpr (std::is_same_v<Request, core::TakeRequest>) {
    if (reply->outcome == core::TakeOutcome::taken)
      checker_.take_was_accepted(process_.host(), request.attempt);
  }
}

template <class Reply, class Request>
void Agent::send(const Request& request, Instant give_up_at,
                 Result<Reply> (FakeDatabase::*statement)(const std::string&, const Request&)) {
  const std::string login = process_.host().name.str();
  const Instant sent = process_.local();
  const Uuid boot = process_.host().instance;
  if constexpr (std::is_same_v<Request, core::TakeRequest>)
    checker_.take_is_sent(request.attempt, sent);
  process_.call<Reply>(
      give_up_at,
      [this, login, request, statement, sent, boot] {
        auto reply = (world_.database.*statement)(login, request);
        if (boot == process_.host().instance) note_right(request, reply, sent);
        checker_.after_statement();
        return reply;
      },
      [this](Result<Reply> reply) { feed(core::StoreAnswered{std::move(reply)}); });
}

void Agent::call(const core::CallStore& call) {
  if (const auto* beat = std::get_if<core::BeatRequest>(&call.request))
    send(*beat, call.give_up_at, &FakeDatabase::beat);
  if (const auto* take = std::get_if<core::TakeRequest>(&call.request))
    send(*take, call.give_up_at, &FakeDatabase::take);
  if (const auto* release = std::get_if<core::ReleaseRequest>(&call.request))
    send(*release, call.give_up_at, &FakeDatabase::release);
  if (const auto* step = std::get_if<core::FlipStepRequest>(&call.request))
    send(*step, call.give_up_at, &FakeDatabase::step_flip);
}

void Agent::set_timer(Instant at) {
  const std::int64_t timer = ++timer_;
  // Not sooner than a loop can turn.
  const Instant soonest = process_.local() + std::chrono::microseconds{100};
  process_.tell_at(std::max(at, soonest), [this, timer] {
    if (timer == timer_) feed(core::Tick{});
  });
}

}  // namespace jobflip::sim

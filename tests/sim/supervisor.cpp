#include "sim/supervisor.hpp"

#include "jobflip/core/invariants.hpp"

namespace jobflip::sim {

using core::WorkerPhase;

namespace {
constexpr Millis kCallDeadline{2000};
}

Supervisor::Supervisor(World& world, Host& host, Store& store, Queue& queue,
                       std::function<void(const core::WakeHint&)> wake)
    : world_(world),
      process_(world, host),
      store_(store),
      queue_(queue),
      name_(host.name),
      wake_(std::move(wake)),
      election_(world, process_, store, PoolName::of(core::kSupervisorPool), *this,
                [](const core::WakeHint&) {}) {}

void Supervisor::start() {
  process_.begin_life();
  status_ = {.phase = WorkerPhase::absent};
  changing_ = 0;
  state_ = core::first_supervisor_state(name_, world_.next_uuid(), process_.local());
  election_.start();
}

void Supervisor::crash() {
  process_.die();
  state_.epoch.reset();
}

bool Supervisor::leads() const {
  return process_.can_run() && state_.epoch && process_.local() < state_.trusted_until;
}

Result<void> Supervisor::prepare(const core::LeaseTimings&) {
  const auto phase = status().phase;
  if (phase == WorkerPhase::running || phase == WorkerPhase::stopping)
    return Error{ErrorCode::host_failed, "the supervisor still decides", ""};
  status_.phase = WorkerPhase::armed;
  return {};
}

Result<void> Supervisor::start(Epoch epoch, Instant deadline) {
  if (status_.phase != WorkerPhase::armed || deadline <= process_.local())
    return Error{ErrorCode::host_failed, "not armed, or too late", ""};
  status_ = {WorkerPhase::running, epoch, deadline, ""};
  feed(core::Elected{epoch, deadline});
  return {};
}

void Supervisor::extend(Instant deadline) noexcept {
  if (status().phase != WorkerPhase::running || deadline <= status_.deadline) return;
  status_.deadline = deadline;
  if (state_.epoch) feed(core::Elected{*state_.epoch, deadline});
}

void Supervisor::stop(Millis) noexcept {
  if (status_.phase == WorkerPhase::armed) become(WorkerPhase::empty);
  if (status_.phase != WorkerPhase::running) return;
  become(WorkerPhase::stopping);
  feed(core::Deposed{});
}

core::WorkerStatus Supervisor::status() {
  if (status_.phase == WorkerPhase::running && status_.deadline <= process_.local()) {
    become(WorkerPhase::stopping);
    feed(core::Deposed{});
  }
  return status_;
}

void Supervisor::become(WorkerPhase phase) {
  status_.phase = phase;
  process_.run_after(Nanos{1000}, [this] { election_.workers_changed(); });
}

void Supervisor::tell_if_quiet() {
  if (state_.epoch || changing_ > 0) return;
  if (status_.phase == WorkerPhase::running || status_.phase == WorkerPhase::stopping)
    become(WorkerPhase::empty);
}

void Supervisor::feed(const core::SupervisorEvent& event) {
  core::SupervisorStep step = core::supervisor_step(std::move(state_), event, process_.local());
  world_.must_hold(name_.str(), core::check_invariants(step, process_.local()));
  state_ = std::move(step.next);
  for (const core::LogEvent& log_event : step.log_events)
    world_.say(name_.str(), ": ", core::line_of(log_event));
  const std::int64_t timer = ++timer_;
  if (step.wake_at != Instant::max()) {
    const Instant soonest = process_.local() + std::chrono::microseconds{100};
    process_.run_at(std::max(step.wake_at, soonest), [this, timer] {
      if (timer == timer_) feed(core::SupervisorTick{});
    });
  }
  for (const core::SupervisorAction& action : step.actions) act(action);
  tell_if_quiet();
}

template <class Reply>
void Supervisor::call(std::function<Result<Reply>()> statement,
                      std::function<void(Result<Reply>)> answer) {
  ++changing_;
  process_.call<Reply>(
      process_.local() + kCallDeadline,
      [this, statement] { return store_.run([&statement](FakeDatabase&) { return statement(); }); },
      [this, answer](Result<Reply> reply) {
        --changing_;
        answer(std::move(reply));
      });
}

void Supervisor::act(const core::SupervisorAction& action) {
  auto& database = world_.database;
  const std::string login = name_.str();
  const auto recorded = [this](Result<bool> led) { feed(core::Recorded{std::move(led)}); };
  if (std::holds_alternative<core::ReadSnapshot>(action)) {
    call<core::Snapshot>(
        [&database] { return database.snapshot(); },
        [this](Result<core::Snapshot> seen) { feed(core::SnapshotRead{std::move(seen)}); });
  } else if (const auto* wanted = std::get_if<core::SampleQueue>(&action)) {
    sample(*wanted);
  } else if (const auto* publish = std::get_if<core::Publish>(&action)) {
    call<bool>(
        [&database, login, report = publish->report] { return database.publish(login, report); },
        recorded);
  } else if (const auto* flip = std::get_if<core::RequestFlip>(&action)) {
    call<core::FlipAnswer>(
        [&database, login, request = flip->request] {
          return database.request_flip(login, request);
        },
        [this, hint = core::hint_of(flip->request)](Result<core::FlipAnswer> answer) {
          if (answer && answer->accepted) wake_(hint);
          feed(core::FlipAnswered{hint.pool, std::move(answer)});
        });
  } else if (const auto* hold = std::get_if<core::RecordHold>(&action)) {
    call<bool>(
        [&database, login, record = hold->hold] { return database.record_hold(login, record); },
        recorded);
  } else if (const auto* judge = std::get_if<core::RecordFlipOutcome>(&action)) {
    call<bool>([&database, login,
                verdict = judge->step] { return database.record_flip_outcome(login, verdict); },
               recorded);
  } else if (const auto* incident = std::get_if<core::RecordIncident>(&action)) {
    call<bool>([&database, login,
                report = incident->report] { return database.record_incident(login, report); },
               recorded);
  } else if (std::holds_alternative<core::ReadHeads>(action)) {
    call<std::vector<core::ChainHead>>(
        [&database] { return database.audit_heads(); },
        [this](Result<std::vector<core::ChainHead>> heads) {
          feed(core::HeadsRead{std::move(heads)});
          process_.run_after(Nanos{1000}, [this] { election_.heads_seen(state_.seen_heads); });
        });
  }
}

void Supervisor::sample(const core::SampleQueue& wanted) {
  const auto answer = [this, pool = wanted.pool,
                       name = wanted.queue.name](Result<core::QueueSample> seen) {
    feed(core::Sampled{pool, name, std::move(seen)});
  };
  process_.call<core::QueueSample>(
      process_.local() + kCallDeadline,
      [this]() -> Result<core::QueueSample> { return queue_.sample(world_.time.now); }, answer);
}

}  // namespace jobflip::sim

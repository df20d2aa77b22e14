#include "sim/fleet.hpp"

#include "jobflip/base/check.hpp"

namespace jobflip::sim {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// Clocks are often as far off as allowed: that is where the timing must hold.
double draw_rate(World& world) {
  const double bound = world.plan.clock_rates;
  if (world.chance.one_in(0.4)) return world.chance.one_in(0.5) ? 1.0 + bound : 1.0 - bound;
  return 1.0 + world.chance.between(-bound, bound);
}

Host make_host(World& world, const NodeName& name) {
  Host host;
  host.name = name;
  host.clock.runs_at(draw_rate(world), Nanos{0});
  const Nanos every = world.plan.every[static_cast<std::size_t>(Fault::clock_drift)];
  if (every > Nanos{0})
    for (Nanos at = world.chance.exponential(every); at < world.plan.faults_until;
         at += world.chance.exponential(every)) {
      host.clock.runs_at(draw_rate(world), at);
      world.count(Fault::clock_drift);
    }
  host.clock.boots(Nanos{0}, world.chance.between(seconds{1}, seconds{1'000'000}));
  host.instance = world.next_uuid();
  return host;
}

}  // namespace

core::Fleet settings_of(const Plan& plan) {
  core::Fleet fleet;
  for (const core::Candidate& one : plan.pool.candidates) fleet.nodes.push_back({one.node, ""});
  for (const char* name : {"sup1", "sup2"}) fleet.supervisors.push_back({NodeName::of(name), ""});
  fleet.supervisor_timings = plan.supervisor_timings;
  fleet.budget = plan.budget;
  fleet.pools = {plan.pool};
  return fleet;
}

JobServer::JobServer(World& world, Checker& checker, Store& store, const NodeName& name,
                     std::function<void(const core::WakeHint&)> wake)
    : host(make_host(world, name)),
      guard(world, host, checker),
      view(world, guard),
      process(world, host),
      agent(world, process, store, world.plan.pool.name, view, wake),
      second_process(world, host),
      second_agent(world, second_process, store, world.plan.pool.name, view, wake) {
  guard.ask_agent([this, &world] {
    if (!process.can_run() || agent.finished() || !view.brings_news()) return false;
    // An agent that has restarted, or that sees its workers again, asks the store first.
    const PoolName& pool = world.plan.pool.name;
    return agent.store_decided_about_workers() && agent.sees_workers(pool) && !agent.may_keep(pool);
  });
  guard.on_change([this, &world] {
    if (!view.brings_news()) return;
    if (process.is_alive())
      process.run_after(world.chance.between(Nanos{1000}, milliseconds{3}),
                        [this] { agent.workers_changed(); });
    if (second_agent_runs())
      second_process.run_after(world.chance.between(Nanos{1000}, milliseconds{3}),
                               [this] { second_agent.workers_changed(); });
  });
}

void JobServer::start_agent() {
  process.begin_life();
  view.open();
  agent.start();
}

void JobServer::lose_power() {
  host.up = false;
  process.die();
  second_process.die();
  guard.host_died();
  view.host_died();
}

void JobServer::boot(Nanos now, const Uuid& instance) {
  host.up = true;
  host.clock.boots(now, seconds{5});
  host.right_until = Instant{};
  host.instance = instance;
  host.seen.clear();
  start_agent();
}

SupervisorServer::SupervisorServer(World& world, Store& store, Queue& queue, const NodeName& name,
                                   std::function<void(const core::WakeHint&)> wake)
    : host(make_host(world, name)), supervisor(world, host, store, queue, std::move(wake)) {}

Fleet::Fleet(const Recipe& recipe, Trace::Mode mode)
    : world_(recipe, mode),
      checker_(world_),
      ledger_(world_, checker_),
      store_(world_, checker_, ledger_),
      queue_(world_, store_) {
  const auto wake = [this](const core::WakeHint& hint) { wake_all(hint); };
  for (const core::Candidate& one : world_.plan.pool.candidates)
    servers_.push_back(std::make_unique<JobServer>(world_, checker_, store_, one.node, wake));
  for (const char* name : {"sup1", "sup2"})
    supervisors_.push_back(
        std::make_unique<SupervisorServer>(world_, store_, queue_, NodeName::of(name), wake));
  if (world_.plan.on(Fault::shared_name)) {
    spare_ = std::make_unique<JobServer>(world_, checker_, store_, NodeName::of("spare"), wake);
    spare_->host.up = false;
    checker_.watch(spare_->guard);
  }
  for (auto& server : servers_) checker_.watch(server->guard);
  for (auto& server : supervisors_) checker_.watch(server->supervisor);
}

void Fleet::boot() {
  world_.set_store_clock();
  const auto applied =
      world_.database.apply("ops", settings_of(world_.plan), {"ops", "simulation"}, false);
  JF_CHECK(applied.has_value());
  ledger_.start_over();
  ledger_.on_flip_step([this](core::FlipState state) { flip_has_moved(state); });
  for (auto& server : servers_) {
    world_.time.after(world_.chance.between(Nanos{0}, seconds{3}),
                      [this, &one = *server] { start_or_retry(one); });
    queue_.work(server->guard);
  }
  for (auto& server : supervisors_)
    world_.time.after(world_.chance.between(Nanos{0}, seconds{3}),
                      [&one = *server] { one.supervisor.start(); });
  if (spare_) queue_.work(spare_->guard);
  queue_.produce();
}

/// A wake-up hint can be lost, can name a node that it does not concern, and reaches every
/// listener.
void Fleet::wake_all(core::WakeHint hint) {
  if (world_.chance.one_in(0.05))
    hint.first = servers_[world_.chance.below(servers_.size())]->host.name;
  for (auto& server : servers_) {
    if (!server->process.is_alive() || world_.chance.one_in(0.2)) continue;
    server->process.run_after(world_.chance.between(Nanos{100'000}, milliseconds{5}),
                              [&one = *server, hint] { one.agent.wake_up(hint); });
  }
  if (spare_ && spare_->process.is_alive())
    spare_->process.run_after(world_.chance.between(Nanos{100'000}, milliseconds{5}),
                              [this, hint] { spare_->agent.wake_up(hint); });
}

void Fleet::run_until(Nanos limit, bool until_well) {
  constexpr std::int64_t kMostEvents = 3'000'000;
  std::int64_t since_look = 0;
  while (world_.violation.empty() && world_.time.now < limit) {
    world_.time.run_one(limit);
    checker_.after_event();
    if (world_.time.events > kMostEvents)
      world_.violate("L-events", "too many events: a loop does not wait");
    if (until_well && ++since_look % 64 == 0 && is_well()) return;
  }
}

std::string Fleet::what_is_not_well() const {
  const Guard* working = nullptr;
  for (const auto& server : servers_)
    if (server->guard.workers_work()) working = &server->guard;
  if (working == nullptr) return "no worker is running";
  if (!world_.database.fence(world_.plan.pool.name, working->epoch()))
    return "the worker's epoch is not the pool's";
  if (queue_.waiting() > 3) return std::to_string(queue_.waiting()) + " jobs wait";
  if (world_.database.open_flip(world_.plan.pool.name) != nullptr) return "a flip is open";
  for (const auto& server : supervisors_)
    if (server->supervisor.leads()) return "";
  return "no supervisor leads";
}

bool Fleet::is_well() const {
  return what_is_not_well().empty();
}

/// From here on no new faults occur, and paused pools and drained nodes are opened again.
void Fleet::end_faults() {
  world_.faults_on = false;
  world_.say("the faults end");
  world_.set_store_clock();
  // If the store's clock was set back, the freeze and the hold on a node's name last until the
  // clock has caught up. That costs availability, never safety (docs/safety.md, the limits).
  world_.plan.must_be_well_by +=
      world_.store_clock_highest - (world_.time.now + world_.store_clock_offset);
  for (auto& server : servers_) {
    server->view.repair();
    server->second_process.die();
  }
  if (spare_ && spare_->host.up) spare_->lose_power();
  const core::OperatorContext by{"ops", "the exercise is over"};
  (void)store_.run([&](auto& database) { return database.pause("ops", {}, std::nullopt, by); });
  (void)store_.run(
      [&](auto& database) { return database.apply("ops", settings_of(world_.plan), by, false); });
  for (auto& server : servers_)
    (void)store_.run(
        [&](auto& database) { return database.drain("ops", server->host.name, false, by); });
}

Outcome Fleet::run() {
  boot();
  begin_faults();
  run_until(world_.plan.faults_until, false);
  if (world_.violation.empty()) {
    end_faults();
    run_until(world_.plan.must_be_well_by, true);
    ++world_.coverage.checks["L-active"];
    if (world_.violation.empty() && !is_well())
      world_.violate("L-active", "not healthy again in time: " + what_is_not_well());
  }
  if (world_.violation.empty()) ledger_.check_all_flips_ended();
  world_.coverage.transitions = world_.database.transitions;
  world_.coverage.takes = world_.database.takes;
  Outcome outcome;
  outcome.violation = world_.violation;
  outcome.violated_at = world_.time.now;
  outcome.trace = {world_.trace.lines().begin(), world_.trace.lines().end()};
  outcome.coverage = std::move(world_.coverage);
  outcome.events = world_.time.events;
  outcome.holders = checker_.holders_seen();
  outcome.done = queue_.done();
  outcome.fenced = queue_.refused();
  outcome.well_after = world_.time.now - world_.plan.faults_until;
  return outcome;
}

}  // namespace jobflip::sim

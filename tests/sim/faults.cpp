// What breaks, when, and how it comes back.

#include "sim/fleet.hpp"

namespace jobflip::sim {

using std::chrono::milliseconds;
using std::chrono::seconds;

void Fleet::begin_faults() {
  for (std::size_t i = 0; i < kFaults; ++i)
    if (world_.plan.every[i] > Nanos{0}) come_again(static_cast<Fault>(i));
}

void Fleet::come_again(Fault fault) {
  const Nanos wait = world_.chance.exponential(world_.plan.every[static_cast<std::size_t>(fault)]);
  world_.time.after(wait, [this, fault] {
    if (!world_.faults_on) return;
    strike(fault);
    come_again(fault);
  });
}

void Fleet::strike(Fault fault) {
  const auto name = kFaultNames[static_cast<std::size_t>(fault)];
  world_.say("fault: ", std::string{name});
  strike_agent(fault);
  strike_host(fault);
  strike_supervisor(fault);
  strike_store(fault);
  strike_person(fault);
}

/// Faults of the host that works tell more than those of the others.
JobServer& Fleet::likely_holder() {
  if (world_.chance.one_in(0.7))
    for (auto& server : servers_)
      if (server->guard.workers_run()) return *server;
  return any_server();
}

void Fleet::restart_agent_later(JobServer& server) {
  const Nanos wait = world_.chance.one_in(0.5) ? world_.chance.between(milliseconds{10}, seconds{1})
                                               : world_.chance.between(seconds{1}, seconds{20});
  world_.time.after(wait, [this, &server] {
    if (!server.host.up) return;  // its boot starts the agent
    const bool runs = server.process.is_alive() && !server.agent.finished();
    if (runs && server.agent.state().shutting_down) return restart_agent_later(server);
    if (runs) return;
    server.process.begin_life();
    server.agent.start();
  });
}

void Fleet::strike_agent(Fault fault) {
  JobServer& server = likely_holder();
  if (!server.host.up || !server.process.is_alive()) return;
  if (fault == Fault::agent_crash) {
    world_.say(server.host.name.str(), ": the agent is killed");
    server.process.die();
    restart_agent_later(server);
  } else if (fault == Fault::agent_stop) {
    if (!server.process.can_run()) return;
    server.agent.shut_down();
    restart_agent_later(server);
  } else if (fault == Fault::agent_pause) {
    if (server.process.is_stopped()) return;
    world_.say(server.host.name.str(), ": the agent is stopped");
    server.process.stop();
    world_.time.after(world_.chance.between(milliseconds{500}, seconds{30}), [this, &server] {
      if (!server.process.is_stopped()) return;
      world_.say(server.host.name.str(), ": the agent goes on");
      server.process.go_on();
    });
  } else if (fault == Fault::worker_hang) {
    world_.say(server.host.name.str(), ": the workers hang");
    server.guard.hang_workers();
  } else if (fault == Fault::worker_crash) {
    server.guard.crash_workers();
  } else {
    return;
  }
  world_.count(fault);
}

void Fleet::reboot_later(JobServer& server) {
  world_.time.after(world_.chance.between(seconds{2}, seconds{40}), [this, &server] {
    Host& host = server.host;
    host.up = true;
    host.clock.booted = world_.time.now;
    host.right_until = Instant{};
    host.clock.first = seconds{5};
    host.instance = world_.next_uuid();
    world_.say(host.name.str(), ": boots");
    server.process.begin_life();
    server.agent.start();
  });
}

void Fleet::wake_host(JobServer& server) {
  if (!server.host.frozen) return;
  server.host.frozen = false;
  world_.say(server.host.name.str(), ": the host wakes");
  server.guard.host_woke();
  if (!server.process.is_stopped()) server.process.go_on();
}

void Fleet::strike_host(Fault fault) {
  JobServer& server = likely_holder();
  if (!server.host.up || server.host.frozen) return;
  if (fault == Fault::host_crash) {
    world_.say(server.host.name.str(), ": the host loses power");
    server.host.up = false;
    server.process.die();
    server.guard.host_died();
    reboot_later(server);
  } else if (fault == Fault::host_pause) {
    world_.say(server.host.name.str(), ": the host stands still");
    server.host.frozen = true;
    world_.time.after(world_.chance.between(seconds{1}, seconds{40}),
                      [this, &server] { wake_host(server); });
  } else if (fault == Fault::partition) {
    const Nanos length = world_.chance.between(milliseconds{500}, seconds{30});
    world_.say(server.host.name.str(), ": cut off from the store");
    server.host.cut_until = world_.time.now + length;
  } else {
    return;
  }
  world_.count(fault);
}

void Fleet::strike_supervisor(Fault fault) {
  SupervisorServer& server = *supervisors_[world_.chance.below(supervisors_.size())];
  Process& process = server.supervisor.process();
  if (!process.is_alive() || process.is_stopped()) return;
  if (fault == Fault::supervisor_crash) {
    server.supervisor.crash();
    world_.time.after(world_.chance.between(milliseconds{100}, seconds{20}),
                      [&server] { server.supervisor.start(); });
  } else if (fault == Fault::supervisor_pause) {
    process.stop();
    world_.time.after(world_.chance.between(milliseconds{500}, seconds{30}), [&process] {
      if (process.is_stopped()) process.go_on();
    });
  } else {
    return;
  }
  world_.count(fault);
}

void Fleet::strike_store(Fault fault) {
  Chance& chance = world_.chance;
  if (fault == Fault::store_outage) {
    world_.store_down_until = world_.time.now + chance.between(milliseconds{200}, seconds{40});
  } else if (fault == Fault::store_crash) {
    world_.store_down_until = world_.time.now + chance.between(milliseconds{200}, seconds{20});
    world_.database.lose_history();
  } else if (fault == Fault::promotion) {
    // The standby is where the primary was a moment ago: what is committed from now on gets lost.
    const auto older = std::make_shared<FakeRows>(world_.database.rows);
    world_.time.after(chance.between(milliseconds{10}, seconds{4}), [this, older] {
      if (!world_.faults_on) return;
      world_.say("store: a standby is promoted, the last commits are lost");
      world_.store_down_until =
          world_.time.now + world_.chance.between(milliseconds{200}, seconds{10});
      world_.database.lose_commits(*older);
      checker_.history_was_lost();
    });
  } else if (fault == Fault::clock_step) {
    const Nanos step = chance.between(-world_.plan.longest_step, world_.plan.longest_step);
    world_.store_clock_offset += step;
    world_.say("store: its clock steps by ", std::to_string(step.count() / 1'000'000), " ms");
  } else {
    return;
  }
  world_.count(fault);
}

void Fleet::person_flips(bool says_off) {
  auto& database = world_.database;
  const PoolName& pool = world_.plan.pool.name;
  const auto& owner = database.rows.owners.at(pool);
  core::FlipRequest request;
  request.request = world_.next_uuid();
  request.pool = pool;
  if (owner.state == core::OwnerState::held) request.from = owner.holder;
  request.to = any_server().host.name;
  request.by.claimed_name = "alice";
  request.reason = "simulation";
  request.host_is_off = says_off;
  const auto answer = database.request_flip("alice", request);
  if (answer && answer->accepted) wake_all(pool);
}

/// A person who looks away and back: what they say of a host is true while they say it.
void Fleet::strike_person(Fault fault) {
  if (world_.time.now < world_.store_down_until) return;
  world_.set_store_clock();
  auto& database = world_.database;
  const core::PersonCall by{"alice", "simulation"};
  if (fault == Fault::person_flip) {
    const int people = world_.chance.one_in(0.3) ? 2 : 1;  // two at once
    for (int i = 0; i < people; ++i) person_flips(false);
  } else if (fault == Fault::person_says_off) {
    const NodeName& holder = database.rows.owners.at(world_.plan.pool.name).holder;
    bool off = false;
    for (auto& server : servers_) off = off || (server->host.name == holder && !server->host.up);
    if (!off) return;
    person_flips(true);
  } else if (fault == Fault::person_abort) {
    const auto* flip = database.open_flip(world_.plan.pool.name);
    if (flip == nullptr) return;
    (void)database.abort_flip("alice", flip->view.id, by);
  } else if (fault == Fault::person_pause) {
    const Nanos length = world_.chance.between(seconds{1}, seconds{40});
    (void)database.pause("alice", {}, std::chrono::duration_cast<Millis>(length), by);
  } else if (fault == Fault::person_drain) {
    (void)database.drain("alice", any_server().host.name, world_.chance.one_in(0.5), by);
  } else {
    return;
  }
  world_.count(fault);
  checker_.after_statement();
}

}  // namespace jobflip::sim

// What breaks, when it breaks, and how it recovers.

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
  strike_sight(fault);
  strike_network(fault);
  strike_clock(fault);
  strike_supervisor(fault);
  strike_store(fault);
  strike_person(fault);
}

/// Faults on the active host show more than faults on the others.
JobServer& Fleet::likely_holder() {
  if (world_.chance.one_in(0.7))
    for (auto& server : servers_)
      if (server->guard.workers_run()) return *server;
  return any_server();
}

Host& Fleet::any_host() {
  if (world_.chance.one_in(0.3))
    return supervisors_[world_.chance.below(supervisors_.size())]->host;
  return likely_holder().host;
}

void Fleet::restart_agent_later(JobServer& server) {
  const Nanos wait = world_.chance.one_in(0.5) ? world_.chance.between(milliseconds{10}, seconds{1})
                                               : world_.chance.between(seconds{1}, seconds{20});
  world_.time.after(wait, [this, &server] {
    if (!server.host.up) return;  // the boot starts the agent
    const bool runs = server.agent_runs();
    if (runs && server.agent.state().shutting_down) return restart_agent_later(server);
    if (runs) return;
    start_or_retry(server);
  });
}

void Fleet::start_or_retry(JobServer& server) {
  // Two agents of one name are a separate kind of fault.
  for (auto& other : servers_)
    if (other->second_agent_runs() && other->second_agent.node() == server.host.name &&
        !world_.plan.on(Fault::shared_name))
      other->second_process.die();
  if (server.second_agent_runs() && folder_is_locked()) return restart_agent_later(server);
  if (!server.agent_runs()) server.start_agent();
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
      server.process.resume();
    });
  } else if (fault == Fault::worker_hang) {
    world_.say(server.host.name.str(), ": the workers hang");
    server.guard.hang_workers();
    // a restart does not cure them
    if (world_.plan.pool.first == core::FirstMove::restart && world_.chance.one_in(0.5))
      server.guard.hang_workers_until(world_.time.now + seconds{60});
  } else if (fault == Fault::worker_crash) {
    server.guard.crash_workers();
  } else if (fault == Fault::guard_crash) {
    if (server.host.frozen) return;
    server.guard.crash();
  } else if (fault == Fault::worker_escapes) {
    if (server.host.frozen || server.guard.escaped()) return;
    server.guard.crash_with_escape();
    if (!server.guard.escaped()) return;
  } else {
    return;
  }
  world_.count(fault);
}

void Fleet::reboot_later(JobServer& server) {
  world_.time.after(world_.chance.between(seconds{2}, seconds{40}), [this, &server] {
    world_.say(server.host.name.str(), ": boots");
    server.boot(world_.time.now, world_.next_uuid());
  });
}

void Fleet::wake_host(JobServer& server) {
  if (!server.host.frozen) return;
  server.host.frozen = false;
  world_.say(server.host.name.str(), ": the host wakes");
  server.guard.host_woke();
  if (!server.process.is_stopped()) server.process.resume();
  server.second_process.resume();
}

void Fleet::strike_host(Fault fault) {
  JobServer& server = likely_holder();
  if (!server.host.up || server.host.frozen) return;
  if (fault == Fault::host_crash) {
    world_.say(server.host.name.str(), ": the host loses power");
    server.lose_power();
    reboot_later(server);
  } else if (fault == Fault::host_pause) {
    world_.say(server.host.name.str(), ": the host is paused");
    server.host.frozen = true;
    world_.time.after(world_.chance.between(seconds{1}, seconds{40}),
                      [this, &server] { wake_host(server); });
  } else {
    return;
  }
  world_.count(fault);
}

void Fleet::strike_network(Fault fault) {
  Host& host = any_host();
  const Nanos until = world_.time.now + world_.chance.between(milliseconds{500}, seconds{30});
  if (fault == Fault::partition) {
    world_.say(host.name.str(), ": cut off from the store");
    host.cut_until = until;
  } else if (fault == Fault::partition_deaf) {
    world_.say(host.name.str(), ": hears no answer of the store");
    host.deaf_until = until;
  } else if (fault == Fault::partition_refused) {
    world_.say(host.name.str(), ": is refused by the store");
    host.refused_until = until;
  } else {
    return;
  }
  world_.count(fault);
}

/// The drift of boot clocks is drawn before the world begins.
void Fleet::strike_clock(Fault fault) {
  Chance& chance = world_.chance;
  if (fault == Fault::node_clock_step) {
    any_host().wall_offset += chance.between(-world_.plan.longest_step, world_.plan.longest_step);
  } else if (fault == Fault::store_clock_forward || fault == Fault::store_clock_back) {
    const Nanos step = chance.between(milliseconds{100}, world_.plan.longest_step);
    world_.store_clock_offset += fault == Fault::store_clock_forward ? step : -step;
    world_.say("store: its clock steps by ", std::to_string(step.count() / 1'000'000), " ms");
  } else {
    return;
  }
  world_.count(fault);
}

void Fleet::kill_supervisor(SupervisorServer& server) {
  world_.say(server.host.name.str(), ": the supervisor is killed");
  server.supervisor.crash();
  world_.time.after(world_.chance.between(milliseconds{100}, seconds{20}),
                    [&server] { server.supervisor.start(); });
}

void Fleet::flip_has_moved(core::FlipState state) {
  if (!world_.happens(Fault::supervisor_dies_at_step)) return;
  ++world_.coverage.supervisor_deaths[state];
  // The statement that made the step is still running. The process must die after it.
  world_.time.after(Nanos{0}, [this] {
    for (auto& server : supervisors_)
      if (server->supervisor.process().is_alive() && server->supervisor.leads())
        kill_supervisor(*server);
  });
}

void Fleet::strike_supervisor(Fault fault) {
  SupervisorServer& server = *supervisors_[world_.chance.below(supervisors_.size())];
  Process& process = server.supervisor.process();
  if (!process.is_alive() || process.is_stopped()) return;
  if (fault == Fault::supervisor_crash) {
    kill_supervisor(server);
  } else if (fault == Fault::supervisor_pause) {
    process.stop();
    world_.time.after(world_.chance.between(milliseconds{500}, seconds{30}), [&process] {
      if (process.is_stopped()) process.resume();
    });
  } else {
    return;
  }
  world_.count(fault);
}

}  // namespace jobflip::sim

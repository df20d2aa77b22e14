// Hosts that report something false, lose files or can't see their workers, and agents that run
// where they must not.

#include "sim/fleet.hpp"

namespace jobflip::sim {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The running agent keeps its files open: only its successor sees the damage.
void Fleet::damage(JobServer& server, Sight what) {
  server.view.damage(what);
  if (what == Sight::page_missing) server.host.seen.clear();
  const Nanos length = world_.chance.between(seconds{1}, seconds{60});
  world_.time.after(length, [this, &server, what] {
    server.view.repair();
    // The file names the pool again once the agent is restarted.
    if (what != Sight::unconfigured || !server.process.is_alive()) return;
    server.process.die();
    restart_agent_later(server);
  });
  if (world_.chance.one_in(0.2)) return;
  world_.say(server.host.name.str(), ": the agent is killed");
  server.process.die();
  if (world_.chance.one_in(0.5)) {
    world_.time.after(world_.chance.between(milliseconds{5}, seconds{1}), [this, &server] {
      if (server.host.up) start_or_retry(server);
    });
  } else {
    restart_agent_later(server);
  }
}

bool Fleet::folder_is_locked() const {
  return world_.mutant != Mutant::folder_without_lock;
}

/// An agent of another name in the same runtime folder. It is refused as long as the first one
/// runs.
void Fleet::start_second_agent(JobServer& server) {
  if (server.second_agent_runs()) return;
  world_.count(Fault::shared_folder);
  const NodeName& name = any_server().host.name;
  if (name == server.host.name || (server.agent_runs() && folder_is_locked())) return;
  // Two agents of one name are a separate kind of fault.
  for (const auto& other : servers_)
    if (other->host.name == name && other->agent_runs() && !world_.plan.on(Fault::shared_name))
      return;
  world_.say(server.host.name.str(), ": an agent called ", name.str(), " uses its folder");
  server.second_process.begin_life();
  server.view.open();
  server.second_agent.start(name);
  world_.time.after(world_.chance.between(seconds{1}, seconds{40}), [this, &server] {
    world_.say(server.host.name.str(), ": the other agent in its folder is killed");
    server.second_process.die();
  });
}

/// Another machine under the name of the active node.
void Fleet::start_namesake() {
  if (!spare_ || spare_->host.up) return;
  world_.count(Fault::shared_name);
  spare_->host.name = likely_holder().host.name;
  world_.say(spare_->host.name.str(), ": another host starts an agent of this name");
  spare_->boot(world_.time.now, world_.next_uuid());
  world_.time.after(world_.chance.between(seconds{5}, seconds{90}), [this] {
    if (!spare_->host.up) return;
    world_.say(spare_->host.name.str(), ": the other host of this name loses power");
    spare_->lose_power();
  });
}

void Fleet::strike_sight(Fault fault) {
  using enum Fault;
  JobServer& server = likely_holder();
  if (!server.host.up || server.host.frozen) return;
  if (fault == shared_folder) return start_second_agent(server);
  if (fault == shared_name) return start_namesake();
  if (fault == page_missing) {
    damage(server, Sight::page_missing);
  } else if (fault == page_old) {
    damage(server, Sight::page_old);
  } else if (fault == page_of_other_boot) {
    damage(server, Sight::page_of_other_boot);
  } else if (fault == events_broken) {
    damage(server, Sight::events_broken);
  } else if (fault == pool_unconfigured) {
    damage(server, Sight::unconfigured);
  } else if (fault == bus_silent) {
    server.view.silence_bus(world_.time.now + world_.chance.between(seconds{1}, seconds{30}));
  } else if (fault == worker_crash_loop) {
    server.guard.crash_loop(world_.time.now + world_.chance.between(seconds{5}, seconds{60}));
    return;  // each start that it ends is counted
  } else {
    return;
  }
  world_.count(fault);
}

}  // namespace jobflip::sim
